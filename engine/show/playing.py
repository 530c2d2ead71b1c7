"""What plays at a moment: a pure function of show, project and time. Equal moments give equal pictures.

A moment is in unix seconds, so that machines with one clock play in step, and a program that was started again goes on
where it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from msgspec.structs import replace as with_changes

from engine.project import Project
from engine.recipe import Recipe
from engine.show.faces import STRANGERS, between, recipe_of
from engine.show.hours import latest_edge, open_at
from engine.show.orders import place_of
from engine.show.scenes import AnyScene, TrainingScene
from engine.show.values import Show, ShowModel
from engine.timeline.easings import eased

BEFORE = 1e-3  # seconds before a cut at which the scene before it is asked for

Snapshots = Mapping[str, Sequence[str]]  # folder of a run -> paths of its snapshots, the oldest first


@dataclass(frozen=True)
class Part:
    """A scene on a model: a recipe for each face on the wall."""

    scene: AnyScene
    model: ShowModel
    recipes: tuple[Recipe, ...]


@dataclass(frozen=True)
class Play:
    """What the wall shows.

    now, before: None is darkness. weight: of `now`; the rest is that of `before`, from which it comes. Scenes of one
    model go over into each other by their recipes, and then `now` is all there is.
    """

    now: Part | None
    before: Part | None = None
    weight: float = 1.0


@dataclass(frozen=True)
class Cue:
    """Where in the show a moment is: a scene, its model, its own time, when it was cut to, and how long it stays."""

    scene: AnyScene | None
    model: ShowModel
    seconds: float
    entered: float
    stays: float


def play(show: Show, project: Project, at: float, begun: float = 0.0, snapshots: Snapshots | None = None) -> Play:
    """What plays at a moment of a show that was begun at another.

    snapshots: of the runs whose training it shows. RecipeError where the show's time zone is not known here.
    """
    there = snapshots or {}
    cue = cue_at(show, project, at, begun, there)
    now = part_of(show, project, cue)
    passed, length = at - cue.entered, min(show.transition, cue.stays / 2)
    if passed >= length or cue.entered <= begun:
        return Play(now)
    last = cue_at(show, project, cue.entered - BEFORE, begun, there)
    if not isinstance(last.scene, TrainingScene):  # whose snapshot stays as it was
        last = replace(last, seconds=last.seconds + BEFORE + passed)
    before, weight = part_of(show, project, last), eased(show.easing, passed / length)
    if now is None or before is None or now.model != before.model:
        return Play(now, before, weight)
    rows = now.model.style_rows
    morphed = [between(((a, 1 - weight), (b, weight)), rows) for a, b in zip(before.recipes, now.recipes, strict=True)]
    return Play(replace(now, recipes=tuple(morphed)))


def scene_of(show: Show, project: Project, scene: AnyScene, seconds: float) -> Part:
    """One scene by itself, so many seconds after its beginning: for whoever chooses a scene by hand."""
    model = model_of(show, project, scene)
    part = part_of(show, project, Cue(scene, model, seconds, 0.0, scene.duration))
    assert part is not None
    return part


def cue_at(show: Show, project: Project, at: float, begun: float, snapshots: Snapshots) -> Cue:
    """The scene of a moment, without any transition."""
    scenes, anchor = show.scenes or (STRANGERS,), begun
    if show.hours:
        found = open_at(show, at)
        if found is None or found[0].dark:
            edge = latest_edge(show, at, begun)
            return Cue(None, own_model(show, project), at - edge, edge, float("inf"))
        hours, start = found
        anchor = max(begun, start)
        named = {scene.name: scene for scene in show.scenes}
        scenes = tuple(named[name] for name in hours.scenes) or scenes
    lap_s = sum(scene.duration for scene in scenes)
    lap, left = divmod(max(at - anchor, 0.0), lap_s)
    for index in range(len(scenes)):
        scene = scenes[place_of(show.order, int(lap) * len(scenes) + index, len(scenes), show.seed)]
        if left < scene.duration or index == len(scenes) - 1:
            break
        left -= scene.duration
    if isinstance(scene, TrainingScene):
        return training_cue(show, project, scene, left, at, snapshots.get(scene.run, ()))
    model = model_of(show, project, scene)
    return Cue(scene, model, lap * scene.duration + left, at - left, scene.duration)


def training_cue(
    show: Show, project: Project, scene: TrainingScene, seconds: float, at: float, paths: Sequence[str]
) -> Cue:
    """The snapshot of a moment: as many as have the time to be seen, the first and the newest among them."""
    if not paths:
        strangers = with_changes(STRANGERS, seed=scene.seed, duration=scene.duration)
        return Cue(strangers, own_model(show, project), seconds, at - seconds, scene.duration)
    count = min(len(paths), max(1, int(scene.duration / scene.every)))
    stays = scene.duration / count
    step = min(int(seconds / stays), count - 1)
    chosen = paths[-1] if count == 1 else paths[round(step * (len(paths) - 1) / (count - 1))]
    within = seconds - step * stays
    return Cue(scene, ShowModel("", scene.name, chosen, 1), within, at - within, stays)


def part_of(show: Show, project: Project, cue: Cue) -> Part | None:
    """The faces of a cue; None is darkness."""
    if cue.scene is None:
        return None
    tiles = range(show.screen.tiles)
    return Part(
        cue.scene,
        cue.model,
        tuple(recipe_of(cue.scene, project, cue.model, cue.seconds, tile) for tile in tiles),
    )


def model_of(show: Show, project: Project, scene: AnyScene) -> ShowModel:
    """The model that a scene names; the project's own where it names none."""
    if not scene.model:
        return own_model(show, project)
    return next(model for model in show.models if model.hash == scene.model)


def own_model(show: Show, project: Project) -> ShowModel:
    """The project's model."""
    mine = project.model
    listed = next((model for model in show.models if model.hash == mine.hash), None)
    if listed is not None:
        return listed
    timeline = project.board.timeline
    rows = 18 if timeline is None else timeline.style_rows
    return ShowModel(mine.hash, mine.title[:400], mine.path, rows)
