"""Whether a visitor is there: come with the first touch, gone after so many seconds without one."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

TICK_MS = 200
WARNING_S = 10.0  # before someone is taken for gone, the scene asks


class Visit(QObject):
    """came, left: a visitor; waning: the share of the last seconds that is left, from 1 to 0, and 1 after a touch."""

    came = Signal()
    left = Signal()
    waning = Signal(float)

    def __init__(self, idle: float, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self.idle, self.clock = idle, clock
        self.present = False
        self.last = 0.0
        self.told = 1.0
        self.timer = QTimer(self, interval=TICK_MS)
        self.timer.timeout.connect(self.tick)

    def touched(self) -> None:
        """Someone did something: by hand, key, game pad or before a sensor."""
        self.last = self.clock()
        self.tell(1.0)
        if not self.present:
            self.present = True
            self.timer.start()
            self.came.emit()

    def tick(self) -> None:
        """Look at the clock."""
        if not self.present:
            return
        remaining = self.idle - (self.clock() - self.last)
        if remaining <= 0:
            self.go()
        else:
            self.tell(min(1.0, remaining / min(WARNING_S, self.idle / 2)))

    def tell(self, share: float) -> None:
        """How much of the last seconds is left."""
        if share != self.told:
            self.told = share
            self.waning.emit(share)

    def go(self) -> None:
        """Nobody is there now."""
        if self.present:
            self.present = False
            self.timer.stop()
            self.told = 1.0
            self.left.emit()
