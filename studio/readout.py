"""The pills that float on the picture: what is shown, and how it is looked at. They fade when the hand rests."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, QVariantAnimation
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from studio import theme

if TYPE_CHECKING:
    from engine.frame import Frame

AWAKE_MS = 2500
INSET = 14
SPAN_S = 1.0


class ReadOut(QObject):
    """Two pills at the bottom of the canvas."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.canvas = canvas
        self.facts = Pill(canvas)
        self.view = Pill(canvas)
        self.drafts: deque[float] = deque(maxlen=60)  # when the last drafts came
        self.weighed, self.memory = -SPAN_S, ""  # when it was looked at last, and how much it was
        self.sleep = QTimer(self, singleShot=True, interval=AWAKE_MS)
        self.sleep.timeout.connect(self.rest)
        self.fading = QVariantAnimation(self, duration=theme.MOTION_MS)
        self.fading.valueChanged.connect(self.set_ink)
        self.set_ink(0.0)

    def add_button(self, button: QToolButton) -> None:
        """A button of the right pill."""
        self.view.row.addWidget(button)

    def show_frame(self, frame: Frame, waited: float) -> None:
        """Say what a new frame is and how long it took from the intent."""
        now = time.monotonic()
        parts = [f"{frame.size} px"]
        if frame.draft:
            self.drafts.append(now)
            recent = sum(now - when < SPAN_S for when in self.drafts)
            parts.append(f"{recent} fps draft" if recent > 2 else "draft")
        if now - self.weighed > SPAN_S:
            from engine.devices import memory_in_use  # with torch, which is there once there is a frame

            self.weighed, self.memory = now, size_text(memory_in_use(frame.device))
        # which road it took, so that a slow one is never silent
        parts += [f"{1000 * waited:.0f} ms", f"{frame.device}, {frame.road} {frame.precision}", self.memory]
        self.facts.set_text("  ·  ".join(parts))
        self.wake()

    def wake(self) -> None:
        """The hand moves."""
        self.sleep.start()
        self.fade_to(1.0)

    def rest(self) -> None:
        """The hand rests; pills that are used by the keyboard stay."""
        if self.view.isAncestorOf(self.canvas.window().focusWidget() or self.canvas):
            self.sleep.start()
        else:
            self.fade_to(0.0)

    def fade_to(self, ink: float) -> None:
        """Appear or vanish."""
        if self.fading.endValue() == ink:
            return
        self.fading.stop()
        self.fading.setStartValue(self.facts.ink)
        self.fading.setEndValue(ink)
        self.fading.start()

    def set_ink(self, ink: float) -> None:
        """0 is not seen, 1 is all there."""
        for pill in (self.facts, self.view):
            pill.set_ink(ink)
        self.place()

    def place(self) -> None:
        """In the lower corners of the picture, or of the canvas where the picture is larger."""
        canvas = self.canvas
        rect = canvas.picture_rect.toRect().intersected(canvas.rect()) if canvas.frame else canvas.rect()
        self.facts.adjustSize()
        self.view.adjustSize()
        top = rect.bottom() - INSET - self.facts.height()
        self.facts.move(rect.left() + INSET, top)
        self.view.move(rect.right() - INSET - self.view.width(), top)
        wide = self.facts.width() + self.view.width() + 3 * INSET <= rect.width()
        self.facts.setVisible(canvas.frame is not None and self.facts.ink > 0)
        self.view.setVisible(canvas.frame is not None and wide and self.view.row.count() > 0 and self.view.ink > 0)


def size_text(count: int) -> str:
    """Bytes as a person reads them."""
    return f"{count / 2**20:.0f} MB" if count < 2**30 else f"{count / 2**30:.1f} GB"


class Pill(QWidget):
    """A dark translucent shape with a line of text or a few buttons."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.ink, self.text = 0.0, ""
        self.setFont(theme.font(theme.VALUE_PX))
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(8, 2, 8, 2)
        self.row.setSpacing(0)
        self.setMinimumHeight(28)

    def set_text(self, text: str) -> None:
        """A line of text, read out by screen readers too."""
        self.text = text
        self.setAccessibleName(text)
        self.setMinimumWidth(QFontMetrics(self.font()).horizontalAdvance(text) + 26)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.update()

    def set_ink(self, ink: float) -> None:
        self.ink = ink
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setOpacity(self.ink)
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(theme.colour("#0b0c0e", 0.72))
            p.drawRoundedRect(self.rect(), self.height() / 2, self.height() / 2)
            p.setPen(theme.colour(theme.TEXT))
            p.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text)
