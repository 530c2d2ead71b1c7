"""The gallery's grid as it is seen: one painted widget for any number of faces, its scrolling and its selection."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Hashable

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.recipe import Recipe
from studio import theme
from studio.gallery.cells import Cells, Seeds, name_of
from studio.gallery.endless_bar import EndlessBar
from studio.settings import Settings
from studio.thumb import paint_face, ring
from studio.thumbnails import Thumbnails

SIDE, GAP = 66, 6
PITCH = SIDE + GAP
BAR = 8
CORNER = 26  # the star's corner of a face that can be clicked
LEAST_ROWS = 3
MOST_CHOSEN = 1000  # by one sweep
SCALED = 512  # thumbnails kept as large as they are shown, 9 MB
QUIET_MS, PAGES_AHEAD = 300, 2


class GridView(QWidget):
    """Shows cells. The cursor is where the keys are; the selection is what a contact sheet is made of.

    selection_changed: with how many there are.
    """

    selection_changed = Signal(int)

    def __init__(self, thumbnails: Thumbnails, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.thumbnails = thumbnails
        self.cells: Cells = Seeds(Recipe(), ())
        self.bar = EndlessBar(settings, PITCH, GAP, self)
        self.columns = 3
        self.cursor, self.anchor = 0, 0  # anchor: where a sweep with Shift began
        self.selected: set[Hashable] = set()  # keys
        self.shown: int | None = None  # the face on show
        self.hovered: int | None = None
        self.corner = False  # the hand is over a star
        self.lit: int | None = None  # what would take the drop
        self.keyed = False  # reached by the keys, so that the cursor is worth a ring
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(SIDE + GAP + BAR, LEAST_ROWS * PITCH - GAP)
        self.setAccessibleName("Gallery of faces")
        self.scaled: OrderedDict[tuple[int, float], QPixmap] = OrderedDict()  # thumbnails as large as they are shown
        self.quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self.quiet.timeout.connect(self.look_ahead)
        self.bar.moved.connect(self.update)
        self.bar.moved.connect(self.quiet.start)
        thumbnails.ready.connect(self.on_ready)

    def show_cells(self, cells: Cells) -> None:
        """Other faces, or the same ones with other stars; what is still there stays selected."""
        others = type(cells) is not type(self.cells)
        self.cells = cells
        self.select({key for key in self.selected if cells.index(key) is not None})
        self.cursor = 0 if others else max(0, min(self.cursor, cells.count - 1))
        self.anchor = self.cursor
        self.lay_out()
        if others:
            self.bar.go(0)
        self.tell()
        self.quiet.start()
        self.update()

    def show_recipe(self, recipe: Recipe) -> None:
        """Which face is on show."""
        shown = self.cells.shown(recipe)
        if shown != self.shown:
            before, self.shown = self.shown, shown
            for index in (before, shown):
                self.touch(index)

    def selection(self) -> list[Recipe]:
        """The selected faces, in order."""
        numbers = sorted(number for key in self.selected if (number := self.cells.index(key)) is not None)
        return [self.cells.recipe(number) for number in numbers]

    def select(self, keys: set[Hashable]) -> None:
        """These and no others."""
        if keys != self.selected:
            self.selected = keys
            self.selection_changed.emit(len(keys))
            self.update()

    def toggle(self, index: int) -> None:
        """Into the selection or out of it."""
        self.anchor = index
        self.select(self.selected ^ {self.cells.key(index)})
        self.move_cursor(index)

    def sweep_to(self, index: int) -> None:
        """Select everything from the anchor on."""
        low, high = sorted((self.anchor, index))
        swept = range(low, high + 1)[:MOST_CHOSEN] if self.anchor <= index else range(low, high + 1)[-MOST_CHOSEN:]
        self.select({self.cells.key(number) for number in swept})
        self.move_cursor(index)

    def clear(self) -> None:
        """Select nothing."""
        self.select(set())
        self.anchor = self.cursor
        self.tell()

    def reveal(self, index: int, *, middle: bool = False) -> None:
        """Put the cursor on a face and scroll until it can be seen."""
        if not self.cells.count:
            return
        self.move_cursor(min(max(index, 0), self.cells.count - 1))
        top = self.cursor // self.columns * PITCH
        if middle:
            self.bar.go(top - (self.height() - SIDE) // 2)
        else:
            self.bar.go(min(max(self.bar.position, top + SIDE - self.height()), top))

    def move_cursor(self, index: int) -> None:
        """The keys go on from here."""
        before, self.cursor = self.cursor, index
        self.touch(before)
        self.touch(index)
        self.tell()

    def tell(self) -> None:
        """What a screen reader says of the cursor."""
        words = name_of(self.cells, self.cursor) if self.cells.count else self.cells.nothing
        key = self.cells.key(self.cursor) if self.cells.count else None
        self.setAccessibleDescription(f"{words}, selected" if key in self.selected else words)

    # where things lie

    def lay_out(self) -> None:
        """As many columns as fit."""
        top = self.bar.position // PITCH * self.columns
        columns = max(1, (self.width() - BAR + GAP) // PITCH)
        self.bar.setGeometry(self.width() - BAR, 0, BAR, self.height())
        changed, self.columns = columns != self.columns, columns
        self.bar.cover(-(-self.cells.count // columns), self.height())
        self.bar.setVisible(self.bar.maximum() > 0)
        if changed:
            self.bar.go(top // columns * PITCH)

    def rect_of(self, index: int) -> QRect:
        """Where a face lies; it may be far outside, though never too far for a rectangle."""
        row, column = divmod(index, self.columns)
        top = min(max(row * PITCH - self.bar.position, -10 * PITCH), self.height() + 10 * PITCH)
        return QRect(column * PITCH, top, SIDE, SIDE)

    def index_at(self, at: QPoint) -> int | None:
        """The face under a point."""
        column, row = at.x() // PITCH, (at.y() + self.bar.position) // PITCH
        index = row * self.columns + column
        if not 0 <= column < self.columns or not 0 <= index < self.cells.count or not self.rect().contains(at):
            return None
        return index if self.rect_of(index).contains(at) else None

    def visible(self) -> range:
        """The faces that can be seen."""
        first = self.bar.position // PITCH * self.columns
        last = (self.bar.position + self.height()) // PITCH * self.columns + self.columns
        return range(first, min(last, self.cells.count))

    def touch(self, index: int | None) -> None:
        """Paint a face again."""
        if index is not None:
            self.update(self.rect_of(index).adjusted(-2, -2, 2, 2))

    def on_ready(self, recipe: Recipe) -> None:
        shown = self.visible()
        index = self.cells.shown(recipe)
        if index is not None and index in shown:
            self.touch(index)

    def look_ahead(self) -> None:
        """Once nothing is waited for any more, have the faces made that would be scrolled to next."""
        if not self.isVisible() or self.thumbnails.costly:
            return
        if self.thumbnails.waiting:
            self.quiet.start()
            return
        shown = self.visible()
        ahead = range(shown.stop, min(shown.stop + PAGES_AHEAD * len(shown), self.cells.count))
        for index in (*ahead, *range(max(0, shown.start - len(shown)), shown.start)):
            self.thumbnails.of(self.cells.recipe(index))

    # what Qt asks of a widget

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(3 * PITCH + BAR, 4 * PITCH - GAP)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self.lay_out()
        self.quiet.start()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as p:
            p.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            for index in self.visible():
                rect = self.rect_of(index)
                if rect.intersects(event.rect()):
                    self.paint_cell(p, index, QRectF(rect))
            if not self.cells.count:
                p.setPen(theme.colour(theme.MUTED))
                p.drawText(self.rect().adjusted(0, 12, -BAR, 0), WRAPPED, self.cells.nothing)

    def paint_cell(self, p: QPainter, index: int, rect: QRectF) -> None:
        """A face, and what is known of it around it."""
        recipe = self.cells.recipe(index)
        picture = self.thumbnails.of(recipe)
        if picture is None:
            paint_face(p, rect, self.thumbnails, recipe)
        else:
            p.drawPixmap(rect.topLeft(), self.fitted(picture))
        if self.cells.key(index) in self.selected:
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(theme.colour(theme.SECOND, 0.28))
            p.drawRoundedRect(rect, theme.RADIUS, theme.RADIUS)
            ring(p, rect, theme.SECOND)
        if index == self.shown or index == self.lit:
            ring(p, rect)
        if self.keyed and self.hasFocus() and index == self.cursor:
            ring(p, rect.adjusted(3, 3, -3, -3), theme.TEXT)
        starred = self.cells.tags(index) is not None
        if starred or index == self.hovered:
            paint_star(p, rect, filled=starred, bright=index == self.hovered and self.corner)

    def fitted(self, picture: QPixmap) -> QPixmap:
        """A thumbnail at the size of a cell: scaled once, since a scroll paints it many times."""
        ratio = self.devicePixelRatioF()
        key = (picture.cacheKey(), ratio)
        if key in self.scaled:
            self.scaled.move_to_end(key)
            return self.scaled[key]
        made = QPixmap(round(SIDE * ratio), round(SIDE * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        with QPainter(made) as p:
            p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            p.drawPixmap(QRectF(0, 0, SIDE, SIDE), picture, QRectF(picture.rect()))
        self.scaled[key] = made
        while len(self.scaled) > SCALED:
            self.scaled.popitem(last=False)
        return made


def paint_star(p: QPainter, rect: QRectF, *, filled: bool, bright: bool) -> None:
    """The star in a face's corner, dark around so that it is seen on any picture."""
    middle = QPointF(rect.right() - CORNER / 2 + 1, rect.top() + CORNER / 2 - 1)
    star = STAR.translated(middle)
    p.setPen(QPen(theme.colour(theme.GROUND, 0.75), 3.5, j=Qt.PenJoinStyle.RoundJoin))
    p.setBrush(theme.colour(theme.ACCENT) if filled else theme.colour(theme.GROUND, 0.35))
    p.drawPolygon(star)
    p.setPen(QPen(theme.colour(theme.ACCENT if filled or bright else theme.TEXT), 1.3, j=Qt.PenJoinStyle.RoundJoin))
    p.drawPolygon(star)


def star_of(radius: float) -> QPolygonF:
    """Five points about the origin."""
    turns = [(radius * (1.0 if k % 2 == 0 else 0.45), math.pi * (k / 5 - 0.5)) for k in range(10)]
    return QPolygonF([QPointF(r * math.cos(angle), r * math.sin(angle)) for r, angle in turns])


STAR = star_of(6.5)
WRAPPED = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
