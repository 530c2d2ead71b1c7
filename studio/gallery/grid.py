"""The gallery's grid under the hand: the mouse, the keys, and what is dropped on a face."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from engine.recipe import Recipe
from studio.gallery.cells import name_of
from studio.gallery.grid_view import CORNER, PITCH, GridView
from studio.messages import sentence
from studio.recipe_drag import carried, carry
from studio.settings import Settings
from studio.thumbnails import Thumbnails

BY_TAB = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
Modifier = Qt.KeyboardModifier


class Grid(GridView):
    """A click goes to a face, with Ctrl or Shift it selects; a face can be dragged away, and dropped on another.

    gone: go to this face; starred: change the stars of these; asked: a menu for these at a global point;
    crossed: the second face was dropped on the first.
    """

    gone = Signal(object)  # Recipe
    starred = Signal(object)  # list[Recipe]
    asked = Signal(object, QPoint)  # list[Recipe], the one under the hand first
    crossed = Signal(object, object)  # Recipe, Recipe

    def __init__(self, thumbnails: Thumbnails, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(thumbnails, settings, parent)
        self.pressed: tuple[int, QPoint] | None = None
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.bar.moved.connect(self.on_moved)

    def on_moved(self) -> None:
        """Another face came under the hand."""
        self.point_at(self.mapFromGlobal(QCursor.pos()) if self.underMouse() else None)

    # the mouse

    def point_at(self, at: QPoint | None) -> None:
        """The hand is here."""
        index = None if at is None else self.index_at(at)
        corner = index is not None and at is not None and self.in_corner(index, at)
        if (index, corner) != (self.hovered, self.corner):
            before, self.hovered, self.corner = self.hovered, index, corner
            self.touch(before)
            self.touch(index)
            self.setCursor(Qt.CursorShape.ArrowCursor if index is None else Qt.CursorShape.PointingHandCursor)

    def in_corner(self, index: int, at: QPoint) -> bool:
        """Whether a point lies on a face's star."""
        rect = self.rect_of(index)
        return at.x() > rect.right() - CORNER and at.y() < rect.top() + CORNER

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        at = event.position().toPoint()
        index = self.index_at(at)
        self.keyed = False
        self.pressed = (index, at) if index is not None and event.button() == Qt.MouseButton.LeftButton else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        at = event.position().toPoint()
        self.point_at(at)
        if self.pressed is not None and (at - self.pressed[1]).manhattanLength() >= QApplication.startDragDistance():
            recipe = self.cells.recipe(self.pressed[0])
            self.pressed = None
            carry(recipe, self.thumbnails.of(recipe), self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        at = event.position().toPoint()
        pressed, self.pressed = self.pressed, None
        if pressed is None or self.index_at(at) != pressed[0] or event.button() != Qt.MouseButton.LeftButton:
            return
        index = pressed[0]
        if event.modifiers() & Modifier.ShiftModifier:
            self.sweep_to(index)
        elif event.modifiers() & Modifier.ControlModifier:
            self.toggle(index)
        elif self.in_corner(index, at):
            self.starred.emit([self.cells.recipe(index)])
        else:
            self.go_to(index)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self.point_at(None)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        if not event.pixelDelta().isNull():
            self.bar.go(self.bar.position - event.pixelDelta().y())
        else:
            self.bar.roll(-round(event.angleDelta().y() / 120 * PITCH))
        event.accept()

    def go_to(self, index: int) -> None:
        """Show this face in the large."""
        self.anchor = index
        self.move_cursor(index)
        self.gone.emit(self.cells.recipe(index))

    # the keys

    def steps(self) -> dict[Qt.Key, int]:
        """How far each key moves the cursor."""
        page = max(1, self.height() // PITCH) * self.columns
        return {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self.columns,
            Qt.Key.Key_Down: self.columns,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -self.cursor,
            Qt.Key.Key_End: self.cells.count - 1 - self.cursor,
        }

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key, modifiers = Qt.Key(event.key()), event.modifiers() & ~Modifier.KeypadModifier
        self.keyed = True
        if not self.cells.count or modifiers & (Modifier.AltModifier | Modifier.MetaModifier):
            event.ignore()
        elif key in self.steps():
            self.step(self.steps()[key], sweeping=bool(modifiers & Modifier.ShiftModifier))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.toggle(self.cursor) if modifiers & Modifier.ControlModifier else self.go_to(self.cursor)
        elif key == Qt.Key.Key_S and not modifiers:
            self.starred.emit(self.chosen())
        elif key == Qt.Key.Key_Escape and self.selected:
            self.clear()
        else:
            event.ignore()

    def step(self, count: int, *, sweeping: bool) -> None:
        """Move the cursor so many faces on; past an end it stays where it is, a page goes as far as it can."""
        index = self.cursor + count
        if 0 <= index < self.cells.count or abs(count) > self.columns:
            self.reveal(index)
        if sweeping:
            self.sweep_to(self.cursor)
        else:
            self.anchor = self.cursor

    def event(self, event: QEvent) -> bool:
        """The grid's own letter is its own even where the window has a shortcut of it; tooltips name the face."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_S, Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
                event.accept()
                return True
        elif event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.index_at(event.pos())
            words = "" if index is None else name_of(self.cells, index)
            QToolTip.showText(event.globalPos(), sentence(words), self)
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.keyed = event.reason() in BY_TAB
        self.touch(self.cursor)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.touch(self.cursor)

    def chosen(self, index: int | None = None) -> list[Recipe]:
        """What a command is for: the selection where the face belongs to it, else that face alone."""
        index = self.cursor if index is None else index
        recipe = self.cells.recipe(index)
        if self.cells.key(index) not in self.selected:
            return [recipe]
        return [recipe, *(other for other in self.selection() if other != recipe)]

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index: int | None = self.cursor if self.cells.count else None
            at = self.mapToGlobal(self.rect_of(self.cursor).center())
        else:
            index, at = self.index_at(event.pos()), event.globalPos()
        if index is not None:
            self.move_cursor(index)
            self.asked.emit(self.chosen(index), at)

    # what is dropped on a face

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if carried(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        index = self.index_at(event.position().toPoint())
        self.light(index)
        event.setAccepted(index is not None)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        self.light(None)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        self.light(None)
        index, recipe = self.index_at(event.position().toPoint()), carried(event.mimeData())
        if index is not None and recipe is not None and recipe != self.cells.recipe(index):
            event.acceptProposedAction()
            self.crossed.emit(self.cells.recipe(index), recipe)

    def light(self, index: int | None) -> None:
        """Show where the drop would go."""
        before, self.lit = self.lit, index
        self.touch(before)
        self.touch(index)
