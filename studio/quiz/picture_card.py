"""One picture of a round as a large button: it is chosen, and then shows what it was and where to look."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import (
    QEnterEvent,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractButton, QWidget

from engine.quiz.tells import Spot
from studio import theme

CORNER = 10
REVEAL_MS = 450
VEIL, RING = 0.36, 3  # opacity over what a hint leaves dark; pixels
GROWN = 1.5  # times its size that a hint shrinks from


@dataclass(frozen=True)
class Told:
    """What a picture was. colour: of its ring; chosen: whether the visitor took it; spots: where to look."""

    name: str
    colour: str
    chosen: bool
    spots: tuple[Spot, ...] = ()


class PictureCard(QAbstractButton):
    """Paints one picture as large as it is. key: the one that chooses it, shown in the corner."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture: QImage | None = None
        self.scaled = QPixmap()
        self.told: Told | None = None
        self.key = ""
        self.unit = 1.0
        self.over = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.shrink = QVariantAnimation(self, duration=REVEAL_MS, startValue=0.0, endValue=1.0)
        self.shrink.valueChanged.connect(lambda: self.update())

    def show_picture(self, picture: QImage | None, name: str) -> None:
        """A new round; None while it is not there yet."""
        self.shrink.stop()
        self.picture, self.told, self.scaled = picture, None, QPixmap()
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.ArrowCursor if picture is None else Qt.CursorShape.PointingHandCursor)
        self.update()

    def tell(self, told: Told, *, still: bool) -> None:
        """The round was answered. still: nothing moves by itself."""
        self.told = told
        self.setAccessibleName(f"{told.name}{', your choice' if told.chosen else ''}")
        self.unsetCursor()
        if told.spots and not still:
            self.shrink.start()
        self.update()

    @property
    def shrunk(self) -> float:
        """How far the hint has come down to its place, 0 to 1."""
        running = self.shrink.state() == QVariantAnimation.State.Running
        return float(self.shrink.currentValue()) if running else 1.0

    # painting

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(480, 480)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        rect = QRectF(self.rect()).adjusted(RING, RING, -RING, -RING)
        with QPainter(self) as p:
            p.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            outline = QPainterPath()
            outline.addRoundedRect(rect, CORNER, CORNER)
            if self.picture is None:
                p.fillPath(outline, theme.colour(theme.PANEL))
                return
            p.save()
            p.setClipPath(outline)
            p.drawPixmap(rect.topLeft(), self.fitted(rect))
            if self.told is not None and self.told.spots:
                self.paint_hint(p, rect, self.told)
            p.restore()
            self.paint_ring(p, rect)
            self.paint_words(p, rect)

    def fitted(self, rect: QRectF) -> QPixmap:
        """The picture at the size on the screen, made once for each size."""
        ratio = self.devicePixelRatioF()
        size = QSize(round(rect.width() * ratio), round(rect.height() * ratio))
        if self.scaled.size() != size:
            how = Qt.TransformationMode.SmoothTransformation
            self.scaled = QPixmap.fromImage(self.picture.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, how))
            self.scaled.setDevicePixelRatio(ratio)
        return self.scaled

    def paint_ring(self, p: QPainter, rect: QRectF) -> None:
        """Under the hand, with the keyboard, or in the colour of what it was."""
        p.setBrush(Qt.BrushStyle.NoBrush)
        if self.told is not None:
            p.setPen(QPen(theme.colour(self.told.colour), RING))
        elif self.hasFocus() or self.isDown():
            p.setPen(QPen(theme.colour(theme.ACCENT), RING))
        elif self.over:
            p.setPen(QPen(theme.colour(theme.TEXT, 0.7), 2))
        else:
            return
        p.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), CORNER + 1, CORNER + 1)

    def paint_words(self, p: QPainter, rect: QRectF) -> None:
        """The key that chooses it, or what it was."""
        inset = 12 * self.unit
        if self.told is None:
            if self.key:
                self.pill(p, rect.bottomLeft() + QPointF(inset, -inset), self.key, theme.MUTED, up=True)
            return
        self.pill(p, rect.topLeft() + QPointF(inset, inset), self.told.name, self.told.colour, bold=True)
        if self.told.chosen:
            self.pill(p, rect.bottomLeft() + QPointF(inset, -inset), "Your choice", theme.TEXT, up=True)

    def pill(
        self, p: QPainter, corner: QPointF, text: str, colour: str, *, bold: bool = False, up: bool = False
    ) -> None:
        """A word on a dark ground, to the right of a corner; up: above it."""
        font = theme.font(round(14 * self.unit), bold=bold)
        height = 28 * self.unit
        text = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, self.width() - 60 * self.unit)
        width = max(QFontMetricsF(font).horizontalAdvance(text) + 24 * self.unit, height)
        shape = QRectF(corner.x(), corner.y() - (height if up else 0), width, height)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(theme.colour("#0b0c0e", 0.78))
        p.drawRoundedRect(shape, height / 2, height / 2)
        p.setFont(font)
        p.setPen(theme.colour(colour))
        p.drawText(shape, Qt.AlignmentFlag.AlignCenter, text)

    def paint_hint(self, p: QPainter, rect: QRectF, told: Told) -> None:
        """Everything but the spots goes darker, and a line leads the eye round them."""
        shrunk = self.shrunk
        size = GROWN + (1 - GROWN) * shrunk
        ovals = QPainterPath()
        for spot in told.spots:
            middle = QPointF(rect.left() + spot.x * rect.width(), rect.top() + spot.y * rect.height())
            ovals.addEllipse(middle, spot.across * rect.width() * size, spot.down * rect.height() * size)
        veil = QPainterPath()
        veil.addRect(rect)
        p.fillPath(veil.subtracted(ovals), theme.colour(theme.GROUND, VEIL * shrunk))
        p.setOpacity(shrunk)
        p.strokePath(ovals, QPen(theme.colour(theme.GROUND, 0.7), 5 * self.unit))
        p.strokePath(ovals, QPen(theme.colour(theme.TEXT), 2 * self.unit))
        p.setOpacity(1)

    # what the hand does

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """The arrows answer; they do not move the focus from one picture to the other."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        super().enterEvent(event)
        self.over = self.picture is not None
        self.update()

    def leaveEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        super().leaveEvent(event)
        self.over = False
        self.update()
