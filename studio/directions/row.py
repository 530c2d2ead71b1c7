"""A direction as a slider: with its pin, its menu, and the label that a resting mouse asks what it does."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from engine.checks import rows_text
from studio.directions.pin import Pin
from studio.open_model import DirectionFacts
from studio.scale import Scale
from studio.slider import Slider

INDENT = 14  # room for the pin
FURTHEST = 100.0  # what a recipe takes as an amount
NOTHING = DirectionFacts("", "", (0,), -1.0, 1.0)  # what a row stands for until it is bound


class DirectionRow(Slider):
    """Shows one direction at a time, `facts`, so that rows are made once and used again.

    pinned: the pin was pressed; ranged: other ends, None for the original ones; focused: it has the keyboard;
    label_entered, label_left: the mouse; renaming: F2.
    """

    pinned = Signal()
    ranged = Signal(object)  # (low, high) or None
    focused = Signal()
    label_entered = Signal()
    label_left = Signal()
    renaming = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", Scale(-1.0, 1.0, origin=0.0, signed=True), parent=parent)
        self.facts = NOTHING
        self.layout().setContentsMargins(INDENT, 0, 0, 0)
        self.pin = Pin(self)
        self.pin.clicked.connect(self.pinned)
        self.label.setMouseTracking(True)
        self.label.installEventFilter(self)

    def show_direction(self, ends: tuple[float, float], rows: tuple[int, ...], *, pinned: bool) -> None:
        """Its name, the ends of its range, its style rows, whether it is pinned."""
        facts = self.facts
        most = min(3 * max(abs(facts.low), abs(facts.high)), FURTHEST)
        limits = (-most, most)
        first = Scale(facts.low, facts.high, 0.0, origin=0.0, step=0.1, signed=True, limits=limits)
        scale = Scale(*ends, 0.0, origin=0.0, step=0.1, signed=True, limits=limits)
        self.set_name(facts.name, f"rows {rows_text(rows)}" if rows != facts.rows else "")
        if self.scale != scale:
            self.set_scale(scale)
        self.first_scale = first
        self.address = f"direction/{facts.name}"
        self.pin.show_pin(facts.name, pinned=pinned)

    def set_range(self, low: float, high: float) -> None:
        self.ranged.emit((low, high))

    def restore_range(self) -> None:
        self.ranged.emit(None)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.pin.move(0, self.label.geometry().center().y() + 1 - self.pin.height() // 2)
        self.pin.raise_()

    def take_focus(self, *, has: bool) -> None:
        """The keyboard came or went."""
        self.pin.bring_near(has or self.underMouse())
        if has:
            self.focused.emit()
        else:
            self.label_left.emit()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        super().enterEvent(event)
        self.pin.bring_near(True)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        super().leaveEvent(event)
        self.pin.bring_near(self.track.hasFocus())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """What the track has no use for."""
        if event.key() == Qt.Key.Key_F2 and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.renaming.emit()
        else:
            if event.key() == Qt.Key.Key_Escape:
                self.label_left.emit()
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        kind = event.type()
        if watched is self.label and kind in (QEvent.Type.Enter, QEvent.Type.MouseMove):
            self.label_entered.emit()
        elif watched is self.label and kind in (QEvent.Type.Leave, QEvent.Type.MouseButtonPress):
            self.label_left.emit()
        return super().eventFilter(watched, event)
