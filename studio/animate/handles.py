"""The two handles of a Bezier easing between two keys of a track: where they lie, and the easing once one is moved."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from msgspec.structs import replace

from engine.controls import control_at
from engine.timeline.easings import Bezier
from engine.timeline.edits import KeyAt, ease_keys, track_at
from engine.timeline.values import Timeline
from studio.animate.curve import number

STEEPEST = 5.0  # as a Bezier easing takes it


@dataclass(frozen=True)
class Handle:
    """start: the key whose easing it shapes; key_t, key_value: the key that it hangs on."""

    start: KeyAt
    which: Literal["leaving", "coming"]
    t: float
    value: float
    key_t: float
    key_value: float


def handles_of(timeline: Timeline, address: str, chosen: Collection[KeyAt]) -> Iterator[Handle]:
    """The handles at the chosen keys of a track: of the way that leaves one, and of the way that comes to one."""
    track = track_at(timeline, address)
    if track is None:
        return
    control = control_at(address)
    for first, second in pairwise(track.keys):
        near = KeyAt(address, first.t) in chosen or KeyAt(address, second.t) in chosen
        if not near or not isinstance(first.easing, Bezier):
            continue
        span, start = second.t - first.t, KeyAt(address, first.t)
        low, high = number(first.value, control), number(second.value, control)
        ease = first.easing
        for which, x, y, t, value in (
            ("leaving", ease.x1, ease.y1, first.t, low),
            ("coming", ease.x2, ease.y2, second.t, high),
        ):
            yield Handle(start, which, first.t + x * span, low + y * (high - low), t, value)  # type: ignore[arg-type]


def with_handle(timeline: Timeline, handle: Handle, t: float, value: float) -> Timeline:
    """The timeline with a handle pulled to a place."""
    track = track_at(timeline, handle.start.track)
    if track is None:
        return timeline
    control = control_at(handle.start.track)
    for first, second in pairwise(track.keys):
        if first.t == handle.start.t and isinstance(first.easing, Bezier):
            low, high = number(first.value, control), number(second.value, control)
            x = min(max((t - first.t) / (second.t - first.t), 0.0), 1.0)
            rise = (value - low) / (high - low) if high != low else 0.0
            y = min(max(rise, -STEEPEST), STEEPEST)
            names = ("x1", "y1") if handle.which == "leaving" else ("x2", "y2")
            return ease_keys(timeline, [handle.start], replace(first.easing, **dict(zip(names, (x, y), strict=True))))
    return timeline
