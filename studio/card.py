"""A quiet card at the top of the canvas: a question that waits for an answer and is in nobody's way."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio import theme
from studio.floating import paint_ground
from studio.panels.panel import tool

WIDTH = 440
FROM_TOP = 18


class Card(QWidget):
    """A heading, a sentence, whatever stands below, and buttons. Its cross and Escape put it off. left: it is gone."""

    left = Signal()

    def __init__(self, parent: QWidget, heading: str, sentence: str = "") -> None:
        super().__init__(parent)
        self.setAccessibleName(heading)
        self.heading = QLabel(heading)
        self.heading.setFont(theme.font(theme.HEADING_PX, bold=True))
        self.sentence = QLabel(sentence, wordWrap=True)
        for label in (self.heading, self.sentence):
            label.setTextFormat(Qt.TextFormat.PlainText)  # what a file says of itself is no markup
        self.sentence.setProperty("muted", True)
        self.sentence.setHidden(not sentence)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.buttons.addStretch()
        self.cross = tool("quit", "Not now")
        self.cross.clicked.connect(self.leave)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.heading)
        words.addWidget(self.sentence)
        top = QHBoxLayout()
        top.addLayout(words, 1)
        top.addWidget(self.cross, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 12, 12, 14)
        column.setSpacing(10)
        column.addLayout(top)
        column.addLayout(self.body)
        column.addLayout(self.buttons)
        parent.installEventFilter(self)

    def add_list(self, inside: QWidget, name: str, height: int) -> QScrollArea:
        """Rows that scroll where they are higher than this. name: for those who do not see them."""
        area = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(name)
        area.setWidget(inside)
        area.setFixedHeight(height)
        self.body.addWidget(area)
        return area

    def add_button(self, text: str, press: Callable[[], None], *, default: bool = False) -> QPushButton:
        """A button of the last line, from left to right."""
        button = QPushButton(text, default=default)
        button.clicked.connect(lambda: press())
        self.buttons.addWidget(button)
        return button

    def appear(self) -> None:
        """Show it, without taking the keyboard from what has it."""
        self.show()
        self.raise_()
        self.place()
        QAccessible.updateAccessibility(
            QAccessibleAnnouncementEvent(self, f"{self.heading.text()} {self.sentence.text()}".strip())
        )

    def place(self) -> None:
        """At the top, in the middle."""
        canvas = self.parentWidget()
        width = min(WIDTH, canvas.width() - 24)
        self.setFixedWidth(width)
        self.layout().activate()
        tall = self.layout().totalHeightForWidth(width)
        self.setFixedHeight(tall if tall > 0 else self.layout().totalSizeHint().height())
        self.move((canvas.width() - width) // 2, FROM_TOP)

    def leave(self) -> None:
        """The question is answered or put off."""
        if self.isAncestorOf(self.window().focusWidget() or self.parentWidget()):
            self.parentWidget().setFocus()
        self.parentWidget().removeEventFilter(self)
        self.hide()
        self.left.emit()
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        paint_ground(self, theme.PANEL)
