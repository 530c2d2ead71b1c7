"""What stands where the picture will be: a sentence, how far it is, and what can be done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from engine.job import Progress
from studio import theme
from studio.messages import sentence

WIDTH = 460


class EmptyState(QWidget):
    """One state at a time: working, or a sentence with buttons."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.heading = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self.heading.setFont(theme.font(theme.HEADING_PX + 2, bold=True))
        self.sentence = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self.sentence.setProperty("muted", True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar(textVisible=False, accessibleName="Progress")
        self.buttons = QHBoxLayout()
        column = QVBoxLayout(self)
        column.setSpacing(12)
        for widget in (self.heading, self.sentence, self.bar):
            column.addWidget(widget)
        column.addLayout(self.buttons)
        self.setFixedWidth(WIDTH)
        self.hide()

    def show_work(self, heading: str, *buttons: tuple[str, Callable[[], None]]) -> None:
        """Something is being done."""
        self.set(heading, "", buttons)
        self.bar.setRange(0, 0)
        self.bar.show()

    def show_progress(self, progress: Progress) -> None:
        """How far it is."""
        self.sentence.setText(sentence(progress.what))
        self.bar.setRange(0, 1000 if progress.total else 0)
        if progress.total:
            self.bar.setValue(round(1000 * progress.done / progress.total))
        self.place()

    def show_sentence(self, heading: str, sentence: str, *buttons: tuple[str, Callable[[], None]]) -> None:
        """Something is needed of the person; the first button is what most will want."""
        self.bar.hide()
        self.set(heading, sentence, buttons)

    def set(self, heading: str, sentence: str, buttons: tuple[tuple[str, Callable[[], None]], ...]) -> None:
        self.heading.setText(heading)
        self.sentence.setText(sentence)
        while (item := self.buttons.takeAt(0)) is not None:
            if item.widget() is not None:
                item.widget().hide()
                item.widget().deleteLater()
        self.buttons.addStretch()
        for number, (text, press) in enumerate(buttons):
            button = QPushButton(text, default=number == 0)
            button.clicked.connect(lambda _checked, press=press: press())
            button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            self.buttons.addWidget(button)
            button.show()  # at once, so that its height counts
        self.buttons.addStretch()
        self.show()
        self.place()

    def place(self) -> None:
        """In the middle of the canvas."""
        self.layout().activate()
        wrapped = self.layout().totalHeightForWidth(WIDTH)
        self.setFixedHeight(wrapped if wrapped > 0 else self.layout().totalSizeHint().height())
        canvas = self.parentWidget()
        self.move((canvas.width() - self.width()) // 2, (canvas.height() - self.height()) // 2)
