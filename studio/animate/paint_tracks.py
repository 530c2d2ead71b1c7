"""Paints control tracks: the curve over what is in sight, its keys, and the handles of a chosen key's Bezier curve."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF

from engine.controls import control_at
from engine.timeline.edits import KeyAt
from studio import theme
from studio.animate.curve import Curve, number, text_of
from studio.animate.handles import handles_of
from studio.animate.lanes import Lane
from studio.animate.paint_faces import seen
from studio.animate.scene import Scene

INK = (theme.ACCENT, theme.SECOND, theme.TEXT)
EVERY = 2.0  # pixels from point to point of a curve
INSET = 7.0  # pixels above and below the curve
DIAMOND = 5.0


def y_of(lane: Lane, value: float, limits: tuple[float, float]) -> float:
    """How high a value lies."""
    low, high = limits
    return lane.bottom - INSET - (value - low) / (high - low) * (lane.height - 2 * INSET)


def value_at_y(lane: Lane, y: float, limits: tuple[float, float]) -> float:
    """The value at a height."""
    low, high = limits
    return low + (lane.bottom - INSET - y) / (lane.height - 2 * INSET) * (high - low)


def paint_track(p: QPainter, scene: Scene, lane: Lane, limits: tuple[float, float], clip: QRectF) -> None:
    """One track."""
    assert lane.track is not None
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink = INK[lane.number % len(INK)] if lane.track.enabled else theme.MUTED
    if lane.opened:
        p.fillRect(QRectF(clip.left(), lane.top, clip.width(), lane.height), theme.colour(theme.RAISED, 0.35))
    p.setPen(QPen(theme.colour(ink, 1.0 if lane.track.enabled else 0.4), 1.5))
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawPath(curve_path(scene, lane, limits, clip))
    paint_keys(p, scene, lane, limits, clip)
    if lane.opened:
        paint_handles(p, scene, lane, limits)


def curve_path(scene: Scene, lane: Lane, limits: tuple[float, float], clip: QRectF) -> QPainterPath:
    """Points two pixels apart; jumps are drawn upright."""
    timeline, axis, track = scene.timeline, scene.axis, lane.track
    assert track is not None
    left = max(clip.left() - EVERY, axis.x(0.0), axis.left)
    right = min(clip.right() + EVERY, axis.x(timeline.duration), axis.left + axis.width)
    left -= left % EVERY  # the same points whatever part is painted again
    path = QPainterPath()
    jumps = control_at(track.address).kind in ("seed", "choice")
    curve, before = Curve(timeline, track), 0.0
    for x in places(left, right):
        t = min(max(axis.t(x), 0.0), timeline.duration)
        y = y_of(lane, curve.height(t), limits)
        if path.elementCount() == 0:
            path.moveTo(x, y)
        else:
            if jumps and y != before:
                path.lineTo(x, before)
            path.lineTo(x, y)
        before = y
    return path


def places(left: float, right: float) -> Iterator[float]:
    """Every other pixel, and the right end."""
    yield from (left + at * EVERY for at in range(max(0, int((right - left) / EVERY)) + 1))
    yield right


def paint_keys(p: QPainter, scene: Scene, lane: Lane, limits: tuple[float, float], clip: QRectF) -> None:
    """Small diamonds, in the accent where chosen, with their value where pointed at."""
    assert lane.track is not None
    control, keys = control_at(lane.address), lane.track.keys
    for at in seen(scene.times(lane.address), scene, clip):
        place = KeyAt(lane.address, keys[at].t)
        chosen = place in scene.chosen
        t = keys[at].t + (scene.shift if chosen else 0.0)
        middle = QPointF(scene.axis.x(t), y_of(lane, number(keys[at].value, control), limits))
        size = DIAMOND + (1.0 if chosen or place == scene.pointed else 0.0)
        p.setPen(QPen(theme.colour(theme.GROUND), 1))
        p.setBrush(theme.colour(theme.ACCENT if chosen else "#f2f3f5"))
        p.drawPolygon(diamond(middle, size))
        if place == scene.pointed or (chosen and lane.opened):
            p.setPen(theme.colour(theme.TEXT))
            p.setFont(theme.font(theme.VALUE_PX))
            p.drawText(middle + QPointF(9, -6), text_of(keys[at].value, control))


def paint_handles(p: QPainter, scene: Scene, lane: Lane, limits: tuple[float, float]) -> None:
    """Of chosen keys that are left along a Bezier curve."""
    for handle in handles_of(scene.timeline, lane.address, scene.chosen):
        key = QPointF(scene.axis.x(handle.key_t), y_of(lane, handle.key_value, limits))
        at = QPointF(scene.axis.x(handle.t), y_of(lane, handle.value, limits))
        p.setPen(QPen(theme.colour(theme.SECOND, 0.8), 1.2))
        p.drawLine(key, at)
        p.setPen(QPen(theme.colour(theme.GROUND), 1))
        p.setBrush(theme.colour(theme.SECOND))
        p.drawEllipse(at, 4.5, 4.5)


def diamond(middle: QPointF, size: float) -> QPolygonF:
    """A square on its corner."""
    steps = ((0, -size), (size, 0), (0, size), (-size, 0))
    return QPolygonF([middle + QPointF(x, y) for x, y in steps])
