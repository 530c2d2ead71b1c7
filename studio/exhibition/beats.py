"""The screen's beat on an absolute schedule: what comes late is left out, and nothing ever adds up."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

EARLY = 5e-4  # seconds before its time at which a beat still counts as due


class Beats(QObject):
    """Beat n is due at origin + n / rate, whatever happened before. `due` carries that time, by this clock.

    missed: beats that had gone by when the window's thread was free again.
    """

    due = Signal(float)

    def __init__(
        self, rate: float, parent: QObject | None = None, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        super().__init__(parent)
        self.clock, self.rate = clock, rate
        self.origin, self.index, self.missed = 0.0, 0, 0
        self.timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.tick)

    def start(self) -> None:
        """From now on."""
        self.origin, self.index = self.clock(), -1
        self.arm()

    def stop(self) -> None:
        """No more beats."""
        self.timer.stop()

    def set_rate(self, rate: float) -> None:
        """Another screen."""
        running, self.rate = self.timer.isActive(), rate
        if running:
            self.start()

    def tick(self) -> None:
        """Beat if it is time."""
        index = math.floor((self.clock() - self.origin + EARLY) * self.rate)
        if index > self.index:
            self.missed += index - self.index - 1
            self.index = index
            self.due.emit(self.origin + index / self.rate)
        if self.clock() - self.origin > 3600 and self.index == index:
            # a new origin, on the beat, so that the numbers stay exact for months
            self.origin, self.index = self.origin + index / self.rate, 0
        self.arm()

    def arm(self) -> None:
        """Wait for the next beat."""
        wait = self.origin + (self.index + 1) / self.rate - self.clock()
        self.timer.start(max(0, math.ceil(wait * 1000)))
