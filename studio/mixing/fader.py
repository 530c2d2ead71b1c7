"""One vertical fader of the mixing console: drawing and keys; the console moves it by the mouse."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSlider, QWidget

from studio import theme
from studio.mixing.source_slider import AMOUNT
from studio.track import FINE, is_fine

INSET = 6  # room for half a handle above and below
HANDLE = 7  # its height
STEPS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 5, Qt.Key.Key_PageDown: -5}
ENDS = {Qt.Key.Key_Home: 0.0, Qt.Key.Key_End: 1.0, Qt.Key.Key_Delete: 0.0, Qt.Key.Key_Backspace: 0.0}


class Fader(QSlider):
    """What a style row takes; QSlider's percents underneath are what a screen reader hears and sets.

    moved: a new amount from the keys; rested: they were let go; went: to the next fader, -1 or 1;
    typed: a character that belongs in the value box.
    """

    moved = Signal(float)
    rested = Signal()
    focused = Signal()
    went = Signal(int)
    typed = Signal(str)

    def __init__(self, row: int, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.row = row
        self.amount = 0.0
        self.is_chosen = self.lit = False
        self.setRange(0, 100)
        self.setAccessibleName(f"Style row {row}")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.valueChanged.connect(lambda percent: self.moved.emit(percent / 100))

    def show_amount(self, amount: float) -> None:
        """Show without telling anyone; an amount beyond the ends is drawn at the end."""
        self.amount = amount
        self.blockSignals(True)
        self.setValue(round(100 * AMOUNT.kept(amount)))
        self.blockSignals(False)
        self.setAccessibleDescription(AMOUNT.text(amount))
        self.update()

    def choose(self, chosen: bool) -> None:
        """Show whether it is the one that is looked at."""
        self.is_chosen = chosen
        self.update()

    def light(self, lit: bool) -> None:
        """Show that what hovers can be dropped here."""
        if lit != self.lit:
            self.lit = lit
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(13, 110)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(6, 60)

    @property
    def y_shown(self) -> float:
        """Where the handle stands."""
        return self.height() - INSET - AMOUNT.kept(self.amount) * (self.height() - 2 * INSET)

    def holds(self, y: float) -> bool:
        """Whether the handle is there: it is grabbed without a jump."""
        return abs(y - self.y_shown) <= HANDLE / 2 + 1

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        middle, y, bottom = self.width() / 2, self.y_shown, self.height() - INSET
        handle = QRectF(1, y - HANDLE / 2, self.width() - 2, HANDLE)
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(theme.colour(theme.LINE if self.is_chosen else theme.RAISED))
            p.drawRoundedRect(QRectF(middle - 1.5, INSET - 2, 3, self.height() - 2 * INSET + 4), 1.5, 1.5)
            p.setBrush(theme.colour(theme.SECOND))
            if y < bottom:
                p.drawRoundedRect(QRectF(middle - 1.5, y, 3, bottom - y + 2), 1.5, 1.5)
            p.setBrush(theme.colour("#f2f3f5" if self.amount else theme.MUTED))
            if self.hasFocus() or self.lit:
                p.setPen(QPen(theme.colour(theme.ACCENT), 1.5))
                handle.adjust(0.2, -0.5, -0.2, 0.5)
            p.drawRoundedRect(handle, 2.5, 2.5)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        extra = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        key = Qt.Key(event.key())
        if extra:
            event.ignore()
        elif key in STEPS:
            size = max(AMOUNT.step * FINE, AMOUNT.grain) if is_fine(event) else AMOUNT.step
            self.move_to(self.amount + STEPS[key] * size)
        elif key in ENDS:
            self.move_to(ENDS[key])
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.went.emit(1 if key == Qt.Key.Key_Right else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.typed.emit("")
        elif event.text() and event.text() in "0123456789.,+-":
            self.typed.emit(event.text())
        else:
            event.ignore()

    def move_to(self, amount: float) -> None:
        """The hand wants this amount."""
        amount = AMOUNT.kept(amount)
        if amount != self.amount:
            self.moved.emit(amount)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if not event.isAutoRepeat() and (event.key() in STEPS or event.key() in ENDS):
            self.rested.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        self.focused.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self.rested.emit()
