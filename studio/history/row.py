"""A row of thumbnails, painted rather than made of widgets: as long as it likes, only what is visible costs."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from engine.recipe import Recipe
from studio import theme
from studio.recipe_drag import carry
from studio.thumb import paint_face, ring
from studio.thumbnails import Thumbnails

SIDE = 58
MARGIN = 16  # as far from the edge as the headings above
EDGE = 28  # where thumbnails fade that go on beyond the edge
NOTCH = 96.0  # pixels for one notch of the wheel
AHEAD = 0.5  # opacity of what lies ahead


@dataclass(frozen=True)
class Cell:
    """ahead: dimmed, since redo would lead there."""

    recipe: Recipe
    ahead: bool = False


class FaceRow(QWidget):
    """Left and Right move the cursor, Enter chooses it; the wheel scrolls; a thumbnail can be dragged away.

    chosen: a cell was clicked; menu_wanted: right click or the menu key, with the place on the screen.
    """

    chosen = Signal(int)
    menu_wanted = Signal(int, QPoint)
    KEYS = frozenset(
        getattr(Qt.Key, f"Key_{name}") for name in ("Left", "Right", "Home", "End", "Return", "Enter", "Menu")
    )

    def __init__(self, thumbnails: Thumbnails, name: str, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.thumbnails = thumbnails
        self.empty = empty  # what is said where there is nothing
        self.cells: Sequence[Cell] = ()
        self.lefts: list[float] = []
        self.length = 0.0
        self.present, self.cursor_at = -1, -1
        self.offset = 0.0
        self.pressed: tuple[int, QPointF] | None = None
        self.carried: int | None = None  # the cell that the mouse carries
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        thumbnails.ready.connect(self.on_ready)

    def show_cells(self, cells: Sequence[Cell], present: int) -> None:
        """Show these; `present` has the ring and is scrolled to when it is another one."""
        moved = present != self.present or len(cells) != len(self.cells)
        self.cells, self.present = cells, present
        ends = list(accumulate(self.space_before(index) + SIDE for index in range(len(cells))))
        self.lefts, self.length = [end - SIDE for end in ends], ends[-1] if ends else 0.0
        if moved or not 0 <= self.cursor_at < len(cells):
            self.point_at(present if present >= 0 else min(max(self.cursor_at, 0), len(cells) - 1))
        self.scroll_to(self.offset)
        self.describe()

    def text_of(self, index: int) -> str:
        """What tooltips and screen readers say of a cell."""
        raise NotImplementedError

    def space_before(self, index: int) -> int:
        """Pixels before a cell."""
        return 6 if index else 0

    def point_at(self, index: int) -> None:
        """Put the cursor on a cell and bring it into sight."""
        self.cursor_at = index
        if 0 <= index < len(self.cells):
            margin = 1.5 * SIDE  # its neighbour and a part of the next, so that one sees that it goes on
            left = self.lefts[index]
            self.scroll_to(min(max(self.offset, left + SIDE + margin - self.room), left - margin))
        self.describe()

    def scroll_to(self, offset: float) -> None:
        """Scroll, no further than there is something."""
        self.offset = min(max(offset, 0.0), max(0.0, self.length - self.room))
        self.update()

    def describe(self) -> None:
        """What a screen reader hears of the cursor."""
        if 0 <= self.cursor_at < len(self.cells):
            place = f"{self.cursor_at + 1} of {len(self.cells)}"
            shown = ", on show" if self.cursor_at == self.present else ""
            self.setAccessibleDescription(f"{self.text_of(self.cursor_at)}, {place}{shown}")
        else:
            self.setAccessibleDescription(self.empty)

    @property
    def room(self) -> float:
        """Pixels between the margins."""
        return max(1.0, self.width() - 2.0 * MARGIN)

    def rect_of(self, index: int) -> QRectF:
        """Where a cell lies."""
        return QRectF(round(MARGIN + self.lefts[index] - self.offset), 2, SIDE, SIDE)

    def cell_at(self, at: QPointF) -> int | None:
        """The cell under a point."""
        index = bisect_right(self.lefts, at.x() - MARGIN + self.offset) - 1
        return index if index >= 0 and self.area_of(index).contains(at) else None

    def area_of(self, index: int) -> QRectF:
        """Where a cell can be clicked."""
        return self.rect_of(index)

    @property
    def visible(self) -> range:
        """Indices of the cells in sight."""
        first = bisect_right(self.lefts, self.offset - MARGIN - SIDE)
        return range(first, bisect_left(self.lefts, self.offset - MARGIN + self.width()))

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(320, SIDE + 8)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(120, SIDE + 8)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as p:
            p.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            if not self.cells:
                self.paint_empty(p)
            for index in self.visible:
                self.paint_cell(p, index, self.rect_of(index))
            self.paint_edges(p)

    def paint_empty(self, p: QPainter) -> None:
        """What is said where there is nothing."""
        p.setPen(theme.colour(theme.MUTED))
        p.drawText(QRectF(MARGIN, 2, self.room, SIDE), Qt.AlignmentFlag.AlignVCenter, self.empty)

    def paint_cell(self, p: QPainter, index: int, rect: QRectF) -> None:
        """One thumbnail and its rings."""
        cell = self.cells[index]
        p.setOpacity(AHEAD if cell.ahead else 1.0)
        paint_face(p, rect, self.thumbnails, cell.recipe)
        p.setOpacity(1.0)
        if index == self.present:
            ring(p, rect)
        if index == self.cursor_at and self.hasFocus():
            inset = 3.0 if index == self.present else 1.0
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.setPen(QPen(theme.colour(theme.TEXT), 1.5))
            p.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), theme.RADIUS - 1, theme.RADIUS - 1)

    def paint_edges(self, p: QPainter) -> None:
        """What goes on beyond an edge fades into it."""
        for x, goes_on in ((0, self.offset > 1), (self.width(), self.offset < self.length - self.room - 1)):
            if goes_on:
                shade = QLinearGradient(x, 0, abs(x - EDGE), 0)
                shade.setColorAt(0.3, theme.colour(theme.PANEL))
                shade.setColorAt(1, theme.colour(theme.PANEL, 0))
                p.fillRect(QRectF(min(x, abs(x - EDGE)), 0, EDGE, self.height()), shade)

    def on_ready(self, recipe: Recipe) -> None:
        if self.isVisible() and any(self.thumbnails.key(self.cells[index].recipe) == recipe for index in self.visible):
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        index = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self.pressed = (index, event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.setCursor(self.cursor_over(event.position()))
        if self.pressed is None:
            return
        index, start = self.pressed
        if (event.position() - start).manhattanLength() >= QApplication.startDragDistance():
            self.pressed, self.carried = None, index
            carry(self.cells[index].recipe, self.thumbnails.of(self.cells[index].recipe), self)
            self.carried = None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        pressed, self.pressed = self.pressed, None
        if pressed is not None and pressed[0] == self.cell_at(event.position()):
            self.cursor_at = pressed[0]
            self.chosen.emit(pressed[0])

    def cursor_over(self, at: QPointF) -> Qt.CursorShape:
        """The mouse's shape at a point."""
        over = self.cell_at(at) is not None
        return Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        fine, notches = event.pixelDelta(), event.angleDelta()
        by = (fine.x() or fine.y()) if not fine.isNull() else (notches.x() or notches.y()) / 120 * NOTCH
        self.scroll_to(self.offset - by)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        last = len(self.cells) - 1
        aims = {
            Qt.Key.Key_Left: max(self.cursor_at - 1, 0),
            Qt.Key.Key_Right: min(self.cursor_at + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or not self.cells:
            super().keyPressEvent(event)
        elif key in aims:
            self.point_at(aims[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self.cursor_at)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        index = self.cell_at(QPointF(event.pos())) if by_mouse else self.cursor_at
        if index is not None and 0 <= index < len(self.cells):
            self.point_at(index)
            place = event.globalPos() if by_mouse else self.mapToGlobal(self.rect_of(index).center().toPoint())
            self.menu_wanted.emit(index, place)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self.show_tip(event)
            return True
        # keys that mean something here are not the shortcut of an action
        is_key = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_key and Qt.Key(event.key()) in self.KEYS and not event.modifiers():
            event.accept()
            return True
        return super().event(event)

    def show_tip(self, event: QHelpEvent) -> None:
        """What the cell under the mouse is."""
        index = self.cell_at(QPointF(event.pos()))
        if index is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPos(), self.text_of(index), self, self.rect_of(index).toRect())

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.point_at(self.cursor_at)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        if 0 <= self.present < len(self.cells):
            self.point_at(self.present)
        self.scroll_to(self.offset)
