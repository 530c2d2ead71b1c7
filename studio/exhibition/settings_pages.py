"""The settings of the show as pages beside the preview, of which one is on show."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

HEIGHT = 26


class SettingsPages(QWidget):
    """Further pages may be added by whoever has settings of a show. shown: the id of the page on show."""

    shown = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.buttons: dict[str, QToolButton] = {}
        self.pages: dict[str, QWidget] = {}
        self.group = QButtonGroup(self)
        self.stack = QStackedWidget()
        self.tabs = QHBoxLayout()
        self.tabs.setContentsMargins(12, 12, 12, 0)
        self.tabs.setSpacing(0)
        self.tabs.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self.tabs)
        column.addWidget(self.stack, 1)

    def add(self, id: str, word: str, tip: str, page: QWidget) -> None:
        """One more page."""
        button = QToolButton(text=word, checkable=True, toolTip=tip, accessibleName=f"Settings: {word}")
        button.setProperty("choice", True)
        button.setFixedHeight(HEIGHT)
        button.clicked.connect(lambda: self.show_page(id))
        self.group.addButton(button)
        self.tabs.insertWidget(self.tabs.count() - 1, button)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        self.stack.addWidget(area)
        self.buttons[id], self.pages[id] = button, area
        if len(self.buttons) == 1:
            self.show_page(id)

    def show_page(self, id: str) -> None:
        """Look at one."""
        self.buttons[id].setChecked(True)
        self.stack.setCurrentWidget(self.pages[id])
        self.shown.emit(id)
