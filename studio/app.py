"""The program's window, from its start to its end."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from studio import logs, theme
from studio.collector import Collector
from studio.main_window import MainWindow

UNPAINTED_MS = 500


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window; argv: files to open in it. Gives the exit code."""
    logs.start()
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Visagist")
    app.setDesktopFileName("visagist")
    theme.apply(app)
    collector = Collector(app)
    window = MainWindow()
    if os.environ.get("VISAGIST_MEASURE") == "1":
        from studio.measure import Stopwatch  # nothing that a usual start should wait for

        Stopwatch(window)
    start_after_painting(window, [Path(name) for name in (sys.argv[1:] if argv is None else argv)])
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: window.close())
    window.show()
    code = app.exec()
    collector.stop()
    return code


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
