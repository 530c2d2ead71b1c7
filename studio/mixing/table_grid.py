"""The pictures of a mixing table: headers across and down, and the cells, as large as there is room for."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from engine.mixing_table import MixingTable
from engine.recipe import PlaneLatent, Recipe, SeedLatent
from studio import theme
from studio.mixing.source_menu import offer
from studio.seed_box import SeedBox
from studio.thumb import Thumb
from studio.thumbnails import Thumbnails

SEED_WIDTH, SEED_HEIGHT = 58, 22
GAP, HEAD_GAP = 6, 14
SMALLEST, LARGEST = 40, 256
STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
Place = tuple[int, int]  # line and column; headers are 0, the corner (0, 0) is empty


class Cell(Thumb):
    """A picture of the table; the arrow keys go to its neighbours, Enter presses it.

    went: lines down and columns to the right; arrived: it has the focus; asked: its menu is wanted.
    """

    went = Signal(int, int)
    arrived = Signal()
    asked = Signal()

    def nextCheckState(self) -> None:  # noqa: N802
        """What it shows decides whether it is ringed, not the press."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        step = STEPS.get(Qt.Key(event.key()))
        if step is not None:
            self.went.emit(*step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        self.arrived.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        self.asked.emit()

    def resize_to(self, side: int) -> None:
        """Another size."""
        if side != self.side:
            self.side = side
            self.setFixedSize(side, side)


class TableGrid(QWidget):
    """Shows a table and tells what the hand wants of it.

    chosen: the recipe of a cell; rolled: another face for a header; given: this recipe for a header.
    """

    chosen = Signal(object)  # Recipe
    rolled = Signal(object)  # Place
    given = Signal(object, object)  # Place, Recipe
    wanted = Signal(object)  # Place: the face on show for a header
    refused = Signal(str)

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.thumbnails = thumbnails
        self.cells: dict[Place, Cell] = {}
        self.seeds: dict[Place, SeedBox] = {}
        self.at: Place = (1, 1)  # where Tab comes to
        self.setMinimumSize(420, 320)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(820, 660)

    def show_table(self, table: MixingTable, on_show: Recipe) -> None:
        """Show without telling anyone; the cell that is the picture on show has a ring."""
        recipes = {
            (line, column): recipe
            for line, found in enumerate(table.lines)
            for column, recipe in enumerate(found)
            if recipe is not None
        }
        if recipes.keys() != self.cells.keys():
            self.rebuild(recipes.keys())
        for place, recipe in recipes.items():
            cell = self.cells[place]
            if recipe != cell.recipe:
                cell.show_recipe(recipe)
            box = self.seeds.get(place)
            if box is None:
                continue
            if isinstance(recipe.latent, SeedLatent):
                box.show_seed(recipe.latent.seed)
            else:
                box.show_seed(None, "walk" if isinstance(recipe.latent, PlaneLatent) else "numbers")

        self.ring(on_show)

    def ring(self, on_show: Recipe) -> None:
        """Show which cell is the picture on show."""
        for cell in self.cells.values():
            cell.setChecked(cell.recipe == on_show)

    def rebuild(self, places: Iterable[Place]) -> None:
        """Other widgets for a table of another size."""
        for widget in (*self.cells.values(), *self.seeds.values()):
            widget.setParent(None)
            widget.deleteLater()
        self.cells = {place: self.cell(place) for place in sorted(places)}
        self.seeds = {place: self.seed(place) for place in self.cells if 0 in place}
        self.settle_on(self.at if self.at in self.cells else (1, 1))
        self.lay_out()

    def cell(self, place: Place) -> Cell:
        """The widget of a place."""
        line, column = place
        made = Cell(self.thumbnails, SMALLEST, name_of(place), self)
        made.setCheckable(0 not in place)
        made.went.connect(self.go)
        made.arrived.connect(lambda: self.settle_on(place))
        if 0 in place:
            made.setToolTip(f"{name_of(place)}: click for another face, or drop one here")
            made.clicked.connect(lambda: self.rolled.emit(place))
            made.dropped.connect(lambda recipe: self.given.emit(place, recipe))
            made.asked.connect(
                lambda: offer(
                    made,
                    lambda: self.rolled.emit(place),
                    lambda: self.wanted.emit(place),
                    lambda: self.chosen.emit(made.recipe),
                )
            )
        else:
            made.setToolTip(f"Go to this face: destination {line} with rows of source {column}")
            made.setAcceptDrops(False)
            made.clicked.connect(lambda: self.chosen.emit(made.recipe))
        made.show()
        return made

    def seed(self, place: Place) -> SeedBox:
        """The seed of a header."""
        made = SeedBox(f"Seed of {name_of(place).lower()}", self)
        made.make_small()
        made.setFixedSize(SEED_WIDTH, SEED_HEIGHT)
        made.setToolTip(f"Seed of {name_of(place).lower()}")
        if place[0] == 0:
            made.setAlignment(Qt.AlignmentFlag.AlignCenter)
        made.changed.connect(lambda seed: self.given.emit(place, Recipe(latent=SeedLatent(seed))))
        made.refused.connect(self.refused)
        made.show()
        return made

    def settle_on(self, place: Place) -> None:
        """Of all pictures, Tab comes to this one."""
        self.at = place
        for other, cell in self.cells.items():
            cell.setFocusPolicy(Qt.FocusPolicy.StrongFocus if other == place else Qt.FocusPolicy.ClickFocus)

    def go(self, down: int, right: int) -> None:
        """The focus goes to a neighbour, as far as there are any."""
        place = (self.at[0] + down, self.at[1] + right)
        if place in self.cells:
            self.cells[place].setFocus(Qt.FocusReason.OtherFocusReason)

    def lay_out(self) -> None:
        """Squares as large as there is room for, in the middle."""
        if not self.cells:
            return
        lines, columns = (max(place[axis] for place in self.cells) + 1 for axis in (0, 1))
        room = (
            (self.width() - SEED_WIDTH - (columns - 1) * GAP - HEAD_GAP) // columns,
            (self.height() - SEED_HEIGHT - (lines - 1) * GAP - HEAD_GAP) // lines,
        )
        side = max(SMALLEST, min(*room, LARGEST))
        width = SEED_WIDTH + columns * (side + GAP) + HEAD_GAP
        height = SEED_HEIGHT + lines * (side + GAP) + HEAD_GAP
        left, top = max(0, (self.width() - width) // 2), max(0, (self.height() - height) // 2)
        for (line, column), cell in self.cells.items():
            x = left + SEED_WIDTH + GAP + column * (side + GAP) + (HEAD_GAP if column else 0)
            y = top + SEED_HEIGHT + line * (side + GAP) + (HEAD_GAP if line else 0)
            cell.resize_to(side)
            cell.move(x, y)
            if line == 0:
                self.seeds[line, column].move(x + (side - SEED_WIDTH) // 2, y - SEED_HEIGHT)
            elif column == 0:
                self.seeds[line, column].move(x - SEED_WIDTH - GAP, y + (side - SEED_HEIGHT) // 2)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self.lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """In the empty corner, which way the sources and the destinations lie."""
        if not self.cells:
            return
        first, below = self.cells[0, 1].geometry(), self.cells[1, 0].geometry()
        corner = QRect(below.left(), first.top(), below.width(), first.height())
        with QPainter(self) as p:
            p.setFont(theme.font(theme.VALUE_PX))
            p.setPen(theme.colour(theme.MUTED))
            p.drawText(corner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "rows from →")
            p.drawText(corner, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, "the rest from ↓")


def name_of(place: Place) -> str:
    """As a screen reader says it."""
    line, column = place
    if line == 0:
        return f"Source {column}"
    return f"Destination {line}" if column == 0 else f"Destination {line} with rows of source {column}"
