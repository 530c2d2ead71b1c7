"""A thumbnail as a widget: shows a recipe, is pressed, is dragged away, takes what is dropped on it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from engine.recipe import Recipe
from studio import theme
from studio.recipe_drag import carried, carry
from studio.thumbnails import Thumbnails


class Thumb(QAbstractButton):
    """A quiet square until the thumbnail is there. Checked, it has an accent ring.

    dropped: a recipe was dropped on it. Without a receiver for it, set `setAcceptDrops(False)`.
    """

    dropped = Signal(object)  # Recipe

    def __init__(self, thumbnails: Thumbnails, side: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.thumbnails = thumbnails
        self.recipe: Recipe | None = None
        self.side = side
        self.pressed_at: QPoint | None = None
        self.lit = False  # something hovers that can be dropped
        self.setFixedSize(side, side)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        thumbnails.ready.connect(self.on_ready)

    def show_recipe(self, recipe: Recipe | None) -> None:
        """Show a recipe, or nothing."""
        self.recipe = recipe
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(self.side, self.side)

    def on_ready(self, recipe: Recipe) -> None:
        if self.recipe is not None and self.thumbnails.key(self.recipe) == recipe:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        rect = QRectF(self.rect())
        with QPainter(self) as p:
            p.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            paint_face(p, rect, self.thumbnails, self.recipe)
            if self.isChecked() or self.hasFocus() or self.lit:
                ring(p, rect)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mousePressEvent(event)
        self.pressed_at = event.position().toPoint() if event.button() == Qt.MouseButton.LeftButton else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseMoveEvent(event)
        if self.pressed_at is None or self.recipe is None:
            return
        if (event.position().toPoint() - self.pressed_at).manhattanLength() >= QApplication.startDragDistance():
            self.pressed_at = None
            self.setDown(False)
            carry(self.recipe, self.thumbnails.of(self.recipe), self)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if event.source() is not self and carried(event.mimeData()) is not None:
            event.acceptProposedAction()
            self.light(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        self.light(False)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        self.light(False)
        recipe = carried(event.mimeData())
        if recipe is not None:
            event.acceptProposedAction()
            self.dropped.emit(recipe)

    def light(self, lit: bool) -> None:
        """Show that what hovers can be dropped here."""
        self.lit = lit
        self.update()


def paint_face(p: QPainter, rect: QRectF, thumbnails: Thumbnails, recipe: Recipe | None) -> None:
    """The thumbnail of a recipe, or the quiet square that stands in its place."""
    picture = None if recipe is None else thumbnails.of(recipe)
    if picture is not None:
        p.drawPixmap(rect, picture, QRectF(picture.rect()))
        return
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(theme.colour(theme.RAISED))
    p.drawRoundedRect(rect, theme.RADIUS, theme.RADIUS)
    if recipe is not None and thumbnails.has_failed(recipe):
        p.setPen(theme.colour(theme.MUTED))
        p.drawText(rect, Qt.AlignmentFlag.AlignCenter, "?")


def ring(p: QPainter, rect: QRectF, colour: str = theme.ACCENT) -> None:
    """The ring around a chosen thumbnail."""
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.setPen(QPen(theme.colour(colour), 2))
    p.drawRoundedRect(rect.adjusted(1, 1, -1, -1), theme.RADIUS, theme.RADIUS)
