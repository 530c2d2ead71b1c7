"""The class of a conditional model: a row that shows a recipe's label and tells which class the hand wants."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QWidget

from studio.panels.panel import tool

NO_CLASS = -1  # the box's stop below class 0: no label, or one that mixes classes


class LabelRow(QWidget):
    """chosen: the label that the hand wants, as class weights; an empty one is none."""

    chosen = Signal(object)  # tuple[float, ...]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.classes = 0
        self.box = ClassBox(accessibleName="Label", toolTip="Class of the picture; below 0 is none")
        self.box.setMinimum(NO_CLASS)
        self.box.setKeyboardTracking(False)
        self.box.valueChanged.connect(lambda number: self.chosen.emit(one_hot(number, self.classes)))
        word = QLabel("label")
        word.setProperty("muted", True)
        word.setBuddy(self.box)
        before, after = tool("previous", "Previous class"), tool("next", "Next class")
        before.clicked.connect(self.box.stepDown)
        after.clicked.connect(self.box.stepUp)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(4)
        row.addWidget(word)
        row.addStretch()
        for widget in (self.box, before, after):
            row.addWidget(widget)

    def show_label(self, label: tuple[float, ...]) -> None:
        """Show without telling anyone."""
        if self.classes == 0:
            return
        number = class_of(label)
        self.box.blockSignals(True)
        self.box.setMaximum(self.classes - 1)
        self.box.setSpecialValueText("mixed" if number == NO_CLASS and any(label) else "none")
        self.box.setValue(number)
        self.box.blockSignals(False)


class ClassBox(QSpinBox):
    """A page that scrolls under the mouse must not turn it."""

    def __init__(self, **properties: str) -> None:
        super().__init__(**properties)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(96, 26)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def one_hot(number: int, classes: int) -> tuple[float, ...]:
    """The weights of one class; none at all for NO_CLASS."""
    return () if number == NO_CLASS else tuple(float(index == number) for index in range(classes))


def class_of(label: tuple[float, ...]) -> int:
    """The class of a one-hot label, or NO_CLASS."""
    number = label.index(1.0) if 1.0 in label else NO_CLASS
    return number if label == one_hot(number, len(label)) else NO_CLASS
