"""The parts of a form: rows of a word, a field and a sentence; numbers that are folded away."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from studio import theme
from studio.icons import icon

WORDS_WIDTH = 112
FIELD_HEIGHT = 28


class Row(QWidget):
    """A word at the left, its field at the right, and a sentence under the field where there is one."""

    def __init__(self, word: str, field: QWidget | QLayout, sentence: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.word = QLabel(word)
        self.word.setProperty("muted", True)
        self.word.setFixedWidth(WORDS_WIDTH)
        self.word.setMinimumHeight(FIELD_HEIGHT)
        self.sentence = QLabel(wordWrap=True)
        self.sentence.setProperty("muted", True)
        self.sentence.setFont(theme.font(theme.VALUE_PX))
        # a long path must not make the whole form wider
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.word, 0, 0, Qt.AlignmentFlag.AlignTop)
        if isinstance(field, QWidget):
            field.setMinimumHeight(FIELD_HEIGHT)
            self.word.setBuddy(field)
            fixed = field.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Fixed
            grid.addWidget(field, 0, 1, Qt.AlignmentFlag.AlignLeft if fixed else Qt.AlignmentFlag(0))
        else:
            grid.addLayout(field, 0, 1)
        grid.addWidget(self.sentence, 1, 1)
        self.say(sentence)

    def say(self, sentence: str, *, warning: bool = False) -> None:
        """What stands under the field."""
        self.sentence.setText(sentence)
        self.sentence.setToolTip(sentence)
        self.sentence.setStyleSheet(f"color: {theme.WARNING}" if warning else "")
        self.sentence.setHidden(not sentence)


class Fold(QWidget):
    """A heading that folds what is under it; folded at first."""

    def __init__(self, title: str, inside: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.inside = title, inside
        self.heading = QToolButton(text=title)
        self.heading.setProperty("heading", True)
        self.heading.setFont(theme.font(theme.HEADING_PX, bold=True))
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.setIconSize(QSize(12, 12))
        self.heading.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.heading.clicked.connect(lambda: self.set_folded(not self.folded))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        top = QHBoxLayout()
        top.addWidget(self.heading)
        top.addStretch()
        column.addLayout(top)
        column.addWidget(inside)
        self.set_folded(True)

    def set_folded(self, folded: bool) -> None:
        """Hide or show what is inside."""
        self.folded = folded
        self.inside.setHidden(folded)
        self.heading.setIcon(icon("folded" if folded else "unfolded"))
        self.heading.setAccessibleName(f"{self.title}, {'folded' if folded else 'unfolded'}")
        self.heading.setToolTip(f"{'Show' if folded else 'Hide'} {self.title.lower()}")


def heading(text: str, pixels: int = theme.HEADING_PX) -> QLabel:
    """A heading."""
    made = QLabel(text)
    made.setFont(theme.font(pixels, bold=True))
    return made
