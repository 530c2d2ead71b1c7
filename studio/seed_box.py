"""A field for seeds: whole numbers of 64 bits, which no spin box of Qt holds."""

from __future__ import annotations

import secrets

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from engine.checks import SEED_LIMIT, check_seed
from engine.errors import RecipeError
from studio import theme


class SeedBox(QLineEdit):
    """Enter takes the number, Escape leaves it, arrow keys and the wheel step.

    changed: a new seed from the hand; refused: one sentence about a number that is no seed.
    """

    changed = Signal(object)  # int; Signal(int) has 32 bits
    refused = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.seed: int | None = None
        self.setAccessibleName(name)
        self.setMaxLength(30)
        self.setMinimumWidth(60)

    def make_small(self) -> None:
        """As it stands in a slider's line: flat, in the small size, wide enough for a rolled seed."""
        self.setProperty("flat", True)
        self.setFont(theme.font(theme.VALUE_PX))
        self.setMinimumWidth(0)
        self.setFixedSize(50, 20)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def show_seed(self, seed: int | None, instead: str = "") -> None:
        """Show a seed, or say what stands in its place."""
        self.seed = seed
        self.setPlaceholderText(instead)
        text = "" if seed is None else str(seed)
        if not (self.hasFocus() and self.isModified()):
            self.setText(text)

    def finish(self) -> None:
        """Take what was typed, or say why not and show the seed again."""
        text = self.text().strip().replace(" ", "")
        self.setText("" if self.seed is None else str(self.seed))
        if text in ("", self.text()):
            return
        try:
            if not text.removeprefix("-").isdecimal():
                raise RecipeError(f"'{text}' is not a seed; a seed is a whole number from 0 to 2^64 - 1")
            check_seed(int(text))
        except RecipeError as error:
            self.refused.emit(str(error))
            return
        self.take(int(text))

    def take(self, seed: int) -> None:
        """Show a new seed and tell of it."""
        self.seed = seed
        self.setText(str(seed))
        self.changed.emit(seed)

    def step(self, count: int) -> None:
        """So many seeds on, as far as they go."""
        self.finish()
        seed = min(max((self.seed or 0) + count, 0), SEED_LIMIT - 1)
        if seed != self.seed:
            self.take(seed)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.step(1 if key == Qt.Key.Key_Up else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finish()
            self.selectAll()
        elif key == Qt.Key.Key_Escape:
            self.setText("" if self.seed is None else str(self.seed))
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        if self.hasFocus() and event.angleDelta().y():
            self.step(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self.finish()


def random_seed() -> int:
    """A seed that is easy to read out and to write down."""
    return secrets.randbelow(1_000_000)
