"""Panels that show what comes by itself: they look for it while they are seen, and only then."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget


class LookingPanel(QWidget):
    """`looking` is for subclasses to connect; it runs while the panel is on show."""

    def __init__(self, interval: int) -> None:
        super().__init__()
        self.looking = QTimer(self, interval=interval)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.looking.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        super().hideEvent(event)
        self.looking.stop()

    def end(self) -> None:
        """The window closes."""
        self.looking.stop()
