"""Keeps unsaved work by itself: every minute and after every ten edits, where something changed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import uuid4

from PySide6.QtCore import QObject, QTimer

from engine.errors import VisagistError
from engine.job import Job, finish
from studio.document import State
from studio.projects import recovery_files
from studio.projects.projects import Projects
from studio.projects.writing import keeping, leaving
from studio.workers.in_turn import InTurn

log = logging.getLogger(__name__)

EVERY_MS = 60_000
EDITS = 10


class Autosave(QObject):
    """The kept work of one window.

    Closing asks nothing, so that no dialogue ever stands over an exhibition: what was not saved stays kept, and the
    next start offers it.
    """

    def __init__(self, projects: Projects) -> None:
        super().__init__(projects)
        self.projects, self.session = projects, projects.session
        self.document = projects.document
        self.id = uuid4().hex
        self.kept: State | None = None  # what was written last
        self.edits, self.step = 0, 0
        self.writes = InTurn(self.session.jobs)
        self.warned = False
        self.closed = False  # an undo stack is emptied, and tells so, when its window is destroyed
        self.timer = QTimer(self, interval=EVERY_MS)
        self.timer.timeout.connect(self.keep)
        self.timer.start()
        self.document.stack.indexChanged.connect(self.on_step)
        projects.saved_now.connect(self.keep)
        projects.left.connect(self.leave)

    def on_step(self, index: int) -> None:
        # Qt tells of every move of a hand, and all moves of one gesture are one step
        if index != self.step:
            self.step = index
            self.edits += 1
            if self.edits >= EDITS:
                self.keep()

    def keep(self) -> None:
        """Write what changed since the last time; what is saved needs no keeping."""
        state = self.document.state
        if self.writes.busy or self.closed:
            return
        if not self.projects.modified:
            self.forget()
            return
        project = self.projects.snapshot()
        if project is None or state == self.kept:
            return
        self.edits = 0

        def done(id: str) -> None:
            self.warned = False
            if id == self.id:
                self.kept = state

        self.write(keeping(self.id, project, self.session.canvas.frame, self.projects.path), done)

    def write(self, job: Job[str], done: Callable[[str], None] = lambda id: None) -> None:
        self.writes.start(job, done, self.on_failed)

    def on_failed(self, error: BaseException) -> None:
        """Told once, not every minute."""
        if not self.warned:
            if isinstance(error, VisagistError):
                error = VisagistError(f"your work cannot be kept by itself: {error}")
            self.session.messages.fail("keeping your work", error)
        self.warned = True

    def forget(self) -> None:
        """Nothing needs to be kept."""
        if self.kept is None:
            return
        self.kept = None
        try:
            recovery_files.forget(self.id)
        except VisagistError as error:
            log.warning("%s", error)

    def leave(self) -> None:
        """Something else takes this work's place: it stays kept under its own name, and can be offered."""
        project = self.projects.snapshot()
        if project is not None:
            self.write(leaving(self.id, project, self.session.canvas.frame, self.projects.path))
        self.begin(uuid4().hex)

    def begin(self, id: str) -> None:
        """Keep under another name from now on."""
        self.id, self.kept, self.edits = id, None, 0

    def take_over(self, id: str) -> None:
        """Go on with work that was kept; VisagistError where another window already does."""
        recovery_files.take_over(id, self.projects.path)
        self.begin(id)
        self.kept = self.document.state

    def close(self) -> None:
        """The window is gone and no job runs any more; nobody is left who could be told of an error."""
        self.timer.stop()
        self.closed = True
        try:
            project = self.projects.snapshot() if self.projects.modified else None
            if project is not None:
                finish(leaving(self.id, project, self.session.canvas.frame, self.projects.path))
            else:
                recovery_files.forget(self.id)
        except VisagistError as error:
            log.error("unsaved work could not be kept: %s", error)
