"""The wall in small, in the shape of its screen: what is on it, or how the face of now would lie there."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.show.values import Screen
from studio import theme
from studio.exhibition.geometry import centred
from studio.exhibition.wall import Wall

MARGIN = 18


class Preview(QWidget):
    """Holds a small wall."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wall = Wall(parent=self)
        self.wall.setAccessibleName("Preview of the wall")
        self.shape = QSize(16, 9)
        self.setMinimumSize(260, 180)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_screen(self, screen: Screen, shape: QSize) -> None:
        """Lie as on a screen of this shape."""
        self.shape = shape
        self.wall.set_look(screen)
        self.place()

    def place(self) -> None:
        """As large as there is room."""
        room = self.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        size = self.shape.scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(16, 16))
        self.wall.setGeometry(centred(size, QRect(room)))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as p:
            p.fillRect(self.rect(), theme.colour(theme.GROUND))
            p.setPen(QPen(theme.colour(theme.LINE), 1))
            p.drawRect(self.wall.geometry().adjusted(-1, -1, 0, 0))
