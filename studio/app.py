"""The program's window, from its start to its end."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from studio import heap, logs, theme
from studio.collector import Collector
from studio.main_window import MainWindow

UNPAINTED_MS = 500


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window; argv: files to open in it. Gives the exit code."""
    heap.steady()
    logs.start()
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Visagist")
    app.setDesktopFileName("visagist")
    theme.apply(app)
    collector = Collector(app)
    window = MainWindow()
    # by then everything is imported
    window.document.model_changed.connect(collector.settle, Qt.ConnectionType.SingleShotConnection)
    window.workspaces.built_another.connect(collector.settle)
    measure(window, os.environ.get("VISAGIST_MEASURE", ""))
    start_after_painting(window, [Path(name) for name in (sys.argv[1:] if argv is None else argv)])
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: window.close())
    window.show()
    code = app.exec()
    collector.stop()
    return code


def measure(window: MainWindow, what: str) -> None:
    """For the benchmark: "start" times the start, "feel:30:2000" plays for 30 s and then makes 2,000 gestures."""
    # imported here: nothing that a usual start should wait for
    if what == "start":
        from studio.measure import Stopwatch

        Stopwatch(window)
    elif what.startswith("feel:"):
        from studio.feel import Feel

        seconds, gestures = what.removeprefix("feel:").split(":")
        Feel(window, float(seconds), int(gestures))


def start_after_painting(window: MainWindow, files: list[Path]) -> None:
    """Importing torch holds Python's lock for long stretches, so the window is painted first.

    A window that is not painted (minimised, on another desktop) starts all the same.
    """
    late = QTimer(window, singleShot=True, interval=UNPAINTED_MS)

    def start() -> None:
        late.stop()
        window.canvas.painted.disconnect(start)
        window.start(files)

    late.timeout.connect(start)
    window.canvas.painted.connect(start, Qt.ConnectionType.QueuedConnection)
    late.start()
