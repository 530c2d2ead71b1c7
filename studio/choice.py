"""A few words of which one is chosen: what a person picks from where there are two or three ways."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

HEIGHT = 24


class Choice(QWidget):
    """Buttons of which one is down; Tab reaches the chosen one, the arrow keys go from one to the next.

    options: id -> its word and its tooltip. chosen: the id that the hand wants.
    """

    chosen = Signal(str)

    def __init__(self, name: str, options: Mapping[str, tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.group = QButtonGroup(self)
        self.buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for id, (word, tip) in options.items():
            button = QToolButton(text=word, checkable=True, toolTip=tip, accessibleName=f"{name}: {word}")
            button.setProperty("choice", True)
            button.setFixedHeight(HEIGHT)
            button.clicked.connect(lambda _checked, id=id: self.chosen.emit(id))
            self.group.addButton(button)
            self.buttons[id] = button
            row.addWidget(button)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_choice(self, id: str) -> None:
        """Show without telling anyone."""
        self.buttons[id].setChecked(True)


def toggle(text: str, tip: str) -> QToolButton:
    """A word that is on or off."""
    button = QToolButton(text=text, checkable=True, toolTip=tip, accessibleName=text)
    button.setProperty("toggle", True)
    button.setFixedHeight(HEIGHT)
    return button
