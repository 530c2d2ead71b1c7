"""Paints the column of the lanes' names, and the quiet words of a timeline with nothing on it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from studio import theme
from studio.animate.lanes import RULER, Lane
from studio.animate.scene import NAMES, SIDE, Scene

FIRST_STEP = "Click a face at the left, drag one here, or press K for the face of Explore."


def paint_names(p: QPainter, scene: Scene, hovered: Lane | None) -> None:
    """Over what was scrolled under them."""
    p.fillRect(QRectF(0, 0, NAMES, scene.height), theme.colour(theme.PANEL))
    for lane in scene.lanes:
        if lane.bottom < RULER or lane.top > scene.height:
            continue
        bright = lane.kind == "faces" or lane is hovered or lane.opened
        dim = lane.track is not None and not lane.track.enabled
        p.setFont(theme.font(theme.LABEL_PX))
        p.setPen(theme.colour(theme.TEXT if bright and not dim else theme.MUTED, 0.6 if dim else 1.0))
        place = QRectF(16, lane.top, NAMES - 22, lane.height if lane.kind == "faces" else min(lane.height, 40))
        words = p.fontMetrics().elidedText(lane.title, Qt.TextElideMode.ElideRight, int(place.width()))
        p.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
    p.fillRect(QRectF(0, 0, NAMES, RULER), theme.colour(theme.PANEL))


def paint_empty(p: QPainter, scene: Scene) -> None:
    """What to do first, where the first face would stand."""
    lane = scene.lanes[0]
    left = scene.axis.x(0.0)
    rect = QRectF(left - SIDE / 2, lane.top + (lane.height - SIDE) / 2, SIDE, SIDE)
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    p.setPen(QPen(theme.colour("#4a4f59"), 1.2, Qt.PenStyle.DashLine))
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawRoundedRect(rect, theme.RADIUS, theme.RADIUS)
    p.setPen(theme.colour(theme.MUTED))
    p.setFont(theme.font(theme.LABEL_PX))
    words = QRectF(rect.right() + 16, rect.top(), scene.width - rect.right() - 32, SIDE)
    p.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, FIRST_STEP)
