"""The inspector: panels as collapsible sections, one under the other."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QScrollArea, QToolButton, QVBoxLayout, QWidget

from studio import theme
from studio.icons import icon
from studio.open_model import OpenModel
from studio.panels.panel import Panel
from studio.settings import FOLDED, Settings

WIDTH = 340
SEEN = 160  # pixels of a section that is looked for


class Inspector(QDockWidget):
    """A dock of sections; which ones are folded is remembered."""

    def __init__(self, panels: list[Panel], settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__("Inspector", parent)
        self.settings = settings
        self.setObjectName("inspector")
        self.setAllowedAreas(Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea)
        self.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        self.setTitleBarWidget(QWidget(self))
        self.sections = [Section(panel) for panel in panels]
        folded = settings.get(FOLDED).split(",")
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 10, 14, 16)
        column.setSpacing(8)
        area = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        for section in self.sections:
            section.panel.asked.connect(lambda section=section: self.reveal(section, area))
            section.set_folded(section.panel.title in folded)
            section.heading.clicked.connect(self.remember)
            column.addWidget(section)
        column.addStretch()
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        self.setWidget(area)
        self.setMinimumWidth(WIDTH)

    def reveal(self, section: Section, area: QScrollArea) -> None:
        """Let a section be seen."""
        self.show()
        section.set_folded(False)
        self.remember()
        area.ensureWidgetVisible(section.heading, 0, SEEN)

    def remember(self) -> None:
        """Keep which sections are folded."""
        self.settings.set(FOLDED, ",".join(section.panel.title for section in self.sections if section.folded))


class Section(QWidget):
    """A heading that folds its panel away."""

    def __init__(self, panel: Panel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panel = panel
        self.folded = False
        self.heading = QToolButton(text=panel.title)
        self.heading.setProperty("heading", True)
        self.heading.setFont(theme.font(theme.HEADING_PX, bold=True))
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.setIconSize(QSize(12, 12))
        self.heading.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow behind the word
        self.heading.clicked.connect(lambda: self.set_folded(not self.folded))
        top = QHBoxLayout()
        top.setSpacing(0)
        top.setContentsMargins(0, 0, 0, 0)
        top.addWidget(self.heading)
        top.addStretch()
        for widget in panel.header_widgets():
            top.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addWidget(panel)
        self.set_folded(False)
        self.setHidden(panel.rare)
        panel.document.model_changed.connect(self.fit)
        panel.document.directions_changed.connect(self.fit)

    def fit(self, model: OpenModel) -> None:
        """Be there only for a model that has what the panel is about."""
        self.setHidden(not self.panel.suits(model))

    def set_folded(self, folded: bool) -> None:
        """Hide or show the panel."""
        self.folded = folded
        self.panel.setHidden(folded)
        self.heading.setIcon(icon("folded" if folded else "unfolded"))
        self.heading.setAccessibleName(f"{self.panel.title}, {'folded' if folded else 'unfolded'}")
        self.heading.setToolTip(f"{'Show' if folded else 'Hide'} {self.panel.title}")
