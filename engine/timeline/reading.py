"""`recipe_at`: the recipe of a timeline at any time. Equal timelines and times give equal recipes."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace as with_changes
from typing import TypeVar

from msgspec.structs import replace

from engine.blend import neighbour
from engine.checks import SEED_LIMIT
from engine.controls import Control, Value, control_at
from engine.errors import RecipeError
from engine.recipe import Recipe, SeedLatent
from engine.timeline.arc import share_at
from engine.timeline.curve import Place, line, place_among, spline
from engine.timeline.dice import draw, share_drawn
from engine.timeline.easings import eased
from engine.timeline.sound import driven
from engine.timeline.values import NEAR, ControlTrack, RecipeKey, RecipeTrack, Timeline, ValueKey, Walk, Wander
from engine.weighted import mean, weighted

# A Catmull-Rom curve goes beyond its keys by at most an eighth of their range on either side.
INNER = 0.8
Key = TypeVar("Key", RecipeKey, ValueKey)


def recipe_at(timeline: Timeline, t: float) -> Recipe:
    """The recipe at a time in seconds: a keyframe's own at its time, before the first and after the last too.

    A time outside the timeline goes on as its loop says: round and round, forwards and back, or it stays at the end.
    RecipeError for a time that is no number, and for a timeline without keyframes.
    """
    t = within(timeline, t)
    recipe = with_noise(timeline, picture_at(timeline, t), t)
    for track in timeline.tracks:
        if track.enabled:
            recipe = with_track(timeline, track, recipe, t)
    return recipe


def within(timeline: Timeline, t: float) -> float:
    """The time of the timeline, from 0 to its duration, that stands for any time."""
    if not math.isfinite(t):
        raise RecipeError(f"the time is {t}; it must be a finite number of seconds")
    length = timeline.duration
    if timeline.loop == "loop":
        return t % length if not 0 <= t < length else t
    if timeline.loop == "ping-pong" and not 0 <= t <= length:
        there = abs(t) % (2 * length)
        return there if there <= length else 2 * length - there
    return min(max(t, 0.0), length)


def picture_at(timeline: Timeline, t: float) -> Recipe:
    """The recipe track at a time within the timeline."""
    track = timeline.recipes
    if track.walk is not None:
        return walked(timeline, track.walk, t)
    if not track.keys:
        raise RecipeError("the timeline has no keyframe; put a face on it first")
    exact = key_near(track.keys, t)
    if exact is not None:
        return exact.recipe
    keys, period = closed(timeline)
    place = place_among([key.t for key in keys], t, period)
    if isinstance(place, int):
        return keys[place].recipe
    share = paced(track, place, eased(keys[place.keys[1]].easing, place.share))
    return between([key.recipe for key in keys], place, share, timeline)


def key_near(keys: Sequence[Key], t: float) -> Key | None:
    """The key at a time."""
    at = bisect_right(keys, t + NEAR, key=lambda key: key.t) - 1
    return keys[at] if at >= 0 and abs(keys[at].t - t) <= NEAR else None


def closed(timeline: Timeline) -> tuple[Sequence[RecipeKey], float | None]:
    """The keys that follow each other, and the period of a loop; None where the last is not followed by the first.

    A last key at the very end is the first one once more where both are the same; else the seam is a cut.
    """
    keys = timeline.recipes.keys
    if timeline.loop != "loop" or len(keys) < 2:
        return keys, None
    if keys[0].t + timeline.duration - keys[-1].t > NEAR:
        return keys, timeline.duration
    if keys[0].recipe == keys[-1].recipe and len(keys) > 2:
        return keys[:-1], timeline.duration
    return keys, None


def between(recipes: Sequence[Recipe], place: Place, share: float, timeline: Timeline) -> Recipe:
    """The way between two keys at a share of it."""
    path = timeline.recipes.path
    if timeline.recipes.even:
        # at constant speed the times of the keys shape no curve, so that keys can move along it
        place = with_changes(place, times=(-1.0, 0.0, 1.0, 2.0))
    weights = spline(place, share) if path == "spline" else line(place, share)
    parts = [(recipes[index], weight) for index, weight in weights]
    return weighted(parts, timeline.style_rows, "z" if path == "sphere" else "w")


def paced(track: RecipeTrack, place: Place, share: float) -> float:
    """Where on a way a share of its length is; the share itself where the speed is not to be even or not measured."""
    if not track.even or track.pace is None or place.way >= len(track.pace.ways) or not 0 < share < 1:
        return share
    lengths = track.pace.ways[place.way]
    if lengths[-1] <= 0:
        return share
    return share_at(lengths, share * lengths[-1])


def walked(timeline: Timeline, walk: Walk, t: float) -> Recipe:
    """A random walk at a time; it ends where it began in a loop, and goes on for ever else."""
    place = step_of(timeline, walk.every, t)

    def knot(index: int) -> Recipe:
        seed = draw(walk.seed, index) % 2**32
        face = SeedLatent(seed) if walk.radius == 1 else neighbour(walk.base.latent, seed, walk.radius)
        return replace(walk.base, latent=face)

    knots = {index: knot(index) for index in place.keys if index is not None}
    if place.share == 0:
        return knots[place.keys[1]]
    path = timeline.recipes.path
    weights = spline(place, place.share) if path == "spline" else line(place, place.share)
    return weighted([(knots[i], w) for i, w in weights], timeline.style_rows, "z" if path == "sphere" else "w")


def step_of(timeline: Timeline, every: float, t: float) -> Place:
    """Where a time lies among the steps of a walk; the steps of a loop go round."""
    count = max(2, round(timeline.duration / every)) if timeline.loop == "loop" else 0
    every = timeline.duration / count if count else every
    step = math.floor(t / every)
    keys = [(step + offset) % count if count else step + offset for offset in (-1, 0, 1, 2)]
    return Place((keys[0], keys[1], keys[2], keys[3]), (-1.0, 0.0, 1.0, 2.0), t / every - step)


def with_noise(timeline: Timeline, recipe: Recipe, t: float) -> Recipe:
    """What the noise does of its own."""
    motion, noise = timeline.recipes.noise, recipe.noise
    if motion.kind == "keys":
        return recipe
    if motion.kind == "stay":
        walk = timeline.recipes.walk
        first = (walk.base if walk else timeline.recipes.keys[0].recipe).noise
        return replace(recipe, noise=replace(noise, mode=first.mode, seed=first.seed, phase=first.phase))
    if motion.kind == "drift":
        whole, phase = divmod(t / motion.every, 1.0)
        seed = (motion.seed + int(whole)) % SEED_LIMIT
    else:
        seed, phase = motion.seed, 4 * (t / timeline.duration * motion.circles % 1.0)
    return replace(recipe, noise=replace(noise, mode="random", seed=seed, phase=phase))


def with_track(timeline: Timeline, track: ControlTrack, recipe: Recipe, t: float) -> Recipe:
    """The recipe with what a track says of one control."""
    if not (track.keys or track.wander or track.drive):
        return recipe
    control = control_at(track.address)
    value = value_at(timeline, track, control, t) if track.keys else control.read(recipe)
    if track.wander or track.drive:
        if not isinstance(value, int | float):
            raise RecipeError(f"{track.address} is {control.empty}, and nothing can be added to that; add a key")
        if track.wander:
            value += wandered(timeline, track.wander, t)
        if track.drive:
            value += driven(track.drive, timeline.sound, t)
    return control.write(recipe, control.kept(value), track.move)


def value_at(timeline: Timeline, track: ControlTrack, control: Control, t: float) -> Value:
    """The keys of a track at a time: what cannot be divided jumps at its key."""
    keys: Sequence[ValueKey] = track.keys
    exact = key_near(keys, t)
    if exact is not None:
        return exact.value
    period = timeline.duration if timeline.loop == "loop" else None
    if period is not None and keys[0].t + period - keys[-1].t <= NEAR:
        same = len(keys) > 2 and keys[0].value == keys[-1].value
        keys, period = (keys[:-1], period) if same else (keys, None)
    place = place_among([key.t for key in keys], t, period)
    if isinstance(place, int):
        return keys[place].value
    first, second = keys[place.keys[1]], keys[place.keys[2]]
    share = eased(first.easing, place.share)
    if share in (0.0, 1.0):
        return second.value if share else first.value
    if control.kind in ("seed", "choice"):
        return first.value
    curves = track.path == "spline" and all(is_number(keys[index].value) for index in place.keys if index is not None)
    weights = spline(place, share) if curves else line(place, share)
    values = [(keys[index].value, weight) for index, weight in weights]
    return mean(values) if is_number(first.value) and is_number(second.value) else first.value  # type: ignore[arg-type]


def is_number(value: Value) -> bool:
    """Whether a value can be divided; where it is as the file says, or all rows, it cannot."""
    return isinstance(value, int | float)


def wandered(timeline: Timeline, wander: Wander, t: float) -> float:
    """A random walk of a number at a time."""
    place = step_of(timeline, wander.every, t)
    low, high = wander.low, wander.high
    span, middle = (high - low) * INNER, (low + high) / 2

    def knot(index: int) -> float:
        return middle + span * (share_drawn(wander.seed, index) - 0.5)

    return min(max(sum(knot(index) * weight for index, weight in spline(place, place.share)), low), high)
