"""A show by itself: `visagist exhibit`, with no control window."""

from __future__ import annotations

import logging
import signal
import sys
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from engine.errors import VisagistError
from engine.project import Project
from engine.project_file import read_project
from engine.show.values import Show
from studio import heap, logs, theme
from studio.collector import Collector
from studio.exhibition.exhibition import Exhibition
from studio.exhibition.screens import screens, words

log = logging.getLogger(__name__)


def main(path: Path, screen: int | None = None, *, rehearses: bool = False, begun: float | None = None) -> int:
    """Play the show of a project until someone leaves it. Gives the exit code.

    begun: unix seconds at which it began first, so that one that was started again goes on where it would be.
    """
    project = read_project(path)
    heap.steady()
    logs.start()
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Visagist")
    app.setDesktopFileName("visagist")
    app.setQuitOnLastWindowClosed(False)  # a screen that is unplugged must not end the show
    theme.apply(app)
    collector = Collector(app)
    exhibition = Exhibition(on_screen(project, screen), rehearses=rehearses, begun=begun)
    exhibition.said.connect(log.warning)
    exhibition.left.connect(app.exit)  # not `quit`, which a window that does not close would refuse
    exhibition.runner.frame_shown.connect(lambda at: collector.settle(), Qt.ConnectionType.SingleShotConnection)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: app.exit())
    exhibition.begin()
    code = app.exec()
    exhibition.end()
    collector.stop()
    return code


def on_screen(project: Project, screen: int | None) -> Project:
    """The project with its show on the screen of a number; VisagistError where there is none."""
    if screen is None:
        return project
    there = screens()
    if not 1 <= screen <= len(there):
        listed = "; ".join(map(words, there)) or "none"
        raise VisagistError(f"there is no screen {screen} here; there are: {listed}")
    show = project.board.show or Show()
    shown = replace(show, screen=replace(show.screen, number=screen))
    return replace(project, board=replace(project.board, show=shown))
