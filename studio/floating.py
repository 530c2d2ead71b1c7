"""The ground of what floats on the picture: toasts, cards, the line of a progress."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from studio import theme

CORNER = 8


def paint_ground(widget: QWidget, ground: str = theme.RAISED, line: str = theme.LINE) -> None:
    """Nearly opaque, rounded, with a hairline around it; for a paintEvent."""
    with QPainter(widget) as p:
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setBrush(theme.colour(ground, 0.97))
        p.setPen(QPen(theme.colour(line), 1))
        p.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), CORNER, CORNER)
