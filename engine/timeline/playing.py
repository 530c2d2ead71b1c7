"""From frames and from a running clock to times of the timeline: in and out points, loops, ping-pong."""

from __future__ import annotations

import math
from itertools import pairwise

from engine.errors import RecipeError
from engine.recipe import Recipe
from engine.timeline.reading import recipe_at
from engine.timeline.values import Timeline


def frames(timeline: Timeline) -> int:
    """How many frames the part between the in and the out point has; a ping-pong's way back is counted."""
    return one_way(timeline) * (2 if timeline.loop == "ping-pong" else 1)


def time_of_frame(timeline: Timeline, index: int) -> float:
    """The time that a frame shows.

    The first stands at the in point and the out point is where the next one would: a loop shows no frame twice.
    Frames share the time equally, so that a loop whose length is no whole number of frames still has no hitch.
    A frame after the last goes on as the loop says.
    """
    count = one_way(timeline)
    if timeline.loop == "none":
        index = min(max(index, 0), count)
    elif timeline.loop == "loop":
        index %= count
    else:
        index %= 2 * count
        index = min(index, 2 * count - index)
    return timeline.start + (timeline.stop - timeline.start) * index / count


def recipe_of_frame(timeline: Timeline, index: int) -> Recipe:
    """The recipe of a frame."""
    return recipe_at(timeline, time_of_frame(timeline, index))


def played(timeline: Timeline, seconds: float) -> float:
    """The time to show so many seconds after playing began at the in point."""
    if not math.isfinite(seconds):
        raise RecipeError(f"the time is {seconds}; it must be a finite number of seconds")
    length = timeline.stop - timeline.start
    if timeline.loop == "none":
        return timeline.start + min(max(seconds, 0.0), length)
    if timeline.loop == "loop":
        return timeline.start + seconds % length
    there = seconds % (2 * length)
    return timeline.start + min(there, 2 * length - there)


def moments(timeline: Timeline, most: int = 1000) -> list[float]:
    """Times that stand for all that are rendered: the ends, the keys between them, and one between each two of them."""
    keys = {key.t for key in timeline.recipes.keys} | {key.t for track in timeline.tracks for key in track.keys}
    ends = [timeline.start, *sorted(t for t in keys if timeline.start < t < timeline.stop), timeline.stop]
    found = [time for first, second in pairwise(ends) for time in (first, (first + second) / 2)] + [timeline.stop]
    return found[:: -(-len(found) // most)]


def one_way(timeline: Timeline) -> int:
    """Frames from the in to the out point."""
    return max(1, round((timeline.stop - timeline.start) * timeline.fps))
