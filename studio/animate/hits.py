"""What lies under a point of the timeline, and where a key lies."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from engine.controls import control_at
from engine.timeline.edits import KeyAt
from studio.animate.curve import number
from studio.animate.handles import Handle, handles_of
from studio.animate.paint_faces import face_rect
from studio.animate.paint_tracks import y_of
from studio.animate.scene import NAMES, SIDE

if TYPE_CHECKING:
    from studio.animate.view import TimelineView

NEAR = 9.0  # pixels from a key's middle that are still on it


def place_of(view: TimelineView, key: KeyAt) -> QPointF | None:
    """The middle of a key."""
    lane = view.lane_of(key.track)
    if lane is None:
        return None
    if lane.track is None:
        return face_rect(view.scene(), lane, key.t).center()
    index = bisect_left(view.lists[key.track], key.t - 1e-9)
    if index >= len(lane.track.keys):
        return None
    value = number(lane.track.keys[index].value, control_at(lane.address))
    return QPointF(view.axis.x(key.t), y_of(lane, value, view.limits(lane)))


def key_at(view: TimelineView, at: QPointF) -> KeyAt | None:
    """The key under a point: of several the nearest."""
    lane = view.lane_at(at.y())
    if lane is None or at.x() < NAMES or lane.kind == "sound":
        return None
    reach = SIDE / 2 if lane.kind == "faces" else NEAR
    times = view.lists.get(lane.address, [])
    first = bisect_left(times, view.axis.t(at.x() - reach))
    last = bisect_right(times, view.axis.t(at.x() + reach))
    near = min(times[first:last], key=lambda t: abs(view.axis.x(t) - at.x()), default=None)
    if near is None:
        return None
    key = KeyAt(lane.address, near)
    place = place_of(view, key)
    return key if place is not None and abs(place.y() - at.y()) <= reach else None


def handle_at(view: TimelineView, at: QPointF) -> Handle | None:
    """The handle of a Bezier curve under a point."""
    lane = view.lane_at(at.y())
    if lane is None or not lane.opened:
        return None
    limits = view.limits(lane)
    for handle in handles_of(view.animation.shown, lane.address, view.animation.chosen):
        place = QPointF(view.axis.x(handle.t), y_of(lane, handle.value, limits))
        if (place - at).manhattanLength() <= NEAR:
            return handle
    return None


def keys_in(view: TimelineView, band: QRectF) -> frozenset[KeyAt]:
    """The keys in a rectangle."""
    found = set()
    first, last = view.axis.between(band.left(), band.right())
    for lane in view.lanes:
        if lane.kind == "sound" or lane.bottom < band.top() or lane.top > band.bottom():
            continue
        times = view.lists.get(lane.address, [])
        for t in times[bisect_left(times, first) : bisect_right(times, last)]:
            place = place_of(view, KeyAt(lane.address, t)) if lane.opened else None
            if place is None or band.contains(place):
                found.add(KeyAt(lane.address, t))
    return frozenset(found)
