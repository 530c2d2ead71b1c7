"""Comparing: A is a recipe on the board, B the one on show. This asks for A's picture and hands it to the split."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from engine.recipe import Recipe
from studio.document import State
from studio.session import Session
from studio.split import Split
from studio.workers.render_worker import Result

if TYPE_CHECKING:
    from engine.frame import Frame

ALONE_KEY = Qt.Key.Key_X


class Comparison(QObject):
    """changed: whether there is an A; alone_changed: whether A is seen alone."""

    changed = Signal(bool)
    alone_changed = Signal(bool)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self.document, self.canvas = session, session.document, session.canvas
        self.split = Split(self.canvas)
        self.split.swapped.connect(self.swap)
        self.shown: Recipe | None = None  # the A whose picture is on show or on its way
        self.final = False  # A's picture is the full one
        self.number = 0  # of the picture that is on its way, so that an older one is known
        self.document.board_changed.connect(self.refresh)
        self.document.model_changed.connect(self.begin_again)
        session.result_shown.connect(self.on_result)

    @property
    def a(self) -> Recipe | None:
        """A, where the open model can show it."""
        a, model = self.document.board.compared, self.document.model
        return a if a is not None and model is not None and a.model in (None, model.hash) else None

    # handlers of the action table

    def set_on(self, on: bool) -> None:
        """Compare with the face as it is now, or no more."""
        if on == (self.a is not None):
            return
        if on:
            self.set_a()
        else:
            self.document.arrange("Stop comparing", compared=None)

    def set_a(self) -> None:
        """The face on show becomes A."""
        if self.document.model is None:
            self.session.messages.warn("there is no picture to compare with yet")
            self.changed.emit(False)
        else:
            self.document.arrange("Compare", compared=self.document.recipe)

    def swap(self) -> None:
        """A goes on show, and what was on show becomes A."""
        a = self.a
        if a is None:
            self.session.messages.warn("there is nothing to swap; C compares with the face on show")
        else:
            board = replace(self.document.board, compared=self.document.recipe)
            self.document.push("Swap A and B", State(a, board))

    def set_alone(self, alone: bool) -> None:
        """See A alone: while its key is held, or until it is switched off."""
        alone = alone and self.a is not None
        self.split.see_alone(alone)
        if alone:
            QApplication.instance().installEventFilter(self)
        else:
            QApplication.instance().removeEventFilter(self)
        self.alone_changed.emit(alone)

    # A's picture

    def begin_again(self) -> None:
        """Another opening of a model: no picture of the one before."""
        self.split.show_a(None)
        self.show(self.a)

    def refresh(self) -> None:
        """Show A as the board has it."""
        if self.a != self.shown:
            self.show(self.a)

    def show(self, a: Recipe | None) -> None:
        """Show another A, or none."""
        self.shown, self.final = a, False
        self.number += 1
        self.changed.emit(a is not None)
        if a is None:
            self.split.show_a(None)
            self.set_alone(False)
        elif not self.take_from_canvas(a):
            for size in dict.fromkeys((self.session.thumbnails.size, None)):  # a draft first, where there is one
                self.ask(a, size)

    def take_from_canvas(self, a: Recipe) -> bool:
        """Whether A's picture is on show as it is."""
        frame = self.canvas.frame
        if frame is None or frame.recipe != a or frame.draft:
            return False
        self.take(self.number, frame)
        return True

    def ask(self, a: Recipe, size: int | None) -> None:
        """An errand for the render thread."""
        self.session.ask_for(a, size, partial(self.take, self.number))

    def take(self, number: int, frame: Frame | None, error: BaseException | None = None) -> None:
        """A picture of A: a draft at first, then the final."""
        if number != self.number or self.final:
            return
        self.final = frame is None or not frame.draft
        if frame is None:
            self.session.messages.fail("rendering A", error)
        else:
            self.split.show_a(frame)

    def on_result(self, result: Result) -> None:
        """The picture on show may be A's final, which then need not wait for the errand."""
        if self.shown is not None and not self.final:
            self.take_from_canvas(self.shown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """A is seen alone while the key is held; its press is a shortcut, its release is nobody's."""
        let_go = (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyRelease
            and event.key() == ALONE_KEY
            and not event.isAutoRepeat()
        )
        if let_go or event.type() == QEvent.Type.ApplicationDeactivate:
            self.set_alone(False)
        return super().eventFilter(watched, event)
