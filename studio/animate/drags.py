"""What the hand can drag on the timeline, one class each: made at the press, moved, let go, or given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace
from PySide6.QtCore import QPointF, QRectF

from engine.controls import control_at
from engine.timeline.edits import KeyAt, SnapTo, add_value, chosen_keys, move_keys, snapped, track_at
from engine.timeline.values import Timeline
from studio.animate.curve import number
from studio.animate.handles import Handle, with_handle
from studio.animate.hits import keys_in
from studio.animate.paint_tracks import value_at_y

if TYPE_CHECKING:
    from studio.animate.area import TimelineArea

SNAP = 8.0  # pixels
SLIP = 4.0  # pixels that a hand moves without meaning it
PLACES: tuple[SnapTo, ...] = ("keys", "markers", "beats")


class Drag(Protocol):
    """free: without snapping."""

    def move(self, at: QPointF, *, free: bool) -> None: ...

    def release(self, at: QPointF, *, free: bool) -> None: ...

    def cancel(self) -> None: ...


def snap(area: TimelineArea, t: float, *, free: bool, others: Timeline | None = None) -> float:
    """A time where a key may stand: at another key, a marker or a beat near by, else on a frame."""
    shown = area.animation.shown
    t = min(max(t, 0.0), max(shown.duration, 0.0))
    if free:
        return t
    near = snapped(others or shown, t, PLACES, area.axis.seconds(SNAP))
    return near if near != t else snapped(shown, t, ("frames",), 1.0)


class Scrub:
    """The playhead under the hand."""

    def __init__(self, area: TimelineArea, at: QPointF) -> None:
        self.area = area
        self.move(at, free=False)

    def move(self, at: QPointF, *, free: bool) -> None:
        self.area.animation.go(self.time(at), resting=False)

    def release(self, at: QPointF, *, free: bool) -> None:
        self.area.animation.go(self.time(at))

    def cancel(self) -> None:
        self.area.animation.go(self.area.animation.at)

    def time(self, at: QPointF) -> float:
        """Where the hand is, in seconds."""
        return self.area.axis.t(at.x())


class Band:
    """A rectangle around keys; a press without a move chooses nothing and puts the playhead there."""

    def __init__(self, area: TimelineArea, at: QPointF, kept: frozenset[KeyAt]) -> None:
        self.area, self.start, self.kept = area, at, kept
        self.before = area.animation.chosen

    def move(self, at: QPointF, *, free: bool) -> None:
        if self.area.band is None and (at - self.start).manhattanLength() < SLIP:
            return
        self.area.band = QRectF(self.start, at).normalized()
        self.area.animation.choose(self.kept | keys_in(self.area, self.area.band))
        self.area.update()

    def release(self, at: QPointF, *, free: bool) -> None:
        if self.area.band is None:
            self.area.animation.choose(self.kept)
            if not self.kept:
                self.area.animation.go(self.area.axis.t(at.x()))
        self.end()

    def cancel(self) -> None:
        self.area.animation.choose(self.before)
        self.end()

    def end(self) -> None:
        """No rectangle any more."""
        self.area.band = None
        self.area.update()


class MoveKeys:
    """The chosen keys: along for their time, and up or down for the value of one track's; the first move decides."""

    def __init__(self, area: TimelineArea, at: QPointF, key: KeyAt) -> None:
        self.area, self.start, self.key = area, at, key
        self.since = area.animation.document.stack.index()
        self.way = ""
        self.others: Timeline | None = None
        lane = area.lane_of(key.track)
        self.lane = lane if lane is not None and lane.track is not None else None

    def move(self, at: QPointF, *, free: bool) -> None:
        by = at - self.start
        if not self.way and by.manhattanLength() >= SLIP:
            upright = self.lane is not None and abs(by.y()) > abs(by.x())
            self.way = "value" if upright and self.moves_freely() else "time"
            self.others = without(self.area.animation.shown, self.area.animation.chosen)
            if self.way == "value" and self.lane is not None:
                self.area.held = {self.lane.address: self.area.limits(self.lane)}
        if self.way == "time":
            self.area.shift = self.shift(at, free=free)
            self.area.update()
        elif self.way == "value":
            self.set_values(at)

    def moves_freely(self) -> bool:
        """Whether the control's value is a number."""
        return control_at(self.key.track).kind in ("number", "whole")

    def shift(self, at: QPointF, *, free: bool) -> float:
        """Seconds by which the keys move: so that the one in the hand snaps, and none leaves the timeline."""
        area, shown = self.area, self.area.animation.shown
        wanted = self.key.t + area.axis.seconds(at.x() - self.start.x())
        times = [key.t for key in area.animation.chosen] or [self.key.t]
        by = snap(area, wanted, free=free, others=self.others) - self.key.t
        return min(max(by, -min(times)), shown.duration - max(times))

    def set_values(self, at: QPointF) -> None:
        """All chosen keys of the track by as much as the one in the hand."""
        area, lane = self.area, self.lane
        assert lane is not None
        limits = area.limits(lane)
        address = self.key.track
        rise = value_at_y(lane, at.y(), limits) - value_at_y(lane, self.start.y(), limits)
        if not rise:
            return
        self.start = QPointF(self.start.x(), at.y())
        control = control_at(address)
        mine = [key for key in area.animation.chosen if key.track == address]

        def raised(timeline: Timeline) -> Timeline:
            for place in mine:
                for key in chosen_keys(timeline, [place]):
                    value = control.kept(number(key.value, control) + rise)  # type: ignore[union-attr]
                    timeline = add_value(timeline, address, key.t, value)
            return timeline

        area.animation.edit("Change key", raised, moving=f"key {address}")

    def release(self, at: QPointF, *, free: bool) -> None:
        animation, chosen = self.area.animation, self.area.animation.chosen
        by = self.shift(at, free=free) if self.way == "time" else 0.0
        self.area.shift, self.area.held = 0.0, {}
        if self.way == "value":
            animation.rest()
        elif by and animation.edit("Move keys", lambda timeline: move_keys(timeline, chosen, by)):
            animation.choose({near(animation.shown, KeyAt(key.track, key.t + by)) for key in chosen})
        elif not self.way:
            animation.go(self.key.t, exact=True)
        self.area.update()

    def cancel(self) -> None:
        self.area.shift, self.area.held = 0.0, {}
        if self.way == "value":
            self.area.animation.give_up(self.since)
        self.area.update()


class PullHandle:
    """A handle of a Bezier curve."""

    def __init__(self, area: TimelineArea, handle: Handle) -> None:
        self.area, self.handle = area, handle
        self.since = area.animation.document.stack.index()
        lane = area.lane_of(handle.start.track)
        assert lane is not None
        self.limits = area.limits(lane)
        area.held = {lane.address: self.limits}

    def move(self, at: QPointF, *, free: bool) -> None:
        area = self.area
        lane = area.lane_of(self.handle.start.track)
        if lane is not None:
            t, value = area.axis.t(at.x()), value_at_y(lane, at.y(), self.limits)
            change = lambda timeline: with_handle(timeline, self.handle, t, value)  # noqa: E731
            area.animation.edit("Shape the curve", change, moving=f"handle {self.handle.start}")

    def release(self, at: QPointF, *, free: bool) -> None:
        self.area.held = {}
        self.area.animation.rest()

    def cancel(self) -> None:
        self.area.held = {}
        self.area.animation.give_up(self.since)


class PullEnd:
    """The in or the out point."""

    def __init__(self, area: TimelineArea, which: str) -> None:
        self.area, self.which = area, which
        self.since = area.animation.document.stack.index()

    def move(self, at: QPointF, *, free: bool) -> None:
        area = self.area
        shown = area.animation.shown
        t = snap(area, area.axis.t(at.x()), free=free)
        least = float(1 / shown.fps)

        def pulled(timeline: Timeline) -> Timeline:
            if self.which == "in":
                return replace(timeline, start=min(t, timeline.stop - least))
            end = max(t, timeline.start + least)
            return replace(timeline, end=None if end >= timeline.duration else end)

        area.animation.edit(f"Set {self.which} point", pulled, moving=f"{self.which} point", loud=False)

    def release(self, at: QPointF, *, free: bool) -> None:
        self.area.animation.rest()

    def cancel(self) -> None:
        self.area.animation.give_up(self.since)


def without(timeline: Timeline, chosen: frozenset[KeyAt]) -> Timeline:
    """A timeline to snap to: without the keys that are being moved; tracks that are left empty stay."""
    faces = tuple(key for key in timeline.recipes.keys if KeyAt("", key.t) not in chosen)
    tracks = tuple(
        replace(track, keys=tuple(key for key in track.keys if KeyAt(track.address, key.t) not in chosen))
        for track in timeline.tracks
    )
    return replace(timeline, recipes=replace(timeline.recipes, keys=faces, walk=None), tracks=tracks)


def near(timeline: Timeline, wanted: KeyAt) -> KeyAt:
    """The key at a place, by the time that it really has."""
    track = track_at(timeline, wanted.track)
    keys = timeline.recipes.keys if track is None else track.keys
    return KeyAt(wanted.track, min((key.t for key in keys), key=lambda t: abs(t - wanted.t), default=wanted.t))
