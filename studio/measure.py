"""Start-up times, for the benchmark: VISAGIST_MEASURE=start prints one line of JSON and closes the window."""

from __future__ import annotations

import json
import sys
import time

import psutil
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from studio.main_window import MainWindow


class Stopwatch(QObject):
    """Seconds from the start of the process until the window and until the first face were painted."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.started = psutil.Process().create_time()
        self.seconds: dict[str, float] = {}
        window.canvas.painted.connect(self.on_painted)
        window.session.failed.connect(self.on_failed)

    def on_painted(self, frame: object) -> None:
        passed = round(time.time() - self.started, 3)
        self.seconds.setdefault("window_s", passed)
        if frame is not None and "first_face_s" not in self.seconds:
            self.seconds["first_face_s"] = passed
            sys.stdout.write(json.dumps(self.seconds) + "\n")
            sys.stdout.flush()
            self.window.close()

    def on_failed(self, sentence: str) -> None:
        sys.stderr.write(f"visagist: {sentence}\n")
        self.window.close()
        QApplication.exit(1)
