"""One quiet line on the very first start; gone at the first click or key, never seen again."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from studio import theme
from studio.settings import HINT_SEEN, Settings

TEXT = "Press Space for another face  ·  drag a slider  ·  Ctrl+K finds everything"
ABOVE_BOTTOM, HEIGHT, INSET = 72, 34, 18
# a key that is the shortcut of an action is never pressed, only offered
ENDS = (QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride, QEvent.Type.Wheel)


class FirstHint(QWidget):
    """Lies on the picture and takes no click from it."""

    def __init__(self, settings: Settings, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.settings = settings
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(TEXT)
        self.setFont(theme.font(theme.LABEL_PX))
        self.setFixedSize(QFontMetrics(self.font()).horizontalAdvance(TEXT) + 2 * INSET, HEIGHT)
        self.hide()

    def offer(self) -> None:
        """Show it to somebody who has never been here; the first picture is on show."""
        if not self.settings.get(HINT_SEEN) and not self.isVisible():
            self.show()
            self.place()
            QApplication.instance().installEventFilter(self)

    def end(self) -> None:
        """It was read, or is not needed."""
        QApplication.instance().removeEventFilter(self)
        self.hide()
        self.settings.set(HINT_SEEN, True)

    def place(self) -> None:
        """At the bottom, in the middle, above the pills."""
        canvas = self.parentWidget()
        self.move((canvas.width() - self.width()) // 2, canvas.height() - ABOVE_BOTTOM - HEIGHT)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() in ENDS:
            self.end()
        elif event.type() == QEvent.Type.Resize and watched is self.parentWidget():
            self.place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(theme.colour("#0b0c0e", 0.72))
            p.drawRoundedRect(QRectF(self.rect()), HEIGHT / 2, HEIGHT / 2)
            p.setPen(theme.colour(theme.TEXT))
            p.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, TEXT)
