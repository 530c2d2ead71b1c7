"""The track of the house's slider: drawing, mouse, wheel and keys. The label and the value box are in `slider`."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from studio import theme
from studio.scale import Scale

HANDLE, THICK, HIT = 12, 4, 24
INSET = HANDLE / 2 + 3  # room for the focus ring
FINE = 0.1
WHEEL_REST_MS = 300
STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -10,
    Qt.Key.Key_PageUp: 10,
}


class Track(QSlider):
    """A float slider; QSlider's whole numbers underneath are what a screen reader hears and sets.

    moved: a new value from the hand; rested: the hand let go; typed: a character that belongs in the value box.
    """

    moved = Signal(float)
    rested = Signal()
    typed = Signal(str)

    def __init__(self, scale: Scale, fill: str = theme.ACCENT, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.fill = fill
        self.value_shown = scale.default
        self.anchor: tuple[float, float, bool] | None = None  # x, value there, whether fine; while the mouse is down
        self.wheel = 0.0
        self.hovered = False  # by a moving mouse; a page that scrolls under a still one must not turn the slider
        self.wheel_rest = QTimer(self, singleShot=True, interval=WHEEL_REST_MS)
        self.wheel_rest.timeout.connect(self.rested)
        self.valueChanged.connect(lambda steps: self.move_to(self.scale.low + steps * self.scale.grain))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_scale(scale)

    def set_scale(self, scale: Scale) -> None:
        """Count in another scale; the value stays."""
        self.scale = scale
        self.blockSignals(True)
        self.setRange(0, round((scale.high - scale.low) / scale.grain))
        self.blockSignals(False)
        self.show_value(self.value_shown)

    def show_value(self, value: float) -> None:
        """Show without telling anyone; a value beyond the ends is drawn at the end."""
        self.value_shown = value
        self.blockSignals(True)
        self.setValue(round((self.scale.kept(value) - self.scale.low) / self.scale.grain))
        self.blockSignals(False)
        self.setAccessibleDescription(self.scale.text(value))
        self.update()

    def move_to(self, value: float) -> None:
        """The hand wants this value."""
        value = self.scale.kept(value)
        if value != self.value_shown:
            self.show_value(value)
            self.moved.emit(value)

    def reset(self) -> None:
        """Back to the default, also where a person chose a range that does not hold it."""
        value = self.scale.rounded(self.scale.default)
        if value != self.value_shown:
            self.show_value(value)
            self.moved.emit(value)
        self.rested.emit()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(120, HIT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(60, HIT)

    def x_of(self, value: float) -> float:
        """Where a value lies, in pixels from the left."""
        share = (self.scale.kept(value) - self.scale.low) / (self.scale.high - self.scale.low)
        return INSET + share * self.length

    @property
    def length(self) -> float:
        """Pixels that the handle can travel."""
        return max(1.0, self.width() - 2 * INSET)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        middle, x = self.height() / 2, self.x_of(self.value_shown)
        start = 0.0 if self.scale.origin is None else self.x_of(self.scale.origin)
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(theme.colour(theme.RAISED))
            p.drawRoundedRect(QRectF(0, middle - THICK / 2, self.width(), THICK), 2, 2)
            if self.scale.origin is not None:
                p.fillRect(QRectF(start - 0.5, middle - 5, 1, 10), theme.colour("#4a4f59"))
            p.setBrush(theme.colour(self.fill if self.isEnabled() else theme.LINE))
            if self.scale.origin is not None or self.value_shown > self.scale.low:
                p.drawRoundedRect(QRectF(min(x, start), middle - THICK / 2, abs(x - start), THICK), 2, 2)
            if self.hasFocus():
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.setPen(QPen(theme.colour(theme.ACCENT), 1.5))
                p.drawEllipse(QRectF(x - 9, middle - 9, 18, 18))
                p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(theme.colour("#f2f3f5" if self.isEnabled() else theme.MUTED))
            p.drawEllipse(QRectF(x - HANDLE / 2, middle - HANDLE / 2, HANDLE, HANDLE))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        x = event.position().x()
        self.setSliderDown(True)
        if abs(x - self.x_of(self.value_shown)) > HANDLE:
            self.move_to(self.scale.low + (x - INSET) / self.length * (self.scale.high - self.scale.low))
        self.anchor = (x, self.value_shown, is_fine(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.hovered = True
        if self.anchor is None:
            return
        x = event.position().x()
        if is_fine(event) != self.anchor[2]:
            self.anchor = (x, self.value_shown, is_fine(event))
        from_x, value, fine = self.anchor
        self.move_to(value + (x - from_x) / self.length * (self.scale.high - self.scale.low) * (FINE if fine else 1))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton and self.anchor is not None:
            self.anchor = None
            self.setSliderDown(False)
            self.rested.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self.reset()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        if not self.hovered:
            event.ignore()
            return
        delta = event.angleDelta()
        self.wheel += (delta.y() or delta.x()) / 120
        whole = int(self.wheel)
        if whole:
            self.wheel -= whole
            self.step(whole, fine=is_fine(event))
            self.wheel_rest.start()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        extra = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        key = Qt.Key(event.key())
        if extra:
            event.ignore()
        elif key in STEPS:
            self.step(STEPS[key], fine=is_fine(event))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.move_to(self.scale.low if key == Qt.Key.Key_Home else self.scale.high)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.reset()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.typed.emit("")
        elif event.text() and event.text() in "0123456789.,+-":
            self.typed.emit(event.text())
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if not event.isAutoRepeat() and event.key() in (*STEPS, Qt.Key.Key_Home, Qt.Key.Key_End):
            self.rested.emit()

    def step(self, count: int, *, fine: bool) -> None:
        """So many steps; fine ones are a tenth, but never less than what is shown."""
        size = max(self.scale.step * FINE, self.scale.grain) if fine else self.scale.step
        self.move_to(self.value_shown + count * size)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self.rested.emit()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        self.hovered = False
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self.hovered = False
        super().leaveEvent(event)


def is_fine(event: QMouseEvent | QWheelEvent | QKeyEvent) -> bool:
    """Whether Shift is held."""
    return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
