"""Constant speed: how long the ways between keyframes are, measured on pictures, and keys placed evenly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace as with_changes
from typing import TypeVar

from msgspec.structs import replace

from engine.job import Job, Progress
from engine.recipe import Noise, Recipe
from engine.timeline.curve import Place, place_among
from engine.timeline.easings import HOLD
from engine.timeline.reading import between, closed
from engine.timeline.values import NEAR, Pace, RecipeKey, Timeline

T = TypeVar("T")
SAMPLES = 32  # pictures on a way between two keyframes


def measure(
    timeline: Timeline, picture: Callable[[Recipe], T], distance: Callable[[T, T], float], samples: int = SAMPLES
) -> Job[Timeline]:
    """The timeline at constant speed between its keyframes, which stay where they are.

    picture: a draft of a recipe. distance: how different two pictures look; that of two near ones must grow with how
    far they are apart. Noise is left out of it, and so are the tracks of single controls. A random walk has no way
    that could be measured and stays as it is.
    """
    timeline = replace(timeline, recipes=replace(timeline.recipes, even=True, pace=None))
    keys, period = closed(timeline)
    ways: list[tuple[float, ...]] = []
    places = ways_of(keys, period)
    recipes = [key.recipe for key in keys]
    for number, place in enumerate(places):
        lengths, last = [0.0], None
        for at in range(samples + 1):
            yield Progress(number * (samples + 1) + at, len(places) * (samples + 1), "measuring the speed")
            recipe = between(recipes, with_changes(place, share=at / samples), at / samples, timeline)
            seen = picture(replace(recipe, noise=Noise("none")))
            if last is not None:
                lengths.append(lengths[-1] + max(0.0, float(distance(last, seen))))
            last = seen
        ways.append(tuple(lengths))
    return replace(timeline, recipes=replace(timeline.recipes, pace=Pace(tuple(ways))))


def even_out(
    timeline: Timeline, picture: Callable[[Recipe], T], distance: Callable[[T, T], float], samples: int = SAMPLES
) -> Job[Timeline]:
    """The timeline at one speed from beginning to end: its keyframes move to where they are reached at that speed."""
    return spread((yield from measure(timeline, picture, distance, samples)))


def spread(timeline: Timeline) -> Timeline:
    """Keyframes moved so that every way takes time in proportion to its length, in the time that all took together.

    A way that is held, or no way at all, takes the time that it took. RecipeTrack.pace must have been measured.
    """
    track, (keys, period) = timeline.recipes, closed(timeline)
    places = ways_of(keys, period)
    if track.pace is None or len(track.pace.ways) != len(places):
        return timeline
    times = [place.times[2] - place.times[1] for place in places]
    lengths = [
        0.0 if keys[place.way].easing == HOLD else way[-1] for place, way in zip(places, track.pace.ways, strict=True)
    ]
    whole = sum(lengths)
    free = sum(time for time, length in zip(times, lengths, strict=True) if length > 0)
    moved: list[RecipeKey] = []
    at = keys[0].t if keys else 0.0
    for index, key in enumerate(keys):
        moved.append(replace(key, t=at))
        if index < len(places):
            at += max(free * lengths[index] / whole, 2 * NEAR) if lengths[index] > 0 else times[index]
    if period is None and moved:
        moved[-1] = replace(moved[-1], t=keys[-1].t)  # not a rounding error beyond the end
    last = track.keys[len(keys) :]
    return replace(timeline, recipes=replace(track, keys=(*moved, *last), even=True))


def ways_of(keys: Sequence[RecipeKey], period: float | None) -> list[Place]:
    """The ways between keys that follow each other, the one across the seam of a loop last."""
    times = [key.t for key in keys]
    ways = len(keys) - 1 if period is None else len(keys)
    ends = [*times, times[0] + period] if period is not None else times
    # a time on each way; the one across the seam has a part before the end or after the beginning
    middles = [(ends[way] + ends[way + 1]) / 2 for way in range(ways)]
    placed = [place_among(times, t % period if period else t, period) for t in middles]
    return [place for place in placed if isinstance(place, Place)]
