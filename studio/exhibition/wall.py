"""Pictures as they lie on the wall: mapped once when they come, blended on every beat of the screen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QMargins, QPointF, QRect, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPaintEvent, QRegion, QResizeEvent, QTransform
from PySide6.QtWidgets import QWidget

from engine.show.values import Screen
from studio.exhibition.geometry import canvas_of, placed, turning

BLACK = QColor(0, 0, 0)
DISPLAY_GAMMA = 2.2  # light that two projectors give is added, so that an edge rises evenly in light
STOPS = 16  # of the gradient of a soft edge
ROOM_MS = 250


@dataclass(frozen=True)
class Mapped:
    """A picture as it lies on the screen."""

    rect: QRect
    image: QImage


class Wall(QWidget):
    """Paints what `show_pictures` brings as the settings of a screen say; black where nothing is."""

    def __init__(self, screen: Screen | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = screen or Screen()
        self.room = QMargins()  # of the canvas, for a scene beside the pictures
        self.now = QImage()
        self.before: QImage | None = None
        self.weight = 1.0  # of `now`
        self.mapped: dict[int, Mapped] = {}  # by cacheKey
        self.leaving = QImage()  # how it was before the room changed
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("The show")
        self.fade = QVariantAnimation(self, duration=ROOM_MS, startValue=0.0, endValue=1.0)
        self.fade.valueChanged.connect(lambda: self.update())
        self.fade.finished.connect(self.drop_leaving)

    # what is shown

    def show_pictures(self, now: QImage, before: QImage | None = None, weight: float = 1.0) -> None:
        """Show before * (1 - weight) + now * weight. A picture that comes again is not mapped again."""
        self.now, self.before, self.weight = now, before, min(max(weight, 0.0), 1.0)
        self.update()

    def blank(self) -> None:
        """Black."""
        self.now, self.before = QImage(), None
        self.mapped.clear()
        self.update()

    def set_look(self, look: Screen) -> None:
        """Lie otherwise from now on."""
        if look != self.look:
            self.look = look
            self.mapped.clear()
            self.update()

    def make_room(self, room: QMargins, *, fading: bool = True) -> None:
        """Keep sides of the canvas free; what was seen before fades out."""
        if room == self.room:
            return
        if fading and not self.now.isNull() and self.isVisible():
            self.leaving = self.painted()
            self.fade.stop()
            self.fade.start()
        self.room = room
        self.mapped.clear()
        self.update()

    def drop_leaving(self) -> None:
        """The fade is over."""
        self.leaving = QImage()
        self.update()

    @property
    def pixels(self) -> QSize:
        """Of the screen, as the device counts them."""
        ratio = self.devicePixelRatioF()
        return QSize(round(self.width() * ratio), round(self.height() * ratio))

    @property
    def canvas(self) -> QSize:
        """The size of the upright canvas."""
        return canvas_of(self.pixels, self.look.rotation)

    @property
    def free(self) -> QRect:
        """Where on the canvas the picture may lie."""
        return QRect(0, 0, self.canvas.width(), self.canvas.height()).marginsRemoved(self.room)

    @property
    def turning(self) -> QTransform:
        """From the canvas to the screen's pixels."""
        return turning(self.pixels, self.look.rotation)

    # painting

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self.mapped.clear()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as p:
            ratio = self.devicePixelRatioF()
            p.scale(1 / ratio, 1 / ratio)  # everything here counts the device's pixels
            self.paint(p)

    def painted(self) -> QImage:
        """What is on the wall, as one picture."""
        image = QImage(self.pixels, QImage.Format.Format_RGB32)
        with QPainter(image) as p:
            self.paint(p)
        return image

    def paint(self, p: QPainter) -> None:
        """Everything, in the device's pixels."""
        screen = QRect(0, 0, self.pixels.width(), self.pixels.height())
        p.fillRect(screen, BLACK)
        if not self.now.isNull():
            self.paint_pictures(p)
        if not self.leaving.isNull() and self.fade.state() == QVariantAnimation.State.Running:
            p.setOpacity(1 - self.fade.currentValue())
            p.drawImage(0, 0, self.leaving)
            p.setOpacity(1)
        paint_edges(p, screen, self.look.soft_edges)

    def paint_pictures(self, p: QPainter) -> None:
        """One over the other."""
        now = self.map(self.now)
        used = {self.now.cacheKey()}
        if self.before is None or self.before.isNull() or self.weight == 1:
            p.drawImage(now.rect.topLeft(), now.image)
        else:
            blend(p, self.map(self.before), now, self.weight)
            used.add(self.before.cacheKey())
        self.mapped = {key: kept for key, kept in self.mapped.items() if key in used}

    def map(self, picture: QImage) -> Mapped:
        """A picture cut, scaled, turned and with its gamma; made once for as long as it is shown."""
        key = picture.cacheKey()
        if key not in self.mapped:
            source, target = placed(picture.size(), self.free, self.look.fit)
            image = picture if source == picture.rect() else picture.copy(source)
            image = with_gamma(image, self.look.gamma)
            if image.size() != target.size():
                smooth = Qt.TransformationMode.SmoothTransformation
                image = image.scaled(target.size(), Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
            if self.look.rotation:
                image = image.transformed(QTransform().rotate(self.look.rotation))
            if image.format() != QImage.Format.Format_RGB32:
                image = image.convertToFormat(QImage.Format.Format_RGB32)
            self.mapped[key] = Mapped(self.turning.mapRect(target), image)
        return self.mapped[key]


def blend(p: QPainter, before: Mapped, now: Mapped, weight: float) -> None:
    """before * (1 - weight) + now * weight, where each is black beside itself."""
    p.drawImage(before.rect.topLeft(), before.image)
    p.setOpacity(weight)
    for rect in QRegion(before.rect).subtracted(now.rect):
        p.fillRect(rect, BLACK)
    p.drawImage(now.rect.topLeft(), now.image)
    p.setOpacity(1)


def with_gamma(image: QImage, gamma: float) -> QImage:
    """Middle tones lighter (gamma above 1) or darker: v^(1 / gamma), with v from 0 to 1."""
    if gamma == 1:
        return image
    made = image.convertToFormat(QImage.Format.Format_RGB32)
    if made.cacheKey() == image.cacheKey():
        made = made.copy()
    table = np.round(255 * np.linspace(0, 1, 256) ** (1 / gamma)).astype(np.uint8)
    bytes_ = np.frombuffer(made.bits(), np.uint8)
    np.take(table, bytes_.copy(), out=bytes_)
    return made


def paint_edges(p: QPainter, screen: QRect, edges: tuple[float, float, float, float]) -> None:
    """Let the picture rise from black at the sides of the screen, evenly in light."""
    width, height = screen.width(), screen.height()
    sides = ((True, 0), (False, 0), (True, width), (False, height))
    for share, (across, outer) in zip(edges, sides, strict=True):
        length = share * (width if across else height)
        if length < 1:
            continue
        inner = outer + length if outer == 0 else outer - length
        strip = QRectF(min(outer, inner), 0, length, height) if across else QRectF(0, min(outer, inner), width, length)
        ends = [QPointF(at, 0) if across else QPointF(0, at) for at in (outer, inner)]
        gradient = QLinearGradient(*ends)
        for k in range(STOPS + 1):
            light = k / STOPS
            gradient.setColorAt(light, QColor(0, 0, 0, round(255 * (1 - light ** (1 / DISPLAY_GAMMA)))))
        p.fillRect(strip, gradient)
