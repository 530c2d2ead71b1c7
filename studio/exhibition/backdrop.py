"""Behind the show, on its screen: the last good picture while it starts again, or the film of its pictures."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage

from engine.show.values import Screen
from studio.exhibition import keepsakes
from studio.exhibition.output import OutputWindow

RATE = 25.0


class Backdrop(OutputWindow):
    """Never above the show's own window, which stays on top of others."""

    def __init__(self, folder: Path, screen: Screen | None = None, *, rehearses: bool = False) -> None:
        super().__init__(screen, rehearses=rehearses)
        self.folder = folder
        self.setWindowTitle("Visagist · behind the show")
        if not rehearses:
            self.setWindowFlags(Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.frames: list[Path] = []
        self.loaded: dict[int, QImage] = {}
        self.began = 0.0
        self.timer = QTimer(self, interval=round(1000 / RATE))
        self.timer.timeout.connect(self.show_film)

    def show_last(self) -> None:
        """The last good picture; black where none was kept."""
        self.stop_film()
        image = keepsakes.last_picture(self.folder)
        if not image.isNull():
            self.show_pictures(image, None, 1.0)

    def play_film(self) -> None:
        """The film, to and fro; without one the last good picture stays."""
        if self.timer.isActive():
            return
        self.frames = keepsakes.film(self.folder)
        if not self.frames:
            self.show_last()
            return
        self.loaded.clear()
        self.began = time.monotonic()
        self.timer.start()

    def stop_film(self) -> None:
        """A picture stands."""
        self.timer.stop()
        self.loaded.clear()

    def show_film(self) -> None:
        """The frames of now, blended; only two are in memory."""
        first, second, weight = keepsakes.film_at(len(self.frames), time.monotonic() - self.began)
        self.loaded = {
            number: self.loaded[number] if number in self.loaded else QImage(str(self.frames[number]))
            for number in {first, second}
        }
        before, now = self.loaded[first], self.loaded[second]
        if not before.isNull() and not now.isNull():
            self.show_pictures(now, before, weight)
