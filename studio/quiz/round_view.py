"""One round on show: the question, the pictures, what answers it, and what is told afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFont, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from engine.quiz.scores import Answer, points, streak
from engine.quiz.tells import Spot, tell_of
from studio import theme
from studio.quiz import words
from studio.quiz.beads import Beads, TimeLine
from studio.quiz.dealer import Dealt
from studio.quiz.picture_card import RING, PictureCard, Told
from studio.quiz.table import Table

QUESTION_PX, WORDS_PX, BUTTON_PX = 21, 15, 14
GAP, TARGET = 22, 44  # pixels between pictures; smallest height of a button
COLOURS = (theme.SECOND, theme.ACCENT)  # of the two kinds
PLACES = (("First picture", "1"), ("Second picture", "2"))


class Row(QWidget):
    """One or two square pictures as large as there is room for: side by side, or on a tall wall one above the other."""

    def __init__(self) -> None:
        super().__init__()
        self.cards = [PictureCard(self), PictureCard(self)]
        self.count, self.gap = 2, GAP
        self.setMinimumSize(320, 160)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_count(self, count: int) -> None:
        """How many pictures there are."""
        self.count = count
        self.cards[1].setVisible(count == 2)
        self.place()

    def place(self) -> None:
        """In the middle."""
        gaps = self.gap * (self.count - 1)
        beside = min((self.width() - gaps) // self.count, self.height())
        above = min((self.height() - gaps) // self.count, self.width())
        side, step = max(beside, above, 2 * RING + 2), max(beside, above, 2 * RING + 2) + self.gap
        across, down = (step, 0) if beside >= above else (0, step)
        left = (self.width() - side - across * (self.count - 1)) // 2
        top = (self.height() - side - down * (self.count - 1)) // 2
        for number, card in enumerate(self.cards[: self.count]):
            card.setGeometry(QRect(left + number * across, top + number * down, side, side))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self.place()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(960, 480)


class RoundView(QWidget):
    """answered: 0 or 1 as `Round.answer`; went_on: the next one, please."""

    answered = Signal(int)
    went_on = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table: Table | None = None
        self.asking = False
        self.question, self.score = QLabel(), QLabel(alignment=Qt.AlignmentFlag.AlignRight)
        self.beads, self.time, self.row = Beads(), TimeLine(), Row()
        self.told, self.hint = QLabel(), QLabel(wordWrap=True)
        self.hint.setProperty("muted", True)
        self.score.setProperty("muted", True)
        self.answers = [QPushButton(), QPushButton()]
        self.next = QPushButton("Next", default=True)
        for number, (button, card) in enumerate(zip(self.answers, self.row.cards, strict=True)):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked, number=number: self.answered.emit(number))
            card.clicked.connect(lambda _checked, number=number: self.on_picture(number))
        self.next.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.next.clicked.connect(lambda: self.went_on.emit())
        self.lay_out()

    def lay_out(self) -> None:
        """The question above, the pictures, the answers or what is told below."""
        top = QHBoxLayout()
        top.addWidget(self.question, 1)
        top.addWidget(self.score)
        sentences = QVBoxLayout()
        sentences.setSpacing(3)
        sentences.addStretch()
        sentences.addWidget(self.told)
        sentences.addWidget(self.hint)
        sentences.addStretch()
        self.foot, self.choice, self.sentences = QStackedWidget(), QWidget(), QWidget()
        choice, below = QHBoxLayout(self.choice), QHBoxLayout(self.sentences)
        choice.addStretch()
        for button in self.answers:
            choice.addWidget(button)
        choice.addStretch()
        below.addLayout(sentences, 1)
        below.addWidget(self.next)
        for row, page in ((choice, self.choice), (below, self.sentences)):
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(12)
            self.foot.addWidget(page)
        self.column = QVBoxLayout(self)
        self.column.addLayout(top)
        self.column.addWidget(self.beads)
        self.column.addSpacing(4)
        self.column.addWidget(self.row, 1)
        self.column.addWidget(self.time)
        self.column.addWidget(self.foot)
        self.set_unit(1.0)

    def set_unit(self, unit: float) -> None:
        """How large a wall it is for; 1 is a window."""
        for widget, pixels, bold in (
            (self.question, QUESTION_PX, True),
            (self.score, WORDS_PX, False),
            (self.told, WORDS_PX, True),
            (self.hint, WORDS_PX - 1, False),
            *((button, BUTTON_PX, True) for button in (*self.answers, self.next)),
        ):
            widget.setFont(scaled(pixels, unit, bold=bold))
        for button in (*self.answers, self.next):
            button.setMinimumSize(round(150 * unit), round(TARGET * unit))
        for card in self.row.cards:
            card.unit = unit
        self.row.gap = round(GAP * unit)
        self.row.place()
        self.beads.set_unit(unit)
        self.time.setFixedHeight(max(4, round(4 * unit)))
        self.foot.setFixedHeight(round(76 * unit))
        edge = round(26 * unit)
        self.column.setContentsMargins(edge, round(18 * unit), edge, round(8 * unit))
        self.column.setSpacing(round(8 * unit))

    # a round

    def show_table(self, table: Table) -> None:
        """A game begins."""
        self.table = table
        self.question.setText(table.question)
        one = table.setup.pictures == 1
        letters = table.contest.letters
        self.row.show_count(table.setup.pictures)
        for number, button in enumerate(self.answers):
            button.setText(f"{table.names[number]}   {letters[number]}")
            button.setAccessibleName(table.names[number])
        for card, (_, key) in zip(self.row.cards, PLACES, strict=True):
            card.key = "" if one else key

    def show_wait(self, answers: Sequence[Answer]) -> None:
        """The pictures of the round are not there yet."""
        self.show_standing(answers)
        for card, (name, _) in zip(self.row.cards, PLACES, strict=True):
            card.show_picture(None, name)
        self.ask(asking=False, told="")

    def show_round(self, dealt: Dealt, answers: Sequence[Answer]) -> None:
        """Ask."""
        self.show_standing(answers)
        alone = len(dealt.pictures) == 1
        for card, picture, (name, _) in zip(self.row.cards, dealt.pictures, PLACES, strict=False):
            card.show_picture(picture, "The picture" if alone else name)
        self.ask(asking=True, told="")

    def show_standing(self, answers: Sequence[Answer]) -> None:
        """Score, row and rounds."""
        assert self.table is not None
        self.beads.show_game(answers, len(self.table.rounds))
        row = streak(answers)
        told = [f"{points(answers):,} points"] if answers else []
        self.score.setText("   ·   ".join([f"{row} in a row", *told] if row > 1 else told))

    def ask(self, *, asking: bool, told: str) -> None:
        """Offer the answers, or the next round."""
        self.asking = asking
        one = self.table is not None and self.table.setup.pictures == 1
        for button in self.answers:
            button.setVisible(asking and one)
        self.next.setVisible(bool(told))
        self.foot.setCurrentWidget(self.sentences if told else self.choice)
        self.told.setText(told)
        self.hint.setText("")
        self.time.show_share(None)

    def tell(self, dealt: Dealt, answers: Sequence[Answer], *, still: bool) -> None:
        """What was right, and where to look."""
        assert self.table is not None
        answer = answers[-1]
        drawn = False
        for place, (card, shown) in enumerate(zip(self.row.cards, dealt.round.cards, strict=False)):
            spots = self.spots_of(shown.kind, answer)
            drawn = drawn or bool(spots)
            chosen = len(dealt.pictures) == 2 and answer.given == place
            card.tell(Told(self.table.names[shown.kind], COLOURS[shown.kind], chosen, spots), still=still)
        self.show_standing(answers)
        sentence = f"{words.judged(answer, self.table.names)}  {words.inspected(answer)}".strip()
        self.ask(asking=False, told=sentence)
        self.hint.setText(words.hinted(answer, drawn=drawn))
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, f"{sentence} {self.hint.text()}".strip()))
        self.next.setText("Next" if len(answers) < len(self.table.rounds) else "See how it went")

    def spots_of(self, kind: int, answer: Answer) -> tuple[Spot, ...]:
        """Where to look on a picture of a kind: never on a photograph, which may be aligned in its own way."""
        tell = tell_of(answer.tell)
        assert self.table is not None
        photograph = self.table.hands[kind].reals is not None
        return () if tell is None or photograph else tell.spots

    def on_picture(self, number: int) -> None:
        """A picture was touched: it answers a round of two, and afterwards it goes on."""
        if self.asking and self.row.count == 2:
            self.answered.emit(number)
        elif self.next.isVisible():
            self.went_on.emit()

    def key_answer(self, event: QKeyEvent) -> int | None:
        """The answer that a key gives, None for none."""
        assert self.table is not None
        keys = dict.fromkeys((Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_1), 0)
        keys |= dict.fromkeys((Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_2), 1)
        if self.table.setup.pictures == 1:
            keys |= {Qt.Key(ord(letter)): number for number, letter in enumerate(self.table.contest.letters)}
        return None if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier else keys.get(Qt.Key(event.key()))


def scaled(pixels: int, unit: float, *, bold: bool = False) -> QFont:
    """A font of the house for a wall."""
    return theme.font(round(pixels * unit), bold=bold)
