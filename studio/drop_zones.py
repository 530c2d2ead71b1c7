"""Where a face can be dropped on the picture: on its coarse, middle or fine style rows, or in place of the whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from engine.errors import RecipeError
from engine.recipe import Recipe
from studio import theme
from studio.canvas import Canvas
from studio.document import Document
from studio.gallery.next_face import arriving, taking
from studio.messages import Messages
from studio.open_model import Band
from studio.recipe_drag import carried

INSET, APART = 16.0, 8.0
PILL = QSizeF(150, 42)


@dataclass(frozen=True)
class Zone:
    """A stripe of the picture. band: the rows that a drop here sets, None for the whole face."""

    name: str
    hint: str
    band: Band | None
    rect: QRectF


class DropZones(QWidget):
    """Lies over the canvas while a recipe is dragged over it; what else is dragged goes on to the window."""

    def __init__(self, canvas: Canvas, document: Document, messages: Messages) -> None:
        super().__init__(canvas)
        self.canvas, self.document, self.messages = canvas, document, messages
        self.recipe: Recipe | None = None  # what is dragged
        self.lit: str | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Where to drop the face")
        self.handlers: dict[QEvent.Type, Callable[[QEvent], bool]] = {
            QEvent.Type.DragEnter: self.enter,
            QEvent.Type.DragMove: self.move_over,
            QEvent.Type.DragLeave: self.leave,
            QEvent.Type.Drop: self.drop,
        }
        canvas.setAcceptDrops(True)
        canvas.installEventFilter(self)
        self.hide()

    @property
    def room(self) -> QRectF:
        """The picture, as far as it can be seen."""
        return self.canvas.picture_rect.intersected(QRectF(self.rect()))

    def zones(self) -> list[Zone]:
        """Stripes of one height, one under the other."""
        model = self.document.model
        bands = model.bands if model is not None and model.mixes else ()
        told = [(band.name, band.hint, band) for band in bands] + [("Whole face", "in place of this one", None)]
        room = self.room.adjusted(INSET, INSET, -INSET, -INSET)
        height = (room.height() - APART * (len(told) - 1)) / len(told)
        return [
            Zone(*words, QRectF(room.left(), room.top() + k * (height + APART), room.width(), height))
            for k, words in enumerate(told)
        ]

    def zone_at(self, at: QPointF) -> Zone | None:
        """The stripe under a point of the canvas."""
        return next((zone for zone in self.zones() if zone.rect.contains(at)), None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        handler = self.handlers.get(event.type())
        return handler is not None and handler(event)

    def enter(self, event: QDragEnterEvent) -> bool:
        """Show the stripes."""
        self.recipe = carried(event.mimeData())
        if self.recipe is None or self.document.model is None or self.canvas.frame is None:
            return False
        self.setGeometry(self.canvas.rect())
        self.show()
        self.raise_()
        event.acceptProposedAction()
        return True

    def move_over(self, event: QDropEvent) -> bool:
        """Light the stripe under the hand."""
        zone = self.zone_at(event.position())
        name = None if zone is None else zone.name
        if name != self.lit:
            self.lit = name
            self.update()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.setAccepted(zone is not None)
        return True

    def leave(self, event: QEvent) -> bool:
        """The hand went elsewhere."""
        self.lit = None
        self.hide()
        return True

    def drop(self, event: QDropEvent) -> bool:
        """Mix, or change the face."""
        zone, recipe = self.zone_at(event.position()), self.recipe
        self.leave(event)
        model = self.document.model
        if zone is None or recipe is None or model is None:
            return True
        event.acceptProposedAction()
        try:
            there = model.accept(recipe)
        except RecipeError as error:
            self.messages.warn(str(error))
            return True
        now = self.document.recipe
        if zone.band is None:
            self.document.replace("Face", arriving(now, there))
        else:
            self.document.replace(f"{zone.name} style mix", taking(now, zone.band, there.latent))
        return True

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.fillRect(self.room, theme.colour(theme.GROUND, 0.4))
            for zone in self.zones():
                lit = zone.name == self.lit
                p.setPen(QPen(theme.colour(theme.SECOND, 1.0 if lit else 0.4), 2 if lit else 1))
                p.setBrush(theme.colour(theme.SECOND, 0.3) if lit else Qt.BrushStyle.NoBrush)
                p.drawRoundedRect(zone.rect, 2 * theme.RADIUS, 2 * theme.RADIUS)
                paint_words(p, zone)


def paint_words(p: QPainter, zone: Zone) -> None:
    """What a drop here does, on a dark pill."""
    pill = QRectF(0, 0, PILL.width(), PILL.height())
    pill.moveCenter(zone.rect.center())
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(theme.colour("#0b0c0e", 0.72))
    p.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
    p.setPen(theme.colour(theme.TEXT))
    p.setFont(theme.font(theme.HEADING_PX, bold=True))
    p.drawText(pill.adjusted(0, 5, 0, 0), Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, zone.name)
    p.setFont(theme.font(theme.VALUE_PX))
    p.setPen(theme.colour(theme.MUTED))
    p.drawText(pill.adjusted(0, 0, 0, -6), Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, zone.hint)
