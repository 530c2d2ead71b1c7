"""The canvas: paints frames, fits, zooms and pans; drafts lie where the final will lie, so that nothing jumps."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QEvent, QPointF, QRectF, QSizeF, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from studio import theme
from studio.empty_state import EmptyState
from studio.images import to_image
from studio.readout import ReadOut
from studio.settings import Settings
from studio.toast import Toast
from studio.viewport import Viewport

if TYPE_CHECKING:
    from engine.frame import Frame
    from studio.split import Split

ZOOM_STEP = 1.2
BAR_AFTER_S = 0.12  # a final that comes sooner needs no bar


class Canvas(QWidget):
    """Shows the newest frame. painted: after every painting, with the frame that it shows or None.

    looked: the picture lies elsewhere.
    """

    painted = Signal(object)
    looked = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.frame: Frame | None = None
        self.image = QImage()
        self.before = QImage()  # what fades out
        self.small: tuple[int, QImage] | None = None  # the final at the size shown, smoothly scaled down once
        self.side = 0  # of the final picture
        self.over: Split | None = None  # paints over the picture while two are compared
        self.viewport = Viewport()
        self.grabbed: QPointF | None = None
        self.final_due: tuple[float, float] | None = None  # asked at, expected seconds
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.ringed = False  # reached by the keyboard
        self.setMinimumSize(320, 320)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Picture")
        self.readout = ReadOut(self)
        self.empty = EmptyState(self)
        self.toast = Toast(settings, self)
        self.fade = QVariantAnimation(self, duration=theme.MOTION_MS, startValue=0.0, endValue=1.0)
        self.fade.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.fade.valueChanged.connect(lambda: self.update())
        self.fade.finished.connect(self.drop_before)
        self.ticker = QTimer(self, interval=40)
        self.ticker.timeout.connect(self.update)

    def show_frame(self, frame: Frame, side: int, *, fading: bool, final_in: float = 0.0) -> None:
        """Show a frame whose final has `side` pixels; fading: cross-fade from the picture before."""
        moves = fading and self.frame is not None and not self.settings.reduces_motion()
        if moves:
            self.before = self.image.copy()
            self.fade.stop()
            self.fade.start()
        lies_elsewhere = side != self.side
        self.frame, self.image, self.side, self.small = frame, to_image(frame), side, None
        self.final_due = (time.monotonic(), final_in) if final_in > BAR_AFTER_S else None
        self.ticker.start() if self.final_due else self.ticker.stop()
        self.empty.hide()
        what = "draft" if frame.draft else "picture"
        self.setAccessibleDescription(f"{what}, {frame.size} by {frame.size} pixels")
        if lies_elsewhere:
            self.looked.emit()
        self.update()

    def forget(self) -> None:
        """Show no picture."""
        self.frame, self.image, self.small, self.final_due = None, QImage(), None, None
        self.drop_before()
        self.ticker.stop()
        self.update()

    def drop_before(self) -> None:
        """The fade is over."""
        self.before = QImage()
        self.update()

    @property
    def picture_rect(self) -> QRectF:
        """Where the picture lies."""
        return self.viewport.rect(QSizeF(self.size()), self.side)

    def fit(self) -> None:
        """The whole picture."""
        self.look(Viewport())

    def actual_size(self, at: QPointF | None = None) -> None:
        """One picture pixel on one pixel of the screen."""
        if self.frame is not None:
            self.look(self.viewport.scaled(1 / self.devicePixelRatioF(), at or self.middle, *self.geometry_now))

    def zoom_in(self) -> None:
        """Larger, about the middle."""
        self.zoom(ZOOM_STEP)

    def zoom_out(self) -> None:
        """Smaller, about the middle."""
        self.zoom(1 / ZOOM_STEP)

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Larger or smaller about a point, the middle by default."""
        if self.frame is not None:
            self.look(self.viewport.zoomed(factor, at or self.middle, *self.geometry_now))

    def look(self, viewport: Viewport) -> None:
        """Look elsewhere."""
        self.viewport = viewport
        self.small = None
        self.readout.wake()
        self.looked.emit()
        self.update()

    @property
    def geometry_now(self) -> tuple[QSizeF, int]:
        """What the viewport's sums need."""
        return QSizeF(self.size()), self.side

    @property
    def middle(self) -> QPointF:
        """The canvas' middle."""
        return QPointF(self.width() / 2, self.height() / 2)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as p:
            p.fillRect(self.rect(), theme.colour(theme.GROUND))
            if self.frame is not None:
                self.paint_picture(p)
                self.paint_bar(p)
            if self.ringed:
                p.setPen(theme.colour(theme.ACCENT, 0.6))
                p.drawRect(self.rect().adjusted(0, 0, -1, -1))
        self.painted.emit(self.frame)

    def paint_picture(self, p: QPainter) -> None:
        """The picture, and over it what fades out."""
        rect = self.picture_rect
        shown = self.viewport.scale_on(*self.geometry_now) * self.devicePixelRatioF() * self.side / self.image.width()
        # pixels are shown as squares to whoever zooms in to see them, and to nobody else
        smooth = shown < 4 or self.viewport.scale is None
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        p.drawImage(rect, self.scaled_down(rect) if shown < 1 else self.image)
        if not self.before.isNull():
            p.setOpacity(1 - self.fade.currentValue())
            p.drawImage(rect, self.before)
            p.setOpacity(1)
        if self.over is not None:
            self.over.paint(p, rect)

    def scaled_down(self, rect: QRectF) -> QImage:
        """A final shown smaller than it is: scaled with care, once; drafts are too short-lived for that."""
        assert self.frame is not None
        width = round(rect.width() * self.devicePixelRatioF())
        if self.frame.draft or self.fade.state() == QVariantAnimation.State.Running:
            return self.image
        if self.small is None or self.small[0] != width:
            mode = Qt.TransformationMode.SmoothTransformation
            self.small = (width, self.image.scaled(width, width, Qt.AspectRatioMode.IgnoreAspectRatio, mode))
        return self.small[1]

    def paint_bar(self, p: QPainter) -> None:
        """A hairline under the picture while the final is on its way."""
        if self.final_due is None:
            return
        since, expected = self.final_due
        rect = self.picture_rect.intersected(QRectF(self.rect()))
        share = min(1.0, (time.monotonic() - since) / expected)
        top = min(rect.bottom() + 4, self.height() - 2.0)
        p.fillRect(QRectF(rect.left(), top, rect.width() * share, 2), theme.colour(theme.ACCENT))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        turns = event.angleDelta().y() / 120
        if turns:
            self.zoom(ZOOM_STEP**turns, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self.grabbed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.readout.wake()
        if self.grabbed is not None and self.frame is not None and self.viewport.scale is not None:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.look(self.viewport.panned(event.position() - self.grabbed, *self.geometry_now))
            self.grabbed = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.grabbed = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.actual_size(event.position()) if self.viewport.scale is None else self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        step = {
            Qt.Key.Key_Left: QPointF(60, 0),
            Qt.Key.Key_Right: QPointF(-60, 0),
            Qt.Key.Key_Up: QPointF(0, 60),
            Qt.Key.Key_Down: QPointF(0, -60),
        }.get(Qt.Key(event.key()))
        if step is None or event.modifiers() or self.frame is None:
            super().keyPressEvent(event)
        else:
            self.look(self.viewport.panned(step, *self.geometry_now))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.ringed = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.ringed = False
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        self.readout.wake()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self.readout.rest()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self.small = None
        self.readout.place()
        self.empty.place()
        self.looked.emit()
