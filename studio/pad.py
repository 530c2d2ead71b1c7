"""The 2-D pad: a handle that walks the plane through three faces. It shows a plane and tells what the hand wants."""

from __future__ import annotations

import time
from collections import deque

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from engine.recipe import Recipe
from studio import theme
from studio.recipe_drag import carried
from studio.thumb import Thumb
from studio.thumbnails import Thumbnails
from studio.track import FINE, is_fine
from studio.triangle import Triangle

FACE, HANDLE, GRASP = 30, 14, 26  # pixels: corner faces, the handle, and how large the handle is to the hand
HEIGHT = 140
EDGE = "#3a3f49"
STEP = 12.0  # pixels that an arrow key moves the handle
REMEMBERED = 0.1  # seconds of the drag from which the speed at its end is taken
NAMES = ("First corner", "Second corner", "Third corner")
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Pad(QWidget):
    """Drag the handle, or move it with the arrow keys (Shift: fine); Home and a double click go to the first corner.

    taken: the hand is on the handle; moved: to x, y of the plane; released: with this speed, in planes a second;
    rested: keys were let go; gone_to: this corner was chosen; dropped: a recipe on the corner nearest to it.
    """

    taken = Signal()
    moved = Signal(float, float)
    released = Signal(float, float)
    rested = Signal()
    gone_to = Signal(int)
    dropped = Signal(int, object)

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clock = time.monotonic
        self.x_shown, self.y_shown = 0.0, 0.0
        self.anchor: tuple[QPointF, QPointF, bool] | None = None  # mouse, handle, whether fine; while it is dragged
        self.path: deque[tuple[float, float, float]] = deque(maxlen=64)  # seconds, x, y
        self.corners = [Corner(thumbnails, FACE, name, self) for name in NAMES]
        for index, corner in enumerate(self.corners):
            corner.clicked.connect(lambda _checked=False, index=index: self.gone_to.emit(index))
        self.handle = Handle(self)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Pad between three faces")
        self.setToolTip("Walk between three faces; double click: back to the first. Drop a face to change a corner")
        self.show_at(0.0, 0.0)

    def show_plane(self, corners: tuple[Recipe, Recipe, Recipe], x: float, y: float) -> None:
        """Show without telling anyone."""
        for corner, recipe in zip(self.corners, corners, strict=True):
            if recipe != corner.recipe:
                corner.show_recipe(recipe)
        if (x, y) != (self.x_shown, self.y_shown):
            self.show_at(x, y)

    def show_at(self, x: float, y: float) -> None:
        """Put the handle there; a point beyond the pad is shown at its edge."""
        self.x_shown, self.y_shown = x, y
        self.setAccessibleDescription(f"x {x:.2f}, y {y:.2f}")
        self.handle.move((self.at - QPointF(GRASP, GRASP) / 2).toPoint())

    @property
    def triangle(self) -> Triangle:
        """The plane's place on the pad."""
        return Triangle(self.width(), self.height())

    @property
    def at(self) -> QPointF:
        """Where the handle lies."""
        triangle = self.triangle
        return QPointF(*triangle.point(*triangle.kept(self.x_shown, self.y_shown)))

    def move_to(self, at: QPointF) -> None:
        """The hand wants the handle there."""
        triangle = self.triangle
        x, y = triangle.kept(*triangle.plane((at.x(), at.y())))
        if (x, y) != (self.x_shown, self.y_shown):
            self.show_at(x, y)
            self.moved.emit(x, y)
        self.path.append((self.clock(), x, y))

    @property
    def speed(self) -> tuple[float, float]:
        """Of the last moments of the drag, in planes a second; 0 where the hand had stopped."""
        now = self.clock()
        recent = [step for step in self.path if now - step[0] <= REMEMBERED]
        if len(recent) < 2 or recent[-1][0] == recent[0][0]:
            return 0.0, 0.0
        passed = now - recent[0][0]
        return (recent[-1][1] - recent[0][1]) / passed, (recent[-1][2] - recent[0][2]) / passed

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(300, HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(200, HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        for corner, (x, y) in zip(self.corners, self.triangle.corners, strict=True):
            corner.move(round(x - FACE / 2), round(y - FACE / 2))
        self.show_at(self.x_shown, self.y_shown)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        corners = [QPointF(*corner) for corner in self.triangle.corners]
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(theme.colour(theme.RAISED))
            p.drawRoundedRect(QRectF(self.rect()), theme.RADIUS, theme.RADIUS)
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.setPen(QPen(theme.colour(EDGE), 1))
            p.drawPolygon(corners)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.taken.emit()
        self.path.clear()
        away = event.position() - self.at
        if QPointF.dotProduct(away, away) > (GRASP / 2) ** 2:
            self.move_to(event.position())
        self.anchor = (event.position(), self.at, is_fine(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self.anchor is None:
            return
        if is_fine(event) != self.anchor[2]:
            self.anchor = (event.position(), self.at, is_fine(event))
        mouse, handle, fine = self.anchor
        self.move_to(handle + (event.position() - mouse) * (FINE if fine else 1))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton and self.anchor is not None:
            self.anchor = None
            self.released.emit(*self.speed)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self.gone_to.emit(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        extra = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        key = Qt.Key(event.key())
        if key in ARROWS and not extra:
            if not event.isAutoRepeat():
                self.taken.emit()
            self.move_to(self.at + QPointF(*ARROWS[key]) * STEP * (FINE if is_fine(event) else 1))
        elif key == Qt.Key.Key_Home and not extra:
            self.gone_to.emit(0)
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in ARROWS and not event.isAutoRepeat():
            self.rested.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        self.handle.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self.handle.update()
        self.rested.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if carried(event.mimeData()) is not None:
            event.acceptProposedAction()
            self.light(event.position())

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        event.acceptProposedAction()
        self.light(event.position())

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        self.light(None)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        self.light(None)
        recipe = carried(event.mimeData())
        if recipe is not None:
            event.acceptProposedAction()
            self.dropped.emit(self.corner_near(event.position()), recipe)

    def light(self, at: QPointF | None) -> None:
        """Show which corner would take what hovers."""
        for index, corner in enumerate(self.corners):
            corner.light(at is not None and index == self.corner_near(at))

    def corner_near(self, at: QPointF) -> int:
        """The corner that a drop is meant for."""
        return self.triangle.nearest((at.x(), at.y()))


class Corner(Thumb):
    """A face at a corner: a click or Enter goes there, the right button changes it. What is dropped goes to the pad."""

    random_wanted = Signal()
    this_wanted = Signal()

    def __init__(self, thumbnails: Thumbnails, side: int, name: str, parent: QWidget) -> None:
        super().__init__(thumbnails, side, name, parent)
        self.setAcceptDrops(False)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        if self.recipe is not None and self.thumbnails.of(self.recipe) is None:
            with QPainter(self) as p:  # what stands in for a face has the colour of the pad
                p.setRenderHint(QPainter.RenderHint.Antialiasing)
                p.setPen(QPen(theme.colour(EDGE), 1))
                p.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        menu = QMenu(self)
        menu.addAction("Go there", self.click)
        menu.addAction("Random face", self.random_wanted.emit)
        menu.addAction("This face", self.this_wanted.emit)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


class Handle(QWidget):
    """The white dot, above the corner faces; the mouse is the pad's, which its events pass on to."""

    def __init__(self, pad: Pad) -> None:
        super().__init__(pad)
        self.pad = pad
        self.setFixedSize(GRASP, GRASP)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        middle = QPointF(GRASP, GRASP) / 2
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.pad.hasFocus():
                p.setPen(QPen(theme.colour(theme.ACCENT), 1.5))
                p.drawEllipse(middle, HANDLE / 2 + 3.5, HANDLE / 2 + 3.5)
            p.setPen(QPen(theme.colour(theme.GROUND, 0.6), 1.5))
            p.setBrush(theme.colour("#f2f3f5"))
            p.drawEllipse(middle, HANDLE / 2, HANDLE / 2)
