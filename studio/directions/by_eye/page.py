"""The page of learning by eye, over the picture: the word above, the faces, what was learned below."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from engine.answers import Answers
from studio import theme
from studio.directions.by_eye.faces import Faces
from studio.directions.by_eye.head import ENOUGH, GOAL, Head
from studio.directions.by_eye.outcome import Outcome
from studio.progress_line import ProgressLine
from studio.thumbnails import Thumbnails

KEYS = "click, or the keys + and −, 1 to 5, arrows, Delete"


class Page(QWidget):
    """Fills the canvas while it is there. left: it was closed; further: other faces are wanted."""

    left = Signal()
    further = Signal()

    def __init__(self, thumbnails: Thumbnails, large: Thumbnails, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.setAccessibleName("Directions by your own eye")
        self.setMouseTracking(True)
        self.head, self.faces, self.outcome = Head(), Faces(large), Outcome(thumbnails)
        self.says = QLabel(wordWrap=True)
        self.says.setProperty("muted", True)
        self.line = ProgressLine()
        self.line.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.skip = QPushButton("Other faces", toolTip="Leave the rest of these and go on (N)")
        self.skip.clicked.connect(self.further)
        self.head.left.connect(self.leave)
        self.head.way.connect(lambda way: self.faces.ask_by(way == "stars"))
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(self.says, 1)
        below.addWidget(self.line)
        below.addWidget(self.skip)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 16)
        column.setSpacing(12)
        column.addWidget(self.head)
        column.addWidget(self.faces, 1)
        column.addLayout(below)
        column.addWidget(self.outcome)
        canvas.installEventFilter(self)
        self.hide()

    def appear(self) -> None:
        """Over the picture, with the keyboard where it is needed first."""
        self.setGeometry(self.parentWidget().rect())
        self.show()
        self.raise_()
        (self.faces if self.faces.word else self.head.word).setFocus()

    def leave(self) -> None:
        """Back to the picture."""
        self.hide()
        self.parentWidget().setFocus()
        self.left.emit()

    def show_answers(self, answers: Answers) -> None:
        """What was said, and what is to be done next."""
        self.faces.show_answers(answers)
        more = sum(answer.stars >= 3 for answer in answers.answers)
        self.head.show_count(more, len(answers.answers) - more)
        self.says.setText(self.advice(answers))

    def show_no_word(self) -> None:
        """Nothing is asked yet."""
        self.faces.word = ""
        self.faces.stars = {}
        self.faces.update()
        self.head.show_count(0, 0)
        self.says.setText("Type a word for what you look for; then say of each face whether it shows it.")

    def advice(self, answers: Answers) -> str:
        """What to do next, in one sentence."""
        count, kinds = len(answers.answers), {answer.stars for answer in answers.answers}
        if count == 0:
            return f"Does a face look {answers.word}? Right is yes, left is no: {KEYS}."
        if len(kinds) == 1 and count >= 6:
            return "All answers are alike so far; it takes faces that show it and faces that do not."
        if count < ENOUGH:
            return f"{ENOUGH - count} more until it can be learned; {GOAL} make it good."
        if count < GOAL:
            return "It can be learned now. What comes next are faces that are hard to tell."
        return "That is plenty; learn it, or go on for as long as it gets better."

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() == Qt.Key.Key_N and not event.modifiers():
            self.further.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.head.go.isEnabled():
            self.head.learn.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keys of the page are its own while it has the keyboard."""
        own = (Qt.Key.Key_N, Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if override and event.key() in own and not event.modifiers():
            event.accept()
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self.parentWidget().rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as p:
            p.fillRect(self.rect(), theme.colour(theme.GROUND))
