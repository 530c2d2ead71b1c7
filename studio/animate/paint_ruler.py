"""Paints the ruler: ticks with their times, the in and out points, markers, and the playhead through all lanes."""

from __future__ import annotations

from bisect import bisect_left

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from studio import theme
from studio.animate.lanes import RULER
from studio.animate.scene import Scene
from studio.animate.timecode import timecode

FLAG = 7.0  # of a marker, pixels
NEAR_MARKS = 3.0  # pixels; markers nearer than this are painted as one
HANDLE = 5.0


def paint_grid(p: QPainter, scene: Scene, clip: QRectF) -> None:
    """Hairlines through the lanes where the ruler has a time, and shade over what is not rendered."""
    timeline, axis = scene.timeline, scene.axis
    p.setPen(QPen(theme.colour(theme.LINE, 0.55), 1))
    for t in axis.ticks(axis.step(timeline.fps), max(clip.left(), axis.left), clip.right(), timeline.duration):
        x = round(axis.x(t)) + 0.5
        p.drawLine(QPointF(x, RULER), QPointF(x, scene.height))


def paint_shade(p: QPainter, scene: Scene) -> None:
    """What lies outside the in and out points is dimmed."""
    axis, timeline = scene.axis, scene.timeline
    right = scene.axis.left + scene.axis.width
    shade = theme.colour(theme.GROUND, 0.6)
    start, stop = axis.x(timeline.start), axis.x(timeline.stop)
    if timeline.start > 0 and start > axis.left:
        p.fillRect(QRectF(axis.left, RULER, min(start, right) - axis.left, scene.height - RULER), shade)
    if timeline.end is not None and stop < right:
        left = max(stop, axis.left)
        p.fillRect(QRectF(left, RULER, right - left, scene.height - RULER), shade)


def paint_ruler(p: QPainter, scene: Scene, clip: QRectF) -> None:
    """Over everything that was scrolled under it."""
    timeline, axis = scene.timeline, scene.axis
    p.fillRect(QRectF(axis.left, 0, axis.width, RULER), theme.colour(theme.PANEL))
    paint_part(p, scene)
    step = axis.step(timeline.fps)
    p.setFont(theme.font(theme.VALUE_PX))
    # a time hangs to the right of its tick, so that one left of the clip may reach into it
    left = max(clip.left() - 80, axis.left)
    for t in axis.ticks(step / 5 if step * axis.scale >= 90 else step / 2, left, clip.right(), timeline.duration):
        p.setPen(QPen(theme.colour(theme.LINE), 1))
        x = round(axis.x(t)) + 0.5
        p.drawLine(QPointF(x, RULER - 4), QPointF(x, RULER - 1))
    for t in axis.ticks(step, left, clip.right(), timeline.duration):
        x = round(axis.x(t)) + 0.5
        p.setPen(QPen(theme.colour("#4a4f59"), 1))
        p.drawLine(QPointF(x, RULER - 9), QPointF(x, RULER - 1))
        p.setPen(theme.colour(theme.MUTED))
        p.drawText(QPointF(x + 4, RULER - 10), tick_text(t, step, scene))
    paint_markers(p, scene, clip)


def tick_text(t: float, step: float, scene: Scene) -> str:
    """A time as short as it can be: seconds alone while there is no minute, frames where the ruler goes that far."""
    duration, fps = scene.timeline.duration, scene.timeline.fps
    whole = timecode(t, fps)
    if step >= 1:
        whole = whole.partition(".")[0]
    return whole[3:] if duration < 60 else whole


def paint_part(p: QPainter, scene: Scene) -> None:
    """The part that is played and rendered, as a line with a handle at either end."""
    axis, timeline = scene.axis, scene.timeline
    left, right = axis.x(timeline.start), axis.x(timeline.stop)
    trimmed = timeline.start > 0 or timeline.end is not None
    ink = theme.colour(theme.ACCENT, 0.85) if trimmed else theme.colour("#4a4f59")
    p.fillRect(QRectF(left, 0, right - left, 2), ink)
    for x, sign in ((left, 1), (right, -1)):
        p.fillRect(QRectF(x - (0 if sign > 0 else 2), 0, 2, 11), ink)
        p.fillRect(QRectF(x if sign > 0 else x - HANDLE, 0, HANDLE, 2), ink)


def paint_markers(p: QPainter, scene: Scene, clip: QRectF) -> None:
    """Small flags; the name beside one where there is room for it."""
    axis, markers = scene.axis, scene.timeline.markers
    times = [marker.t for marker in markers]
    at = bisect_left(times, axis.t(max(clip.left() - 160, axis.left)))
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    while at < len(markers) and (x := axis.x(times[at])) <= clip.right() + FLAG:
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(theme.colour(theme.SECOND))
        p.drawPolygon(QPolygonF([QPointF(x - 5, 4), QPointF(x + 5, 4), QPointF(x, 4 + FLAG + 3)]))
        following = bisect_left(times, axis.t(x + NEAR_MARKS), at + 1)
        room = (axis.x(times[following]) if following < len(times) else axis.left + axis.width) - x - 18
        if markers[at].name and room > 24:
            p.setPen(theme.colour(theme.SECOND))
            p.setFont(theme.font(theme.VALUE_PX))
            words = p.fontMetrics().elidedText(markers[at].name, Qt.TextElideMode.ElideRight, int(min(room, 140)))
            p.drawText(QPointF(x + 9, 12), words)
        at = following


def paint_playhead(p: QPainter, scene: Scene) -> None:
    """A line through everything."""
    x = scene.axis.x(scene.playhead)
    if not scene.axis.left <= x <= scene.axis.left + scene.axis.width:
        return
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    p.setPen(QPen(theme.colour(theme.ACCENT), 1.5))
    p.drawLine(QPointF(x, 12), QPointF(x, scene.height))
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(theme.colour(theme.ACCENT))
    head = [QPointF(x - 5.5, 11), QPointF(x + 5.5, 11), QPointF(x + 5.5, 17), QPointF(x, 23), QPointF(x - 5.5, 17)]
    p.drawPolygon(QPolygonF(head))
