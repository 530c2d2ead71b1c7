"""How a game went: the score, the rounds, a few numbers, and what can be done next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.quiz.game import Game
from studio import theme
from studio.quiz import words
from studio.quiz.round_view import TARGET, scaled
from studio.quiz.strip import Strip

RESULT_PX, PRAISE_PX, NUMBER_PX, NAME_PX = 54, 17, 19, 12


class EndPage(QWidget):
    """again: new pictures; same: the same game; save: as CSV; statistics: of all games; done: back to the beginning."""

    again = Signal()
    same = Signal()
    save = Signal()
    statistics = Signal()
    done = Signal()

    def __init__(self, *, wall: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("How it went")
        middle = Qt.AlignmentFlag.AlignCenter
        self.result, self.praise = QLabel(alignment=middle), QLabel(alignment=middle)
        self.praise.setProperty("muted", True)
        self.strip = Strip()
        self.numbers = QHBoxLayout()
        self.buttons: list[QPushButton] = []
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addStretch()
        for text, signal, tip, at_home in (
            ("Play again", self.again, "New pictures", True),
            ("Same pictures again", self.same, "The same rounds once more", False),
            ("Save as CSV…", self.save, "A line for each round; nothing in it is about you", False),
            ("Statistics", self.statistics, "Accuracy over time and by hint", False),
            ("Done", self.done, "Back to the beginning", True),
        ):
            if at_home or not wall:
                button = QPushButton(text, toolTip=tip, default=signal is self.again)
                button.clicked.connect(lambda _checked=False, signal=signal: signal.emit())
                self.buttons.append(button)
                row.addWidget(button)
        row.addStretch()
        self.column = QVBoxLayout(self)
        self.column.addStretch(3)
        for part in (self.result, self.praise):
            self.column.addWidget(part)
        self.column.addStretch(1)
        self.column.addWidget(self.strip, 0, middle)
        self.column.addStretch(1)
        self.column.addLayout(self.numbers)
        self.column.addStretch(2)
        self.column.addLayout(row)
        self.column.addStretch(3)
        self.unit = 1.0
        self.set_unit(1.0)

    def set_unit(self, unit: float) -> None:
        """How large a wall it is for."""
        self.unit = unit
        self.result.setFont(scaled(RESULT_PX, unit, bold=True))
        self.praise.setFont(scaled(PRAISE_PX, unit))
        for button in self.buttons:
            button.setMinimumHeight(round(TARGET * unit))
            button.setFont(scaled(13, unit))
        self.strip.set_unit(unit)
        self.column.setSpacing(round(12 * unit))
        for number in range(self.numbers.count()):
            cell = self.numbers.itemAt(number).widget()
            if isinstance(cell, Number):
                cell.set_unit(unit)

    def show_game(self, game: Game, pictures: Sequence[QImage]) -> None:
        """A game that is over; pictures: of each round the one that was looked for."""
        self.result.setText(words.result(game.answers))
        self.praise.setText(words.praise(game.answers))
        self.strip.show_game(game.answers, pictures)
        while (item := self.numbers.takeAt(0)) is not None:
            if item.widget() is not None:
                item.widget().hide()
                item.widget().deleteLater()
        self.numbers.addStretch()
        for name, value in words.facts(game.answers):
            cell = Number(name, value)
            cell.set_unit(self.unit)
            self.numbers.addWidget(cell)
        self.numbers.addStretch()


class Number(QWidget):
    """A number and what it is."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__()
        self.setAccessibleName(f"{name}: {value}")
        self.setToolTip(next((tip for word, tip in words.TIPS.items() if name.startswith(word)), ""))
        middle = Qt.AlignmentFlag.AlignCenter
        self.value, self.name = QLabel(value, alignment=middle), QLabel(name, alignment=middle)
        self.name.setProperty("muted", True)
        self.column = QVBoxLayout(self)
        self.column.setSpacing(2)
        self.column.addWidget(self.value)
        self.column.addWidget(self.name)

    def set_unit(self, unit: float) -> None:
        """How large a wall it is for."""
        self.value.setFont(scaled(NUMBER_PX, unit, bold=True))
        self.name.setFont(scaled(NAME_PX, unit))
        edge = round(16 * unit)
        self.column.setContentsMargins(edge, 0, edge, 0)
        self.value.setStyleSheet(f"color: {theme.TEXT}")
