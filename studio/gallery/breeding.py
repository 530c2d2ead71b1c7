"""The Breed section: a child of two faces, with a share of each for coarse, middle and fine style rows."""

from __future__ import annotations

import random

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from engine.errors import RecipeError
from engine.project import Board
from engine.recipe import Recipe
from studio import theme
from studio.gallery import stars
from studio.gallery.follower import Follower
from studio.gallery.next_face import child
from studio.gallery.variations import PAUSE_MS
from studio.open_model import OpenModel
from studio.panels.panel import Panel, tool
from studio.scale import Scale
from studio.slider import Slider

SHARE = Scale(0.0, 1.0, 0.5, origin=0.5, step=0.05, decimals=0, factor=100, suffix=" % B")
PARENT, CHILD = 56, 86


class BreedPanel(Panel):
    """Parents are the two newest stars until a person puts others there; like the shares they are the window's own."""

    title = "Breed"

    def build(self) -> None:
        self.column.setContentsMargins(0, 0, 8, 0)
        self.model: str | None = None  # hash of the one that parents and shares are for
        self.put: dict[str, Recipe] = {}  # parents that a person chose
        self.sliders: list[Slider] = []
        self.parents = {name: self.slot(name) for name in ("A", "B")}
        self.child = Follower(self.desk.thumbnails, CHILD, "Go to the child")
        self.child.setAcceptDrops(False)
        self.child.clicked.connect(self.go_to_child)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 2)
        row.setSpacing(6)
        for name, widget in (("A", self.parents["A"]), ("Child", self.child), ("B", self.parents["B"])):
            row.addLayout(captioned(widget, name))
        row.addStretch()
        self.column.addLayout(row)
        self.pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self.pause.timeout.connect(self.show_child)
        self.shuffle = tool("dice", "Other shares")
        self.shuffle.clicked.connect(self.shuffle_shares)
        self.document.board_changed.connect(self.on_board)

    def slot(self, name: str) -> Slot:
        """Where a parent stands."""
        made = Slot(self.desk.thumbnails, PARENT, f"Parent {name}: click to put the face on show here, or drop one")
        made.setAccessibleName(f"Parent {name}")
        made.clicked.connect(lambda: self.set_parent(name, self.recipe))
        made.dropped.connect(lambda recipe: self.set_parent(name, recipe))
        made.asked.connect(lambda at: self.show_menu(name, at))
        return made

    def header_widgets(self) -> list[QWidget]:
        return [self.shuffle]

    def show_model(self, model: OpenModel) -> None:
        if model.hash == self.model:
            return
        self.model = model.hash
        self.put.clear()
        for slider in self.sliders:
            slider.setParent(None)
            slider.deleteLater()
        self.sliders = []
        for band in model.bands:
            slider = Slider(band.name, SHARE, band.hint, theme.SECOND, parent=self)
            where = f" in the {band.name.lower()} style rows" if model.mixes else ""
            slider.setToolTip(f"Share of parent B{where}; the rest is A's")
            slider.moved.connect(lambda: self.pause.start())
            slider.refused.connect(self.desk.messages.warn)
            self.column.addWidget(slider)
            self.sliders.append(slider)
        self.show_parents()

    def show_recipe(self, recipe: Recipe) -> None:
        """The face on show is no parent until it is put there."""

    def on_board(self, old: Board, new: Board) -> None:
        if old.stars != new.stars:
            self.show_parents()

    def show_parents(self) -> None:
        """Those that were put there, else the newest stars."""
        newest = [star.recipe for star in stars.of_model(self.document.board.stars, self.model)]
        places = {"A": newest[:1], "B": newest[:1] if "A" in self.put and len(newest) == 1 else newest[1:2]}
        for name, slot in self.parents.items():
            slot.show_recipe(self.put.get(name) or next(iter(places[name]), None))
        self.show_child()

    def set_parent(self, name: str, recipe: Recipe) -> None:
        """Put a face in a parent's place."""
        model = self.document.model
        if model is None:
            return
        try:
            self.put[name] = model.accept(recipe)
        except RecipeError as error:
            self.desk.messages.warn(str(error))
        self.show_parents()

    def forget_parent(self, name: str) -> None:
        """The star stands there again."""
        self.put.pop(name, None)
        self.show_parents()

    def show_child(self) -> None:
        """What the parents and the shares make."""
        self.pause.stop()
        a, b = (slot.recipe for slot in self.parents.values())
        model = self.document.model
        whole = a is not None and b is not None and model is not None
        made = child(a, b, [slider.value for slider in self.sliders], model) if whole else None
        self.child.show_recipe(made)
        self.child.setEnabled(made is not None)
        self.shuffle.setEnabled(made is not None)

    def shuffle_shares(self) -> None:
        """Other shares."""
        for slider in self.sliders:
            slider.show_value(SHARE.rounded(random.random()))
        self.show_child()

    def go_to_child(self) -> None:
        """The child in the large."""
        self.show_child()
        if self.child.recipe is None:
            self.desk.messages.warn("A child needs two parents: star two faces, or put them into the slots")
        else:
            self.document.replace("Child", self.child.recipe)

    def show_menu(self, name: str, at: QPoint) -> None:
        """What can be done with a parent."""
        parent = self.parents[name].recipe
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Put the face on show here", lambda: self.set_parent(name, self.recipe))
        if parent is not None:
            menu.addAction("Go to this face", lambda: self.document.replace("Face", parent))
        if name in self.put:
            menu.addAction("The newest star", lambda: self.forget_parent(name))
        menu.popup(at)


class Slot(Follower):
    """asked: a menu at a global point."""

    asked = Signal(QPoint)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        self.asked.emit(event.globalPos())


def captioned(widget: QWidget, caption: str) -> QVBoxLayout:
    """A widget with a small word under it."""
    label = QLabel(caption)
    label.setFont(theme.font(theme.VALUE_PX))
    label.setProperty("muted", True)
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addStretch()
    column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
    column.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
    return column
