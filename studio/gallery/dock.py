"""The left dock: the gallery, the variations and the breeding as sections one under the other."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QFrame, QScrollArea, QVBoxLayout, QWidget

from engine.recipe import Recipe
from studio.gallery.breeding import BreedPanel
from studio.gallery.faces import FacesPanel
from studio.gallery.variations import VariationsPanel
from studio.inspector import Section
from studio.panels.panel import Desk
from studio.settings import FOLDED_LEFT, Settings

WIDTH = 248


class Gallery(QDockWidget):
    """Which sections are folded is remembered; the grid of faces takes what room the others leave."""

    def __init__(self, desk: Desk, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__("Gallery", parent)
        self.settings = settings
        self.setObjectName("gallery")
        self.setAllowedAreas(Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea)
        self.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        self.setTitleBarWidget(QWidget(self))
        self.faces = FacesPanel(desk, settings)
        self.variations = VariationsPanel(desk)
        self.breed = BreedPanel(desk)
        self.sections = [Section(panel) for panel in (self.faces, self.variations, self.breed)]
        inside = QWidget()
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(16, 10, 6, 12)
        self.column.setSpacing(8)
        folded = settings.get(FOLDED_LEFT).split(",")
        for section in self.sections:
            section.set_folded(section.panel.title in folded)
            section.heading.clicked.connect(self.on_folded)
            self.column.addWidget(section)
        self.column.addStretch()
        self.share_out()
        area = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        self.setWidget(area)
        self.setMinimumWidth(WIDTH)

    def on_folded(self) -> None:
        """Keep which sections are folded."""
        self.share_out()
        self.settings.set(FOLDED_LEFT, ",".join(part.panel.title for part in self.sections if part.folded))

    def share_out(self) -> None:
        """The grid takes all the room there is, unless it is folded."""
        self.column.setStretchFactor(self.sections[0], 0 if self.sections[0].folded else 1)

    def selected(self) -> list[Recipe]:
        """What a contact sheet is made of: the selected faces, else the starred ones, else none."""
        return self.faces.chosen()

    # handlers of the action table

    def set_shown(self, shown: bool) -> None:
        """Show or hide the dock."""
        if not self.window().isMinimized():
            self.setVisible(shown)

    def focus_search(self) -> None:
        """Type a seed or a tag."""
        self.unfold(0)
        self.faces.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.faces.field.selectAll()

    def only_starred(self) -> None:
        """Only starred faces, or all again."""
        self.unfold(0)
        self.faces.only.toggle()

    def find_shown(self) -> None:
        """Scroll to the face on show."""
        self.unfold(0)
        self.faces.find_shown()

    def roll_variations(self) -> None:
        """Eight other neighbours."""
        self.unfold(1)
        self.variations.roll()

    def first_parent(self) -> None:
        """The face on show is parent A."""
        self.unfold(2)
        self.breed.set_parent("A", self.breed.recipe)

    def second_parent(self) -> None:
        """The face on show is parent B."""
        self.unfold(2)
        self.breed.set_parent("B", self.breed.recipe)

    def shuffle_shares(self) -> None:
        """Another child of the two parents."""
        self.unfold(2)
        self.breed.shuffle_shares()

    def unfold(self, number: int) -> None:
        """Make sure that a section can be seen."""
        self.show()
        if self.sections[number].folded:
            self.sections[number].heading.click()
