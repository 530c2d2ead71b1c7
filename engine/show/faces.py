"""What a scene shows at its own time: one recipe for each face on the wall. Equal times give equal recipes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import singledispatch

from msgspec.structs import replace

from engine.blend import neighbour
from engine.controls import get, put
from engine.errors import RecipeError
from engine.project import Project
from engine.recipe import Recipe, SeedLatent, Truncation
from engine.show.orders import place_of
from engine.show.scenes import (
    AnyScene,
    Breath,
    BreathingScene,
    StrangersScene,
    TimelineScene,
    TrainingScene,
    WalkScene,
)
from engine.show.values import ShowModel
from engine.timeline.curve import Place, line, spline
from engine.timeline.dice import draw
from engine.timeline.easings import Easing, eased
from engine.timeline.playing import played
from engine.timeline.reading import recipe_at
from engine.timeline.values import Path, Timeline
from engine.weighted import weighted

APART = 10_007  # steps between the strangers of one tile and of the next
QUARTER, THREE_QUARTERS = 0.25, 0.75
STRANGERS = StrangersScene(name="Strangers")


@singledispatch
def recipe_of(scene: AnyScene, project: Project, model: ShowModel, seconds: float, tile: int) -> Recipe:
    """The recipe of one face of a scene, so many seconds after it began, on the model that it plays with.

    A scene with nothing to show (no stars, no timeline) shows strangers, so that the wall is never empty.
    """
    raise TypeError(f"no scene: {scene!r}")


@recipe_of.register
def _(scene: WalkScene, project: Project, model: ShowModel, seconds: float, tile: int) -> Recipe:
    faces = kept_faces(scene, project, model)
    if not faces:
        return recipe_of(strangers_for(scene), project, model, seconds, tile)

    def face(step: int) -> Recipe:
        return faces[place_of(scene.order, step, len(faces), scene.seed)]

    return walked(face, scene.path, scene.easing, scene.hold, scene.every, seconds, tile, model)


@recipe_of.register
def _(scene: StrangersScene, project: Project, model: ShowModel, seconds: float, tile: int) -> Recipe:
    base = fitting(scene.base or project.recipe, model)

    def face(step: int) -> Recipe:
        seed = draw(scene.seed, step) % 2**32
        return replace(
            base, latent=SeedLatent(seed) if scene.radius == 1 else neighbour(base.latent, seed, scene.radius)
        )

    return walked(face, scene.path, scene.easing, scene.hold, scene.every, seconds, tile * APART, model)


@recipe_of.register
def _(scene: TimelineScene, project: Project, model: ShowModel, seconds: float, tile: int) -> Recipe:
    timeline = scene.timeline or project.board.timeline
    if timeline is None or not (timeline.recipes.keys or timeline.recipes.walk):
        return recipe_of(strangers_for(scene), project, model, seconds, tile)
    later = tile * (timeline.stop - timeline.start) / 7  # faces beside each other are never in step
    return fitting(recipe_at(timeline, time_played(timeline, seconds * scene.speed + later)), model)


@recipe_of.register
def _(scene: BreathingScene, project: Project, model: ShowModel, seconds: float, tile: int) -> Recipe:
    base = fitting(scene.base or project.recipe, model)
    if not scene.breaths:
        return base
    at = seconds / scene.every + tile / 3
    if scene.together:
        count = len(scene.breaths)
        for index, breath in enumerate(scene.breaths):
            base = breathed(base, breath, at + index / count, scene.easing)
        return base
    step = math.floor(at)
    return breathed(base, scene.breaths[place_of(scene.order, step, len(scene.breaths), scene.seed)], at, scene.easing)


@recipe_of.register
def _(scene: TrainingScene, project: Project, model: ShowModel, seconds: float, tile: int) -> Recipe:
    return Recipe(latent=SeedLatent(draw(scene.seed, tile) % 2**32), truncation=Truncation(scene.psi))


def kept_faces(scene: WalkScene, project: Project, model: ShowModel) -> Sequence[Recipe]:
    """The faces of a walk that were made with this model, or with any."""
    board = project.board
    stars = [star.recipe for star in board.stars if not scene.tag or scene.tag in star.tags]
    faces = stars if scene.faces == "stars" else [preset.recipe for preset in board.presets]
    return [fitting(face, model) for face in faces if face.model in (None, model.hash) or not model.hash]


def fitting(recipe: Recipe, model: ShowModel) -> Recipe:
    """A recipe under the hash of the model that it is shown with."""
    hash = model.hash or None
    return recipe if recipe.model == hash else replace(recipe, model=hash)


def strangers_for(scene: WalkScene | TimelineScene) -> StrangersScene:
    """What takes the place of a scene that has nothing to show."""
    return replace(STRANGERS, every=max(scene.every, 2.0), easing=scene.easing, seed=scene.seed)


def walked(
    face: Callable[[int], Recipe],
    path: Path,
    easing: Easing,
    hold: float,
    every: float,
    seconds: float,
    first: int,
    model: ShowModel,
) -> Recipe:
    """A walk from face to face: each stays for `hold` seconds, and the way to the next takes `every`."""
    step, within = divmod(seconds, hold + every)
    at = int(step) + first
    share = eased(easing, (within - hold) / every)
    if share in (0.0, 1.0):
        return face(at + int(share))
    place = Place((at - 1, at, at + 1, at + 2), (-1.0, 0.0, 1.0, 2.0), share)
    weights = spline(place, share) if path == "spline" else line(place, share)
    parts = [(face(max(index, 0)), weight) for index, weight in weights]
    return between(parts, model.style_rows, "z" if path == "sphere" else "w")


def between(parts: Sequence[tuple[Recipe, float]], style_rows: int, space: str = "w") -> Recipe:
    """The sum of faces by weights; where they stand on too many others for that, the heaviest of them."""
    try:
        return weighted(parts, style_rows, space)
    except RecipeError:  # a wall shows the nearer face, where a film would be refused before it is rendered
        return max(parts, key=lambda part: part[1])[0]


def time_played(timeline: Timeline, seconds: float) -> float:
    """Where in a timeline a scene is: one without a loop begins again."""
    return played(timeline, seconds if timeline.loop != "none" else seconds % (timeline.stop - timeline.start))


def breathed(recipe: Recipe, breath: Breath, at: float, easing: Easing) -> Recipe:
    """A recipe with one control at a moment of its breath; at: breaths since the beginning."""
    own = own_value(recipe, breath)
    share = at % 1.0
    if share < QUARTER:
        value = mid(own, breath.high, eased(easing, share / QUARTER))
    elif share < THREE_QUARTERS:
        value = mid(breath.high, breath.low, eased(easing, (share - QUARTER) / (THREE_QUARTERS - QUARTER)))
    else:
        value = mid(breath.low, own, eased(easing, (share - THREE_QUARTERS) / QUARTER))
    try:
        return put(recipe, breath.address, value, breath.move)
    except RecipeError:  # a control that this face does not have (a mix that was taken away) stands still
        return recipe


def own_value(recipe: Recipe, breath: Breath) -> float:
    """Where a control stands when it does not breathe; the middle of the breath where it has no number."""
    try:
        value = get(recipe, breath.address)
    except RecipeError:
        value = None
    return float(value) if isinstance(value, int | float) else (breath.low + breath.high) / 2


def mid(a: float, b: float, share: float) -> float:
    """A straight line."""
    return a + (b - a) * share
