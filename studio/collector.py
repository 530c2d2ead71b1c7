"""Python's garbage collector, kept to the main thread: a collection on another thread may destroy Qt objects there."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 100


class Collector(QObject):
    """Switches automatic collection off and collects by a timer, by the collector's own thresholds.

    The timer has a second use: a signal from the terminal is only heard while Python runs.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self.timer = QTimer(self)
        self.timer.timeout.connect(self.collect)
        self.timer.start(INTERVAL_MS)

    def collect(self) -> None:
        """Collect the oldest generation that is due."""
        for generation in (2, 1, 0):
            limit = gc.get_threshold()[generation]
            if limit and gc.get_count()[generation] > limit:
                gc.collect(generation)
                return

    def settle(self) -> None:
        """Leave what is there now out of all later rounds: modules and tables live as long as the program.

        A full round over them takes 80 ms, in which the window answers nobody.
        """
        gc.collect()
        gc.freeze()

    def stop(self) -> None:
        """Back to Python's own ways."""
        self.timer.stop()
        gc.unfreeze()
        gc.enable()
