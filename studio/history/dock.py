"""The dock at the bottom: a quiet line of headings, and under it the history or the presets."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QButtonGroup,
    QDockWidget,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.project import Star
from engine.recipe import Recipe
from studio.history.morph_controls import MorphControls
from studio.history.preset_row import PresetRow
from studio.history.recorder import Recorder
from studio.history.strip import HistoryStrip
from studio.morph import Morph
from studio.panels.panel import Desk, tool
from studio.presets import Presets
from studio.recipe_drag import mime_of
from studio.settings import Settings

HEIGHT = 110
HISTORY, PRESETS = 0, 1


class HistoryDock(QDockWidget):
    """Two pages, one of them shown. recorder, presets and morph are what others may need of it."""

    def __init__(self, desk: Desk, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__("History", parent)
        self.setObjectName("history")
        self.setAllowedAreas(Qt.DockWidgetArea.BottomDockWidgetArea)
        self.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        self.setTitleBarWidget(QWidget(self))
        self.document, self.messages = desk.document, desk.messages
        self.recorder = Recorder(desk.document, self)
        self.morph = Morph(desk.document, desk.messages, settings, self)
        self.presets = Presets(desk.document, desk.messages, self.morph, self)
        self.strip = HistoryStrip(self.recorder, desk.thumbnails)
        self.row = PresetRow(self.presets, desk.thumbnails)
        self.controls = MorphControls(settings)
        self.keep = tool("add", "Keep the face on show as a preset (Ctrl+D)")
        self.keep.clicked.connect(self.ask_preset)
        self.strip.menu_wanted.connect(self.ask_what_of_step)
        self.row.menu_wanted.connect(self.ask_what_of_preset)
        self.pages = QStackedWidget()
        self.headings = QButtonGroup(self)
        for page in (self.strip, self.row):
            self.pages.addWidget(page)
        self.lay_out()
        self.turn_to(HISTORY)

    def lay_out(self) -> None:
        """The line of headings, then the page."""
        line = QHBoxLayout()
        line.setContentsMargins(6, 0, 14, 0)
        line.setSpacing(6)
        for page, name in enumerate(("History", "Presets")):
            heading = QToolButton(text=name, checkable=True)
            heading.setProperty("quiet", True)
            heading.setFixedHeight(26)
            heading.setToolTip(f"Show the {name.lower()}")
            heading.setAccessibleName(name)
            heading.clicked.connect(partial(self.turn_to, page))
            self.headings.addButton(heading, page)
            line.addWidget(heading)
        line.addStretch()
        line.addWidget(self.controls)
        line.addWidget(self.keep)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 3, 0, 2)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self.pages)
        whole.setFixedHeight(HEIGHT)
        whole.setAutoFillBackground(True)
        whole.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setWidget(whole)

    def turn_to(self, page: int) -> None:
        """Show a page."""
        self.pages.setCurrentIndex(page)
        self.headings.button(page).setChecked(True)
        self.controls.setVisible(page == PRESETS)
        self.keep.setVisible(page == PRESETS)

    # handlers of the action table

    def set_shown(self, shown: bool) -> None:
        """Show or hide the dock."""
        if not self.window().isMinimized():
            self.setVisible(shown)

    def show_presets(self) -> None:
        """The presets; from there back to the history."""
        here = self.isVisible() and self.pages.currentIndex() == PRESETS
        self.turn_to(HISTORY if here else PRESETS)
        self.show()

    def ask_preset(self, recipe: Recipe | None = None) -> None:
        """Ask for a name, then keep a recipe; without one, that on show."""
        if self.document.model is None:
            self.messages.warn("there is no face to keep yet")
            return
        self.turn_to(PRESETS)
        self.show()
        self.row.ask_name(recipe or self.document.recipe)

    def rename_preset(self) -> None:
        """Ask for another name of the chosen preset."""
        if self.choose_preset():
            self.row.ask_rename(self.row.cursor_at)

    def update_preset(self) -> None:
        """Put the face on show in the place of the chosen preset."""
        if self.choose_preset():
            self.presets.update(self.row.cursor_at)

    def delete_preset(self) -> None:
        """Delete the chosen preset."""
        if self.choose_preset():
            self.presets.remove(self.row.cursor_at)

    def choose_preset(self) -> bool:
        """Whether a preset is chosen; shows which."""
        if not self.presets.all:
            self.messages.warn("there are no presets yet; Ctrl+D keeps the face on show")
            return False
        if self.row.asking is not None and self.row.asking[1] is not None:
            self.messages.warn("the new preset has no name yet; give it one first")
            return False
        self.turn_to(PRESETS)
        self.show()
        return True

    # menus

    def ask_what_of_step(self, place: int, at: QPoint) -> None:
        """What can be done with a step."""
        index = self.strip.line[place]
        recipe = self.recorder.history.steps[index].recipe
        menu = QMenu(self)
        menu.addAction("Go to", lambda: self.recorder.go_to(index))
        menu.addAction("Save as preset…", lambda: self.ask_preset(recipe))
        self.add_common(menu, recipe)
        self.pop_up(menu, at)

    def ask_what_of_preset(self, index: int, at: QPoint) -> None:
        """What can be done with a preset."""
        if self.row.asking is not None:
            return
        recipe = self.presets.all[index].recipe
        menu = QMenu(self)
        menu.addAction("Go to", lambda: self.presets.recall(index))
        menu.addAction("Update to the face on show", lambda: self.presets.update(index))
        menu.addAction("Rename…", lambda: self.row.ask_rename(index))
        menu.addAction("Delete", lambda: self.presets.remove(index))
        self.add_common(menu, recipe)
        self.pop_up(menu, at)

    def add_common(self, menu: QMenu, recipe: Recipe) -> None:
        """What can be done with any recipe."""
        stars = self.document.board.stars
        starred = any(star.recipe == recipe for star in stars)
        others = tuple(star for star in stars if star.recipe != recipe)
        menu.addSeparator()
        if starred:
            menu.addAction("Remove star", lambda: self.document.arrange("Remove star", stars=others))
        else:
            menu.addAction("Star", lambda: self.document.arrange("Star", stars=(*others, Star(recipe))))
        menu.addAction("Compare with this", lambda: self.document.arrange("Compare", compared=recipe))
        menu.addAction("Copy recipe", lambda: self.copy(recipe))

    def copy(self, recipe: Recipe) -> None:
        """A recipe on the clipboard."""
        QGuiApplication.clipboard().setMimeData(mime_of(recipe))
        self.messages.note("Copied the recipe")

    def pop_up(self, menu: QMenu, at: QPoint) -> None:
        """Show a menu without waiting for it."""
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(640, HEIGHT)
