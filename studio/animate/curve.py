"""What a control track says over time, as numbers to draw: its keys, its random walk, what the sound adds."""

from __future__ import annotations

from bisect import bisect_right

from msgspec.structs import replace

from engine.controls import Control, Value, control_at, range_of
from engine.timeline.reading import value_at, wandered
from engine.timeline.sound import driven
from engine.timeline.values import ControlTrack, Timeline
from studio.open_model import OpenModel

LEAST = 0.2  # of the usual range: what a small lane shows at least
AROUND = 3  # keys on either side that a curve may depend on
ROOM = 0.08  # of the range, above the highest and below the lowest value


def number(value: Value, control: Control) -> float:
    """A value as a height: a choice by its place in the list, nothing as the control's lowest."""
    if isinstance(value, str):
        return float(control.choices.index(value)) if value in control.choices else 0.0
    return float(control.high if value is None else value)


class Curve:
    """The heights of a track's curve at many times: however many keys it has, each looks at the few around it."""

    def __init__(self, timeline: Timeline, track: ControlTrack) -> None:
        self.timeline, self.track = timeline, track
        self.control = control_at(track.address)
        self.times = [key.t for key in track.keys]
        self.parts: dict[int, ControlTrack] = {}

    def height(self, t: float, base: float = 0.0) -> float:
        """At a time within the timeline; base: what stands in for keys where there are none."""
        timeline, track = self.timeline, self.track
        height = number(value_at(timeline, self.part(t), self.control, t), self.control) if track.keys else base
        if track.wander is not None:
            height += wandered(timeline, track.wander, t)
        if track.drive is not None:
            height += driven(track.drive, timeline.sound, t)
        return height

    def part(self, t: float) -> ControlTrack:
        """The track with the keys around a time alone; all of it where they are few, or the seam of a loop is near."""
        count, at = len(self.times), bisect_right(self.times, t)
        at_seam = self.timeline.loop == "loop" and not AROUND <= at <= count - AROUND
        if count <= 4 * AROUND or at_seam:
            return self.track
        if at not in self.parts:
            first = min(max(at - AROUND, 0), count - 2 * AROUND)
            self.parts[at] = replace(self.track, keys=self.track.keys[first : first + 2 * AROUND])
        return self.parts[at]


def value_of(timeline: Timeline, track: ControlTrack, t: float) -> float:
    """The height of a track's curve at one time."""
    return Curve(timeline, track).height(t)


def limits_of(track: ControlTrack, model: OpenModel | None = None, *, whole: bool = True) -> tuple[float, float]:
    """The lowest and the highest that its lane shows: what the keys, the walk and the sound reach.

    whole: the control's usual range too. Else a small lane is filled by what moves in it.
    """
    control = control_at(track.address)
    if control.kind == "choice":
        return -0.25, len(control.choices) - 0.75
    heights = [number(key.value, control) for key in track.keys] or [0.0]
    low = min(heights) + sum(min(0.0, part.low) for part in (track.wander, track.drive) if part is not None)
    high = max(heights) + sum(max(0.0, part.high) for part in (track.wander, track.drive) if part is not None)
    ends = usual(track, model)
    if whole and control.kind != "seed":
        low, high = min(low, ends[0]), max(high, ends[1])
    least = LEAST * (ends[1] - ends[0]) if control.kind != "seed" else 1.0
    if high - low < least:
        low, high = (low + high - least) / 2, (low + high + least) / 2
    room = (high - low) * ROOM
    return low - room, high + room


def usual(track: ControlTrack, model: OpenModel | None) -> tuple[float, float]:
    """The range of a direction is its slider's; of anything else, its control's."""
    if track.move is not None and model is not None:
        for facts in model.directions:
            if facts.id == track.move.id:
                return facts.low, facts.high
    return range_of(track.address)


def text_of(value: Value, control: Control) -> str:
    """A value as it is read."""
    if value is None:
        return control.empty
    if isinstance(value, str) or control.kind in ("whole", "seed"):
        return str(value)
    return f"{value:.2f}"
