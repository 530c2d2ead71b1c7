"""The Gallery section: which faces the grid shows, and what a hand does with them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QToolButton, QWidget

from engine.checks import check_seed
from engine.errors import RecipeError
from engine.project import Board, Star
from engine.recipe import Recipe, SeedLatent
from studio.gallery import stars
from studio.gallery.cells import Cells, Seeds, Starred
from studio.gallery.grid import Grid
from studio.gallery.next_face import arriving, halfway, taking
from studio.gallery.tags_dialog import TagsDialog
from studio.icons import icon
from studio.open_model import Band, OpenModel
from studio.panels.panel import Desk, Panel, tool
from studio.settings import Settings

WHICH = 60  # pixels for the word that says which faces are shown


class FacesPanel(Panel):
    """Every seed there is, or the starred faces; a field that finds a seed or a tag.

    What is looked for is the window's, not the document's: it is neither undone nor saved.
    """

    title = "Gallery"

    def __init__(self, desk: Desk, settings: Settings, parent: QWidget | None = None) -> None:
        self.settings = settings
        self.tag = ""  # only faces with this tag
        super().__init__(desk, parent)
        self.document.board_changed.connect(self.on_board)

    def build(self) -> None:
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.field = Field("Seed or tag", self)
        self.field.setMinimumHeight(26)
        self.field.setToolTip("A number and Enter go to that seed; words find starred faces by their tags")
        self.field.textChanged.connect(self.look_for)
        self.field.entered.connect(self.finish)
        self.field.left.connect(lambda: self.grid.setFocus(Qt.FocusReason.TabFocusReason))
        self.only = tool("star", "Only starred faces")
        self.only.setCheckable(True)
        self.only.toggled.connect(self.on_only)
        self.which = QToolButton(text="all", popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
        self.which.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.which.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.which.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow behind the word
        self.which.setIcon(icon("unfolded"))
        self.which.setIconSize(QSize(12, 12))
        self.which.setMinimumHeight(26)
        self.which.setToolTip("Which faces are shown")
        self.which.setAccessibleName("Which faces are shown")
        menu = QMenu(self.which)
        menu.aboutToShow.connect(lambda: self.fill(menu))
        self.which.setMenu(menu)
        self.grid = Grid(self.desk.thumbnails, self.settings)
        self.count = QToolButton(visible=False)
        self.count.setMinimumHeight(26)
        self.count.setToolTip("Select none (Escape)")
        self.count.clicked.connect(self.grid.clear)
        self.grid.selection_changed.connect(self.show_count)
        self.grid.gone.connect(self.go_to)
        self.grid.starred.connect(self.toggle_stars)
        self.grid.asked.connect(self.show_menu)
        self.grid.crossed.connect(lambda there, dropped: self.cross(there, dropped, "Blend"))
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 8, 4)
        row.addWidget(self.field)
        row.addWidget(self.count)
        self.column.addLayout(row)
        self.column.addWidget(self.grid, 1)

    def header_widgets(self) -> list[QWidget]:
        return [self.only, self.which]

    def show_model(self, model: OpenModel) -> None:
        self.show_cells()

    def show_recipe(self, recipe: Recipe) -> None:
        cells = self.grid.cells
        if isinstance(cells, Seeds) and (cells.like.model, cells.like.label) != (recipe.model, recipe.label):
            self.show_cells()
        self.grid.show_recipe(recipe)

    def on_board(self, old: Board, new: Board) -> None:
        if old.stars != new.stars:
            self.show_cells()

    def show_count(self, count: int) -> None:
        """How many are selected, since some may be scrolled away."""
        self.count.setText(f"{count} selected")
        self.count.setVisible(count > 0)

    # which faces

    def stars(self) -> tuple[Star, ...]:
        """Those that the open model can show; the recipe may still be the model's before."""
        model = self.document.model
        return stars.of_model(self.document.board.stars, None if model is None else model.hash)

    def cells(self) -> Cells:
        """The faces that are looked for."""
        starred = self.stars()
        if self.tag:
            return Starred(stars.having(starred, self.tag), f"No starred face is tagged “{self.tag}”")
        if self.only.isChecked():
            return Starred(starred, "Star a face and it is kept here")
        return Seeds(self.recipe, starred)

    def show_cells(self) -> None:
        """Look again."""
        self.grid.show_cells(self.cells())
        self.grid.show_recipe(self.recipe)
        which = self.tag or ("starred" if self.only.isChecked() else "all")
        self.which.setText(self.which.fontMetrics().elidedText(which, Qt.TextElideMode.ElideRight, WHICH))

    def look_for(self, text: str) -> None:
        """Words find tags while they are typed; a number waits for Enter."""
        self.tag = "" if is_number(text) else text.strip()
        self.show_cells()

    def look_for_tag(self, tag: str) -> None:
        """This tag, even where it is a number."""
        self.tag = tag
        self.field.blockSignals(True)
        self.field.setText(tag)
        self.field.blockSignals(False)
        self.show_cells()

    def finish(self, text: str) -> None:
        """Enter in the field: to that seed, or to the first face that was found."""
        if not is_number(text) or text == self.tag:
            self.grid.setFocus(Qt.FocusReason.TabFocusReason)
            return
        try:
            seed = int(text.replace(" ", ""))
            check_seed(seed)
        except RecipeError as error:
            self.desk.messages.warn(str(error))
            return
        self.only.setChecked(False)
        self.look_for_tag("")
        self.grid.reveal(seed, middle=True)
        self.grid.setFocus(Qt.FocusReason.TabFocusReason)

    def on_only(self, on: bool) -> None:
        """Only starred faces, or all of them."""
        self.only.setIcon(icon("starred" if on else "star"))
        if not on:
            self.look_for_tag("")
        self.show_cells()

    def fill(self, menu: QMenu) -> None:
        """All, starred, and every tag there is."""
        menu.clear()
        menu.addAction("All", lambda: self.choose(starred=False, tag=""))
        menu.addAction("Starred", lambda: self.choose(starred=True, tag=""))
        tags = stars.all_tags(self.stars())
        if tags:
            menu.addSeparator()
        for tag in tags:
            menu.addAction(tag.replace("&", "&&"), lambda tag=tag: self.choose(starred=True, tag=tag))

    def choose(self, *, starred: bool, tag: str) -> None:
        """From the menu."""
        self.only.setChecked(starred)
        self.look_for_tag(tag)

    def find_shown(self) -> None:
        """Scroll to the face on show."""
        if self.grid.cells.shown(self.recipe) is None and not isinstance(self.grid.cells, Seeds):
            self.choose(starred=False, tag="")
        index = self.grid.cells.shown(self.recipe)
        if index is None:
            self.desk.messages.warn("The face on show lies between seeds, so the gallery has no place for it")
        else:
            self.grid.reveal(index, middle=True)

    # what a hand does

    def go_to(self, recipe: Recipe) -> None:
        """Show a face in the large."""
        model = self.document.model
        try:
            there = recipe if model is None else model.accept(recipe)
        except RecipeError as error:
            self.desk.messages.warn(str(error))
        else:
            self.document.replace("Face", arriving(self.recipe, there))

    def toggle_stars(self, recipes: list[Recipe]) -> None:
        """Star these, or take their stars away."""
        before = self.document.board.stars
        after = stars.toggled(before, recipes)
        self.document.arrange("Star" if len(after) > len(before) else "Unstar", stars=after)

    def cross(self, a: Recipe, b: Recipe, doing: str) -> None:
        """Go to the face halfway between two."""
        model = self.document.model
        if model is None:
            return
        try:
            self.document.replace(doing, halfway(model.accept(a), model.accept(b), model))
        except RecipeError as error:
            self.desk.messages.warn(str(error))

    def take_rows(self, band: Band, source: Recipe) -> None:
        """A band of style rows from another face."""
        self.document.replace(f"{band.name} style mix", taking(self.recipe, band, source.latent))

    def ask_tags(self, recipes: list[Recipe]) -> None:
        """A small dialogue for the tags of these."""
        before = self.document.board.stars
        dialog = TagsDialog(stars.tags_of(before, recipes), stars.all_tags(before), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(
            lambda tags: self.document.arrange(
                "Tags", stars=stars.tagged(self.document.board.stars, recipes, tuple(tags))
            )
        )
        dialog.open()

    def show_menu(self, recipes: list[Recipe], at: QPoint) -> None:
        """What can be done with these faces."""
        first, model = recipes[0], self.document.model
        starred = {star.recipe for star in self.document.board.stars}.issuperset(recipes)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Go to this face", lambda: self.go_to(first))
        menu.addAction("Go there, keep the look", lambda: self.edit("Face", latent=first.latent))
        menu.addSeparator()
        menu.addAction("Unstar" if starred else "Star", lambda: self.toggle_stars(recipes))
        menu.addAction("Tags…", lambda: self.ask_tags(recipes))
        if isinstance(first.latent, SeedLatent):
            seed = str(first.latent.seed)
            menu.addAction("Copy seed", lambda: QGuiApplication.clipboard().setText(seed))
        if model is not None:
            menu.addSeparator()
            for band in model.bands if model.mixes else ():
                menu.addAction(f"Use as {band.name.lower()}", lambda band=band: self.take_rows(band, first))
            menu.addAction("Blend with the face on show", lambda: self.cross(self.recipe, first, "Blend"))
        menu.popup(at)

    def star_shown(self) -> None:
        """Star the face on show, with everything that was done to it, or take its star away."""
        self.toggle_stars([self.recipe])

    def tag_shown(self) -> None:
        """Tags of the face on show."""
        self.ask_tags([self.recipe])

    def chosen(self) -> list[Recipe]:
        """What a contact sheet is made of: the selection, else the starred faces."""
        starred = self.stars()
        return self.grid.selection() or [star.recipe for star in starred]


class Field(QLineEdit):
    """entered: Enter was pressed; left: Escape, after the text is gone."""

    entered = Signal(str)
    left = Signal()

    def __init__(self, words: str, parent: QWidget) -> None:
        super().__init__(parent, placeholderText=words, accessibleName=words)
        self.setMaxLength(80)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit(self.text().strip())
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        elif event.key() == Qt.Key.Key_Down:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def is_number(text: str) -> bool:
    """Whether a person means a seed; the figures may stand in groups."""
    return text.replace(" ", "").isdecimal()
