"""Sliders and buttons for a finger, an arm's length away; they grow with the screen that they are on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from studio import theme
from studio.scale import Scale

STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
KEY_STEP = 0.05  # of the track


def big_font(unit: float, pixels: float, *, bold: bool = False) -> QFont:
    """Our font, so many pixels high on a screen of 1080."""
    return theme.font(max(8, round(pixels * unit)), bold=bold)


class Big:
    """A widget that grows with its screen. usual, least: its sizes on one of 1080 pixels, of which unit is 1."""

    usual, least = QSize(), QSize()
    unit = 1.0

    def set_unit(self, unit: float) -> None:
        """Grow or shrink."""
        self.unit = unit
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return self.usual * self.unit

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return self.least * self.unit


class BigSlider(Big, QWidget):
    """A name over a thick track; no number. moved: what the hand wants; rested: it let go."""

    usual, least = QSize(260, 92), QSize(160, 92)
    moved = Signal(float)
    rested = Signal()

    def __init__(self, name: str, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self.scale, self.value = name, scale, scale.default
        self.held = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_value(self, value: float) -> None:
        """Show without telling anyone."""
        self.value = min(max(value, self.scale.low), self.scale.high)
        self.setAccessibleDescription(self.scale.text(self.value))
        self.update()

    def move_to(self, value: float) -> None:
        """The hand wants this."""
        before = self.value
        self.show_value(value)
        if self.value != before:
            self.moved.emit(self.value)

    def step(self, share: float) -> None:
        """Move by a share of the track."""
        self.move_to(self.value + share * (self.scale.high - self.scale.low))

    # where things lie

    @property
    def radius(self) -> float:
        """Of the handle."""
        return 19 * self.unit

    def x_of(self, value: float) -> float:
        """Where a value lies."""
        share = (value - self.scale.low) / (self.scale.high - self.scale.low)
        return self.radius + share * (self.width() - 2 * self.radius)

    def value_at(self, x: float) -> float:
        """The value under a finger."""
        share = (x - self.radius) / max(1.0, self.width() - 2 * self.radius)
        return self.scale.low + share * (self.scale.high - self.scale.low)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        unit, x, middle = self.unit, self.x_of(self.value), self.height() - self.radius - 3 * self.unit
        origin = self.scale.low if self.scale.origin is None else self.scale.origin
        start, thick = self.x_of(origin), 8 * unit
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setFont(big_font(unit, 22))
            p.setPen(theme.colour(theme.TEXT))
            p.drawText(QRectF(0, 0, self.width(), 40 * unit), Qt.AlignmentFlag.AlignVCenter, self.name)
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(theme.colour(theme.RAISED))
            p.drawRoundedRect(QRectF(0, middle - thick / 2, self.width(), thick), thick / 2, thick / 2)
            if self.scale.origin is not None:
                p.setBrush(theme.colour("#4a4f59"))
                p.drawRect(QRectF(start - unit, middle - 11 * unit, 2 * unit, 22 * unit))
            p.setBrush(theme.colour(theme.ACCENT))
            p.drawRoundedRect(QRectF(min(x, start), middle - thick / 2, abs(x - start), thick), thick / 2, thick / 2)
            if self.hasFocus() or self.held:
                p.setBrush(theme.colour(theme.ACCENT, 0.25))
                p.drawEllipse(QRectF(x - self.radius, middle - self.radius, 2 * self.radius, 2 * self.radius))
            p.setBrush(theme.colour("#f2f3f5"))
            p.drawEllipse(QRectF(x - 14 * unit, middle - 14 * unit, 28 * unit, 28 * unit))

    # the hand

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.held = True
        self.move_to(self.value_at(event.position().x()))
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self.held:
            self.move_to(self.value_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.held = False
        self.update()
        self.rested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = Qt.Key(event.key())
        if key in STEPS:
            self.step(STEPS[key] * KEY_STEP)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(key == Qt.Key.Key_Down)
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if not event.isAutoRepeat() and Qt.Key(event.key()) in STEPS:
            self.rested.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.held = False
        self.update()


class BigButton(Big, QAbstractButton):
    """A pill; the first among them in the accent."""

    usual, least = QSize(200, 70), QSize(70, 70)

    def __init__(self, text: str, parent: QWidget | None = None, *, first: bool = False) -> None:
        super().__init__(parent)
        self.first = first
        self.setText(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        ground = theme.ACCENT if self.first else theme.RAISED
        inset = 1.5 * self.unit
        rect = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setBrush(theme.colour(ground).darker(115 if self.isDown() else 100))
            focused = self.hasFocus()
            ring = theme.TEXT if self.first else theme.ACCENT
            p.setPen(QPen(theme.colour(ring), 2.5 * self.unit) if focused else Qt.PenStyle.NoPen)
            p.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
            p.setPen(theme.colour(theme.GROUND if self.first else theme.TEXT))
            p.setFont(big_font(self.unit, 22, bold=self.first))
            p.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.text())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self.update()
