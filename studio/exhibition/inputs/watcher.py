"""A thread that looks after a device: opens it, sees that it is gone, and opens it again when it returns."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, QThread

EVERY_S = 2.0
SELDOM_S = 20.0  # where the system has no such devices at all


class Watcher(QThread):
    """Calls `look` every two seconds, and `close` at the end, all on its thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ending = threading.Event()
        self.pause = EVERY_S

    def look(self) -> None:
        """See how the device is."""
        raise NotImplementedError

    def close(self) -> None:
        """Let the device go."""
        raise NotImplementedError

    def run(self) -> None:
        """The thread."""
        while not self.ending.is_set():
            self.look()
            self.ending.wait(self.pause)
        self.close()

    def end(self) -> None:
        """End the thread and wait until the device is let go."""
        self.ending.set()
        self.wait()
