"""The pad on which who may leave the show types the PIN."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from engine.show.pin import MOST, opens
from studio import theme
from studio.exhibition.big import BigButton, big_font
from studio.floating import paint_ground

PATIENCE_MS = 15_000  # without a key it goes
TRIES = 5
PAUSE_S = 60.0  # after so many wrong ones
KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "Back", "0", "Leave")


class Lock:
    """kept: the hash of the PIN. After so many wrong ones every pad waits, also one that was put away meanwhile."""

    def __init__(self, kept: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.kept, self.clock = kept, clock
        self.wrong, self.shut_until = 0, 0.0

    @property
    def wait(self) -> float:
        """Seconds until the next try."""
        return max(self.shut_until - self.clock(), 0.0)

    def opens(self, typed: str) -> bool:
        """Try a number."""
        if self.wait:
            return False
        if opens(self.kept, typed):
            self.wrong = 0
            return True
        self.wrong += 1
        if self.wrong % TRIES == 0:
            self.shut_until = self.clock() + PAUSE_S
        return False


class PinPad(QWidget):
    """opened: the PIN was right; gone: it was put away."""

    opened = Signal()
    gone = Signal()

    def __init__(self, lock: Lock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lock, self.typed = lock, ""
        self.unit = 1.0
        self.heading = QLabel("PIN", alignment=Qt.AlignmentFlag.AlignCenter)
        self.dots = Dots()
        self.keys = {text: BigButton(text, first=text == "Leave") for text in KEYS}
        self.grid = QGridLayout()
        for index, (text, key) in enumerate(self.keys.items()):
            key.clicked.connect(lambda _checked=False, text=text: self.press(text))
            self.grid.addWidget(key, index // 3, index % 3)
        self.column = QVBoxLayout(self)
        self.column.addWidget(self.heading)
        self.column.addWidget(self.dots)
        self.column.addLayout(self.grid)
        self.setAccessibleName("Leave the show")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self.patience.timeout.connect(self.gone)

    def set_unit(self, unit: float) -> None:
        """Grow or shrink."""
        self.unit = self.dots.unit = unit
        self.heading.setFont(big_font(unit, 24, bold=True))
        self.column.setContentsMargins(*(round(28 * unit),) * 4)
        self.column.setSpacing(round(18 * unit))
        self.grid.setSpacing(round(12 * unit))
        self.dots.setFixedHeight(round(24 * unit))
        for key in self.keys.values():
            key.set_unit(unit)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(round(420 * self.unit), round(500 * self.unit))

    def begin(self) -> None:
        """Ask."""
        self.show_typed("")
        self.heading.setText("PIN" if self.lock.kept else "Leave the show?")
        self.patience.start()
        self.setFocus()

    def press(self, text: str) -> None:
        """A key of the pad."""
        self.patience.start()
        if text == "Leave":
            self.leave()
        elif text == "Back":
            self.gone.emit() if not self.typed else self.show_typed(self.typed[:-1])
        elif len(self.typed) < MOST:
            self.show_typed(self.typed + text)

    def leave(self) -> None:
        """Try what was typed."""
        if self.lock.opens(self.typed):
            self.patience.stop()
            self.opened.emit()
        else:
            self.refuse()

    def refuse(self) -> None:
        """It was not right, or comes too soon after too many that were not."""
        wait = self.lock.wait
        self.heading.setText(f"Wait {wait:.0f} s" if wait else "Not this one")
        self.show_typed("")

    def show_typed(self, typed: str) -> None:
        """As many dots as digits."""
        self.typed = self.dots.typed = typed
        self.dots.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = Qt.Key(event.key())
        if event.text() and event.text() in "0123456789":
            self.press(event.text())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.press("Leave")
        elif key == Qt.Key.Key_Backspace:
            self.press("Back")
        elif key == Qt.Key.Key_Escape:
            self.gone.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        paint_ground(self, theme.PANEL)


class Dots(QWidget):
    """How many digits stand there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.typed, self.unit = "", 1.0

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(theme.colour(theme.ACCENT))
            apart, count = 26 * self.unit, len(self.typed)
            left = self.width() / 2 - (count - 1) * apart / 2
            for k in range(count):
                p.drawEllipse(QPointF(left + k * apart, self.height() / 2), 7 * self.unit, 7 * self.unit)
