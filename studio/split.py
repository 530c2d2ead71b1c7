"""The line between A and B on the canvas, and A's picture left of it. Dragged, moved by arrow keys, swapped by a double
click."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio import theme
from studio.canvas import Canvas
from studio.images import to_image

if TYPE_CHECKING:
    from engine.frame import Frame

HIT = 24  # pixels that can be grabbed
GRIP = 11  # radius of the knob
STEP, FINE = 0.05, 0.005


class Split(QWidget):
    """A strip of the canvas around the line; `paint` is called by the canvas over B's picture. swapped: A for B."""

    swapped = Signal()

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.canvas = canvas
        self.frame: Frame | None = None
        self.small: tuple[int, QImage] | None = None  # A at the size shown
        self.share = 0.5  # of the picture's width that is A
        self.alone = False  # A over all of B
        self.grabbed: float | None = None
        self.lit = False
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Split between A and B")
        self.setToolTip("Drag to compare; double click swaps A and B")
        self.hide()
        canvas.looked.connect(self.place)

    def show_a(self, frame: Frame | None) -> None:
        """Show this frame as A, or compare with nothing."""
        self.frame, self.small = frame, None
        self.canvas.over = None if frame is None else self
        self.place()
        self.canvas.update()

    def see_alone(self, alone: bool) -> None:
        """All of A, while it is held."""
        self.alone = alone
        self.place()
        self.canvas.update()

    def move_to(self, share: float) -> None:
        """Put the line at a share of the picture's width."""
        self.share = min(max(share, 0.0), 1.0)
        self.place()
        self.canvas.update()

    def place(self) -> None:
        """Lie around the line, where there is one."""
        if self.frame is None or self.canvas.frame is None:
            self.hide()
            return
        seen = self.seen
        self.setVisible(not self.alone and not seen.isEmpty())
        self.setGeometry(QRectF(self.x_line - HIT / 2, seen.top(), HIT, seen.height()).toRect())
        self.setAccessibleDescription(f"A {100 * self.share:.0f} %")
        self.lower()  # under the pills

    @property
    def seen(self) -> QRectF:
        """The part of the picture in sight."""
        return self.canvas.picture_rect.intersected(QRectF(self.canvas.rect()))

    @property
    def x_line(self) -> float:
        """Where the line lies on the canvas; always in sight."""
        whole, seen = self.canvas.picture_rect, self.seen
        return float(round(min(max(whole.left() + self.share * whole.width(), seen.left()), seen.right())))

    def paint(self, p: QPainter, rect: QRectF) -> None:
        """A left of the line, and which is which."""
        assert self.frame is not None
        seen = self.seen
        right = seen.right() if self.alone else self.x_line
        p.save()
        p.setClipRect(QRectF(seen.left(), seen.top(), right - seen.left(), seen.height()))
        p.drawImage(rect, self.scaled(rect))
        p.restore()
        p.save()
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        if right - seen.left() > 40:
            paint_letter(p, QPointF(seen.left() + 14, seen.top() + 14), "A")
        if seen.right() - right > 40:
            paint_letter(p, QPointF(seen.right() - 14 - LETTER, seen.top() + 14), "B")
        p.restore()

    def scaled(self, rect: QRectF) -> QImage:
        """A, smoothly scaled down once where it is shown smaller than it is."""
        assert self.frame is not None
        width = round(rect.width() * self.devicePixelRatioF())
        if width >= self.frame.size:
            return to_image(self.frame)
        if self.small is None or self.small[0] != width:
            mode = Qt.TransformationMode.SmoothTransformation
            image = to_image(self.frame).scaled(width, width, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
            self.small = (width, image)
        return self.small[1]

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        x, middle = self.width() / 2, self.height() / 2
        hot = self.hasFocus() or self.lit or self.grabbed is not None
        ink = theme.colour(theme.ACCENT if hot else "#f2f3f5")
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.fillRect(QRectF(x - 1.5, 0, 3, self.height()), theme.colour("#0b0c0e", 0.35))
            p.fillRect(QRectF(x - 0.5, 0, 1, self.height()), ink)
            p.setPen(QPen(ink, 1))
            p.setBrush(theme.colour("#0b0c0e", 0.72))
            p.drawEllipse(QPointF(x, middle), GRIP, GRIP)
            p.setPen(QPen(ink, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
            for side in (-1, 1):
                tip = QPointF(x + 6 * side, middle)
                p.drawPolyline([tip - QPointF(3 * side, 3), tip, tip + QPointF(-3 * side, 3)])

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self.grabbed = event.position().x() - self.width() / 2
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self.grabbed is not None:
            whole = self.canvas.picture_rect
            x = self.mapToParent(event.position()).x() - self.grabbed
            self.move_to((x - whole.left()) / whole.width())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.grabbed = None
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self.swapped.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        step = FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
        aim = {
            Qt.Key.Key_Left: self.share - step,
            Qt.Key.Key_Right: self.share + step,
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: 1.0,
        }.get(Qt.Key(event.key()))
        if aim is None:
            super().keyPressEvent(event)
        else:
            self.move_to(aim)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        self.light(True)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self.light(False)

    def light(self, lit: bool) -> None:
        """Whether the mouse is over it."""
        self.lit = lit
        self.update()


LETTER = 22


def paint_letter(p: QPainter, at: QPointF, letter: str) -> None:
    """A letter in a pill."""
    pill = QRectF(at.x(), at.y(), LETTER, LETTER)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(theme.colour("#0b0c0e", 0.72))
    p.drawRoundedRect(pill, LETTER / 2, LETTER / 2)
    p.setPen(theme.colour(theme.TEXT))
    p.setFont(theme.font(theme.VALUE_PX, bold=True))
    p.drawText(pill, Qt.AlignmentFlag.AlignCenter, letter)
