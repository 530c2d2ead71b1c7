"""The workspaces as tabs in the top bar, made from their table."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from studio.workspaces import FIRST, WORKSPACES

HEIGHT = 28


class WorkspaceTabs(QWidget):
    """One tab is down."""

    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.group = QButtonGroup(self)
        self.tabs: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        for workspace in WORKSPACES:
            action = actions[workspace.action]
            tab = QToolButton(text=workspace.text, checkable=True, focusPolicy=Qt.FocusPolicy.TabFocus)
            tab.setProperty("tab", True)
            tab.setFixedHeight(HEIGHT)
            tab.setToolTip(action.toolTip())
            tab.setAccessibleName(f"Workspace: {workspace.text}")
            tab.clicked.connect(action.trigger)
            self.group.addButton(tab)
            self.tabs[workspace.id] = tab
            row.addWidget(tab)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_workspace(FIRST)

    def show_workspace(self, id: str) -> None:
        """Which one is on show."""
        self.tabs[id].setChecked(True)
