"""The shelf at the left: presets, stars, the history and all faces, to click or to drag onto the timeline."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from engine.recipe import Recipe
from studio.animate.own_keys import OwnKeys
from studio.gallery.cells import Cells, Seeds, Starred
from studio.gallery.grid import Grid
from studio.gallery.stars import of_model, toggled
from studio.history.recorder import Recorder
from studio.panels.panel import Desk
from studio.presets import Presets

PAGES = {
    "presets": ("Presets", "Faces kept under a name"),
    "stars": ("Stars", "Starred faces"),
    "history": ("History", "Every step in Explore, the newest first"),
    "faces": ("Faces", "Every face there is"),
}
WIDTH = 250


class Kept:
    """Recipes in an order of their own, each once."""

    def __init__(self, recipes: Sequence[Recipe], starred: frozenset[Recipe], nothing: str) -> None:
        self.recipes, self.starred, self.nothing = tuple(dict.fromkeys(recipes)), starred, nothing
        self.count = len(self.recipes)
        self.numbers: dict[Hashable, int] = {recipe: number for number, recipe in enumerate(self.recipes)}

    def key(self, index: int) -> Hashable:
        return self.recipes[index]

    def index(self, key: Hashable) -> int | None:
        return self.numbers.get(key)

    def recipe(self, index: int) -> Recipe:
        return self.recipes[index]

    def tags(self, index: int) -> tuple[str, ...] | None:
        return () if self.recipes[index] in self.starred else None

    def shown(self, recipe: Recipe) -> int | None:
        return self.numbers.get(recipe)


class Shelf(OwnKeys):
    """Four pages of one grid. chosen: a face was clicked, or Enter was pressed on it."""

    chosen = Signal(object)  # Recipe

    def __init__(self, desk: Desk, presets: Presets, recorder: Recorder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document, self.presets, self.recorder = desk.document, presets, recorder
        self.page = "faces"
        self.grid = Grid(desk.thumbnails, desk.settings)
        self.grid.setToolTip("Click to put a face behind the others, drag one to a place of its own")
        self.grid.setAccessibleName("Faces to animate")
        self.grid.setAcceptDrops(False)
        self.grid.gone.connect(self.chosen)
        self.grid.starred.connect(self.star)
        self.buttons: dict[str, QToolButton] = {}
        self.group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for id, (word, tip) in PAGES.items():
            button = QToolButton(text=word, checkable=True, toolTip=tip, accessibleName=word)
            button.setProperty("quiet", True)
            button.setFixedHeight(26)
            button.clicked.connect(partial(self.turn_to, id))
            self.group.addButton(button)
            self.buttons[id] = button
            row.addWidget(button)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 6, 8)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.grid, 1)
        self.setFixedWidth(WIDTH)
        self.setAutoFillBackground(True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, False)
        presets.changed.connect(partial(self.refresh, "presets"))
        recorder.changed.connect(partial(self.refresh, "history"))
        desk.document.board_changed.connect(lambda old, new: self.show_cells() if old.stars != new.stars else None)
        desk.document.model_changed.connect(self.show_cells)
        self.turn_to(self.first_page())

    def first_page(self) -> str:
        """Where there is something: presets, else stars, else all faces."""
        if self.presets.all:
            return "presets"
        return "stars" if self.document.board.stars else "faces"

    def turn_to(self, page: str) -> None:
        """Show a page."""
        self.page = page
        self.buttons[page].setChecked(True)
        self.show_cells()

    def refresh(self, page: str) -> None:
        """Something of a page changed."""
        if page == self.page:
            self.show_cells()

    def show_cells(self, *_: object) -> None:
        """The faces of the page."""
        self.grid.show_cells(self.cells())

    def cells(self) -> Cells:
        """What stands on the page."""
        document = self.document
        stars, model = document.board.stars, document.model
        mine = of_model(stars, None if model is None else model.hash)
        starred = frozenset(star.recipe for star in stars)
        if self.page == "stars":
            return Starred(mine, "A click on the star of a face keeps it here.")
        if self.page == "presets":
            faces = [preset.recipe for preset in self.presets.all]
            return Kept(faces, starred, "Ctrl+D in Explore keeps a face here under a name.")
        if self.page == "history":
            steps = [step.recipe for step in reversed(self.recorder.history.steps)]
            return Kept(steps, starred, "What you do in Explore stands here.")
        return Seeds(document.recipe, stars)

    def star(self, recipes: Sequence[Recipe]) -> None:
        """Keep faces as stars, or no longer."""
        board = self.document.board
        self.document.arrange("Star", stars=toggled(board.stars, recipes))
