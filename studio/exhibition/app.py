"""A show by itself, with no control window: `visagist exhibit`, and the process that watches over another such one."""

from __future__ import annotations

import logging
import os
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from engine.errors import VisagistError
from engine.project import Project
from engine.project_file import read_project
from engine.show.hours import closed_at
from engine.show.values import Show
from studio import heap, logs, theme
from studio.collector import Collector
from studio.exhibition.exhibition import Exhibition
from studio.exhibition.inputs.show_inputs import ShowInputs
from studio.exhibition.keepsakes import folder_of, last_picture
from studio.exhibition.programme import playable
from studio.exhibition.pulse import Pulse
from studio.exhibition.screens import screens, words
from studio.exhibition.supervisor import Supervisor, obey_signals

if TYPE_CHECKING:
    from studio.exhibition.full_scene import FullScene

log = logging.getLogger(__name__)

TERMINATED = 143  # the exit code of who was ended by SIGTERM


@dataclass(frozen=True)
class Supervised:
    """How a supervisor starts a show. size: the largest side of a face; device: None is the best one."""

    size: int | None = None
    device: str | None = None


def main(
    path: Path,
    screen: int | None = None,
    *,
    rehearses: bool = False,
    begun: float | None = None,
    supervised: Supervised | None = None,
) -> int:
    """Play the show of a project until someone leaves it. Gives the exit code.

    begun: unix seconds at which it began first, so that one that was started again goes on where it would be.
    """
    project = read_project(path)
    app = application()
    collector = Collector(app)
    exhibition = Exhibition(
        on_screen(project, screen, waits=supervised is not None),
        rehearses=rehearses,
        begun=begun,
        quiz=partial(quiz_of, project),
    )
    inputs = ShowInputs(exhibition.runner, project)
    pulse = None
    if supervised is not None:
        exhibition.runner.spare(supervised.size, supervised.device)
        speaks, sys.stdout = sys.stdout.buffer, sys.stderr  # nothing else may speak on the line
        # without a buffer, whose lock a thread that waits would still hold when Python ends
        listens = os.fdopen(sys.stdin.fileno(), "rb", buffering=0, closefd=False)
        pulse = Pulse(exhibition.runner, folder_of(path), listens, speaks, app)
        pulse.left.connect(app.exit)
        # the window covers the last good picture, which is to be seen until the first one is there
        exhibition.output.show_pictures(last_picture(folder_of(path)))
    exhibition.said.connect(log.warning)
    exhibition.left.connect(app.exit)  # not `quit`, which a window that does not close would refuse
    exhibition.runner.frame_shown.connect(lambda at: collector.settle(), Qt.ConnectionType.SingleShotConnection)
    # one that a supervisor watches was not left by a person when something else ends it
    obey_signals(partial(app.exit, 0 if supervised is None else TERMINATED))
    exhibition.begin()
    inputs.begin()
    code = app.exec()
    inputs.end()
    exhibition.end()
    if pulse is not None:
        pulse.end()
    collector.stop()
    return code


def supervise(path: Path, screen: int | None = None, *, rehearses: bool = False, health: int | None = None) -> int:
    """Play the show in a process of its own, and start that again whenever it fails. Gives the exit code.

    health: the port of the page on this machine that says how it is; 0 is a free one.
    """
    project = read_project(path)
    app = application()
    # of an unknown time zone the show itself tells, in the same log
    show = playable(on_screen(project, screen, waits=True).board.show or Show(), lambda error: None)
    words = [sys.executable, "-m", "engine.cli", "exhibit", str(path), "--supervised", "--begun", f"{time.time():.3f}"]
    words += ["--screen", str(screen)] if screen is not None else []
    words += ["--rehearse"] if rehearses else []
    supervisor = Supervisor(
        words,
        folder_of(path),
        path.name,
        show.screen,
        health,
        rehearses=rehearses,
        closed=lambda: closed_at(show, time.time()),
    )
    if supervisor.health is not None:
        print(f"health: port {supervisor.health.port}", flush=True)
    supervisor.ended.connect(app.exit)
    obey_signals(app.exit)
    supervisor.begin()
    code = app.exec()
    supervisor.end()
    return code


def quiz_of(project: Project) -> FullScene:
    """The quiz, with a model of its own, where visitors find one."""
    from studio.exhibition.full_scene import quiz_alone  # Pillow comes along

    show = project.board.show or Show()
    path = Path(project.model.path) if project.model.path else None
    return quiz_alone(path, show.visitors)


def application() -> QApplication:
    """Qt, as both processes need it."""
    heap.steady()
    logs.start()
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Visagist")
    app.setDesktopFileName("visagist")
    app.setQuitOnLastWindowClosed(False)  # a screen that is unplugged must not end the show
    theme.apply(app)
    return app


def on_screen(project: Project, screen: int | None, *, waits: bool) -> Project:
    """The project with its show on the screen of a number.

    waits: one that is not there may come, as a projector that still sleeps does; else VisagistError says what there is.
    """
    if screen is None:
        return project
    there = screens()
    if not 1 <= screen <= len(there):
        listed = "; ".join(map(words, there)) or "none"
        missing = VisagistError(f"there is no screen {screen} here; there are: {listed}")
        if not waits:
            raise missing
        log.warning("%s", missing)
    show = project.board.show or Show()
    shown = replace(show, screen=replace(show.screen, number=screen))
    return replace(project, board=replace(project.board, show=shown))
