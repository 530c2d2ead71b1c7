"""The bar above everything: the program's name, the menus, a few icons, and the open model."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenuBar, QToolButton, QWidget

from studio import theme
from studio.action_table import BAR
from studio.actions import fill
from studio.workspace_tabs import WorkspaceTabs

HEIGHT = 44
LONGEST_STEP = 260  # pixels


class TopBar(QWidget):
    """Built from the table of actions."""

    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.setAutoFillBackground(True)
        name = QLabel("Visagist")
        name.setFont(theme.font(theme.HEADING_PX + 2, bold=True))
        self.menus = QMenuBar()
        self.menus.setNativeMenuBar(False)
        fill(self.menus, actions)
        self.tabs = WorkspaceTabs(actions)
        self.model = QToolButton(focusPolicy=Qt.FocusPolicy.TabFocus)
        self.show_model("no model")
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 0, 14, 0)
        row.setSpacing(4)
        row.addWidget(name)
        row.addSpacing(10)
        row.addWidget(self.tabs)
        row.addSpacing(2)
        row.addWidget(self.menus, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch()
        for id in BAR:
            row.addWidget(icon_button(actions[id]))
        row.addSpacing(10)
        row.addWidget(self.model)

    def show_model(self, title: str) -> None:
        """The name of the open model."""
        self.title = title
        self.show_opening(opening=False)

    def show_opening(self, *, opening: bool) -> None:
        """Another model takes a while to open."""
        self.opening = opening
        self.model.setText("Opening…" if opening else f"{self.title} ▾")
        self.model.setToolTip("The models of this machine")
        self.model.setAccessibleName(f"Model: {self.title}")

    def show_step(self, step: str) -> None:
        """What is done to open it, where that takes a while."""
        self.model.setToolTip(step)
        if self.opening:
            whole = self.model.fontMetrics()
            self.model.setText(whole.elidedText(f"{step}…", Qt.TextElideMode.ElideMiddle, LONGEST_STEP))


def icon_button(action: QAction) -> QToolButton:
    """An action as an icon."""
    button = QToolButton(toolButtonStyle=Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setDefaultAction(action)
    button.setIconSize(QSize(18, 18))
    button.setFixedSize(30, 30)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    action.visibleChanged.connect(lambda: button.setVisible(action.isVisible()))
    return button
