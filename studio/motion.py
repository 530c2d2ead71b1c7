"""Something that goes on by itself, like a drift: one undo step, which ends as soon as anything else happens."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from studio.document import Document

LONGEST = 0.2  # seconds that one step stands for at most: a window that was stuck does not jump


class Motion(QObject):
    """Calls `step` with the seconds that passed, again and again, until it says no, or anyone else changes anything.

    step edits the document with a moving key of its own. Escape stops it, too. running: it began or ended.
    """

    running = Signal(bool)

    def __init__(
        self,
        document: Document,
        step: Callable[[float], bool],
        interval: int,
        parent: QWidget,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self.document, self.step, self.clock = document, step, clock
        self.widget = parent
        self.last = 0.0
        self.mine = False  # the change that is under way is our own
        self.timer = QTimer(self, interval=interval)
        self.timer.timeout.connect(self.tick)
        self.escape = QShortcut(QKeySequence("Escape"), parent, enabled=False)
        self.escape.activated.connect(self.stop)
        self.escape.activatedAmbiguously.connect(self.stop)
        document.recipe_changed.connect(self.on_change)
        document.stack.indexChanged.connect(self.on_change)

    @property
    def is_running(self) -> bool:
        """Whether it goes on."""
        return self.timer.isActive()

    def start(self) -> None:
        """Go on from here."""
        self.last = self.clock()
        self.timer.start()
        self.escape.setEnabled(True)
        self.running.emit(True)

    def stop(self) -> None:
        """Stand still: the undo step is whole, and the final picture is due."""
        if self.is_running:
            self.end()
            self.document.rest()

    def tick(self) -> None:
        """One step; none into a window that was closed."""
        if not self.widget.window().isVisible():
            self.end()
            return
        now = self.clock()
        passed, self.last = min(now - self.last, LONGEST), now
        self.mine = True
        try:
            goes_on = self.step(passed)
        finally:
            self.mine = False
        if not goes_on:
            self.stop()

    def on_change(self) -> None:
        """Someone else changed the document: the hand has the last word."""
        if self.is_running and not self.mine:
            self.end()

    def end(self) -> None:
        """No more steps."""
        self.timer.stop()
        self.escape.setEnabled(False)
        self.running.emit(False)
