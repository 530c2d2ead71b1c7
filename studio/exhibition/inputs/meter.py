"""A small bar that shows where something stands, bright while it moves."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio import theme

THICK = 4


class Meter(QWidget):
    """From 0 to 1."""

    def __init__(self, name: str, width: int = 44, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wide, self.share, self.lively = width, 0.0, False
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(self.wide, 12)

    def show_share(self, share: float, *, lively: bool) -> None:
        """Show a place on the way."""
        share = min(max(share, 0.0), 1.0)
        if (share, lively) != (self.share, self.lively):
            self.share, self.lively = share, lively
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_bar(p, QRectF(self.rect()), self.share, lively=self.lively)


def paint_bar(p: QPainter, within: QRectF, share: float, *, lively: bool) -> None:
    """A track with its fill, in the middle of a rectangle."""
    track = QRectF(within.left(), within.center().y() - THICK / 2, within.width(), THICK)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(theme.colour(theme.RAISED))
    p.drawRoundedRect(track, 2, 2)
    if share > 0:
        p.setBrush(theme.colour(theme.SECOND if lively else "#4a4f59"))
        track.setWidth(max(track.width() * share, THICK))
        p.drawRoundedRect(track, 2, 2)
