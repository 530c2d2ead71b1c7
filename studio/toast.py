"""A sentence at the bottom of the page on show that goes by itself, or when it is clicked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, QVariantAnimation
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from studio import theme
from studio.floating import paint_ground
from studio.messages import WARNING
from studio.settings import Settings

WIDEST = 560
ABOVE_BOTTOM = 64
READ_MS, EACH_CHARACTER_MS = 2500, 45


class Toast(QWidget):
    """Shows the newest message."""

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.settings = settings
        self.level = ""
        self.label = QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self.label.setTextFormat(Qt.TextFormat.PlainText)  # the name of a file is no markup
        self.label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 10, 18, 10)
        row.addWidget(self.label)
        self.gone = QTimer(self, singleShot=True)
        self.gone.timeout.connect(self.hide)
        self.rise = QVariantAnimation(self, duration=theme.MOTION_MS, startValue=8.0, endValue=0.0)
        self.rise.valueChanged.connect(lambda: self.place())
        self.hide()
        parent.installEventFilter(self)

    def say(self, text: str, level: str) -> None:
        """Show a sentence for as long as reading it takes."""
        again = self.isVisible() and text == self.label.text()
        self.level = level
        self.label.setText(text)
        self.gone.start(READ_MS + EACH_CHARACTER_MS * len(text))
        self.show()
        self.raise_()
        self.place()
        if again:
            return
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))
        if not self.settings.reduces_motion():
            self.rise.start()

    def follow(self, page: QWidget) -> None:
        """Stand on another page of the window from now on; what is still being read is read there."""
        reading = self.gone.isActive() and not self.isHidden()
        self.parentWidget().removeEventFilter(self)
        self.setParent(page)
        page.installEventFilter(self)
        if reading:
            self.show()
            self.raise_()
            self.place()

    def place(self) -> None:
        """At the bottom, in the middle."""
        canvas = self.parentWidget()
        margins = self.layout().contentsMargins()
        text = self.label.fontMetrics().horizontalAdvance(self.label.text()) + 4
        width = min(text + margins.left() + margins.right(), WIDEST, canvas.width() - 24)
        self.setFixedWidth(width)
        self.setFixedHeight(max(36, self.heightForWidth(width)))
        moving = self.rise.currentValue() if self.rise.state() == QVariantAnimation.State.Running else 0
        self.move((canvas.width() - width) // 2, round(canvas.height() - ABOVE_BOTTOM - self.height() + (moving or 0)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        paint_ground(self, line=theme.WARNING if self.level == WARNING else theme.LINE)
