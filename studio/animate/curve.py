"""What a control track says over time, as numbers to draw: its keys, its random walk, what the sound adds."""

from __future__ import annotations

from engine.controls import Control, Value, control_at, range_of
from engine.timeline.reading import value_at, wandered
from engine.timeline.sound import driven
from engine.timeline.values import ControlTrack, Timeline
from studio.open_model import OpenModel

ROOM = 0.08  # of the range, above the highest and below the lowest value


def number(value: Value, control: Control) -> float:
    """A value as a height: a choice by its place in the list, nothing as the control's lowest."""
    if isinstance(value, str):
        return float(control.choices.index(value)) if value in control.choices else 0.0
    return float(control.high if value is None else value)


def value_of(timeline: Timeline, track: ControlTrack, t: float, base: float = 0.0) -> float:
    """The height of a track's curve at a time within the timeline; base: what stands in for keys where it has none."""
    control = control_at(track.address)
    height = number(value_at(timeline, track, control, t), control) if track.keys else base
    if track.wander is not None:
        height += wandered(timeline, track.wander, t)
    if track.drive is not None:
        height += driven(track.drive, timeline.sound, t)
    return height


def limits_of(track: ControlTrack, model: OpenModel | None = None) -> tuple[float, float]:
    """The lowest and the highest that its lane shows: the control's usual range, and whatever lies beyond."""
    control = control_at(track.address)
    if control.kind == "choice":
        return -0.25, len(control.choices) - 0.75
    heights = [number(key.value, control) for key in track.keys]
    low, high = (min(heights), max(heights)) if control.kind == "seed" and heights else usual(track, model)
    extra_low = sum(min(0.0, part.low) for part in (track.wander, track.drive) if part is not None)
    extra_high = sum(max(0.0, part.high) for part in (track.wander, track.drive) if part is not None)
    low = min([low, *(height + extra_low for height in heights or [0.0])])
    high = max([high, *(height + extra_high for height in heights or [0.0])])
    room = (high - low) * ROOM or 1.0
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
