"""The upper line of the page: the word, how one answers, how many answers there are, and what to do with them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.answers import LONGEST_WORD
from studio import theme
from studio.choice import Choice
from studio.panels.panel import tool

NARROW = 600  # pixels
ENOUGH, GOAL = 20, 40  # answers from which on something can be learned, and that make it good
WAYS = {
    "signs": ("+ −", "Say of each face whether it shows the word: click its right or its left half"),
    "stars": ("1–5 ★", "Say of each face how much of the word it shows, from 1 to 5"),
}


class Head(QWidget):
    """worded: the word is this one now; way: signs or stars; learn, export, forget, left: the buttons."""

    worded = Signal(str)
    way = Signal(str)
    learn = Signal()
    export = Signal()
    forget = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.word = QComboBox(editable=True, accessibleName="The word", insertPolicy=QComboBox.InsertPolicy.NoInsert)
        self.word.setMinimumHeight(30)
        self.word.setMinimumWidth(150)
        self.word.setMaximumWidth(260)
        field = self.word.lineEdit()
        field.setMaxLength(LONGEST_WORD)
        field.setPlaceholderText("A word, like friendly")
        field.installEventFilter(self)
        field.editingFinished.connect(self.finish)
        self.word.activated.connect(self.finish)
        self.ways = Choice("How to answer", WAYS)
        self.ways.show_choice("signs")
        self.ways.chosen.connect(self.way)
        self.count = QLabel()
        self.count.setFont(theme.font(theme.VALUE_PX))
        self.bar = QProgressBar(textVisible=False, accessibleName="Answers", maximum=GOAL)
        self.bar.setFixedWidth(72)
        self.go = QPushButton("Learn", default=True)
        self.go.clicked.connect(self.learn)
        self.more = tool("more", "More about these answers")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        self.exports = menu.addAction("Export answers as labels…", self.export.emit)
        self.forgets = menu.addAction("Take all answers back", self.forget.emit)
        self.more.setMenu(menu)
        cross = tool("quit", "Back to the picture (Esc)")
        cross.clicked.connect(self.left)
        self.above, self.below = QHBoxLayout(), QHBoxLayout()
        for row in (self.above, self.below):
            row.setSpacing(10)
        self.above.addWidget(self.word, 1)
        self.above.addStretch()
        self.below.addStretch()
        for widget in (self.more, cross):
            self.above.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self.above)
        column.addLayout(self.below)
        self.narrow = False
        self.lay_out()
        self.show_count(0, 0)

    def lay_out(self) -> None:
        """One line where there is room, two where there is not."""
        row, begin = (self.below, 0) if self.narrow else (self.above, 1)
        row.insertWidget(begin, self.ways)
        for place, widget in enumerate((self.bar, self.count, self.go)):
            row.insertWidget(begin + 2 + place, widget)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        if self.narrow != (self.width() < NARROW):
            self.narrow = not self.narrow
            self.lay_out()

    def show_words(self, words: Sequence[str], word: str) -> None:
        """The words there are answers about, and the present one."""
        there = [self.word.itemText(place) for place in range(self.word.count())]
        if there != list(words):
            self.word.clear()
            self.word.addItems(words)
        if self.word.currentText() != word:
            self.word.setCurrentText(word)

    def show_count(self, plus: int, minus: int) -> None:
        """How many answers there are. plus, minus: more and less of it than the middle."""
        count = plus + minus
        self.bar.setValue(min(count, GOAL))
        self.count.setText(f"{count} of {GOAL}" if count < GOAL else f"{count} answers")
        self.go.setEnabled(count >= ENOUGH)
        rest = ENOUGH - count
        self.go.setToolTip(f"{rest} more answers are needed" if rest > 0 else "Make a slider of these answers (Enter)")
        for action in (self.exports, self.forgets):
            action.setEnabled(count > 0)

    def finish(self) -> None:
        """The word was typed or chosen."""
        self.worded.emit(self.word.currentText().strip())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Enter says the word and presses no button."""
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            self.finish()
            return True
        return super().eventFilter(watched, event)
