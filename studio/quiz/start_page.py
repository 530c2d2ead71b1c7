"""The page a game begins at: what is told from what, how many rounds, how long; and a picture of each kind."""

from __future__ import annotations

import secrets
from pathlib import Path

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QSpinBox, QVBoxLayout, QWidget

from engine.errors import VisagistError
from engine.quiz.setup import CONTESTS, LONGEST_ROUND, MOST_ROUNDS, Setup, contest_of
from studio import theme
from studio.choice import Choice
from studio.opener import local_files
from studio.panels.panel import tool
from studio.quiz.samples import Samples
from studio.quiz.sources import ModelField, RealField
from studio.session import Session
from studio.settings import QUIZ_SETUP, Settings
from studio.training.form import FIELD_HEIGHT, Row, heading

FORM_WIDTH = 510
GAMES = 10_000


class StartPage(QWidget):
    """started: play this Setup; statistics: of the games so far."""

    started = Signal(object)
    statistics = Signal()

    def __init__(self, session: Session, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.settings = session, settings
        self.setup = remembered(settings)
        self.setAutoFillBackground(True)
        self.setAcceptDrops(True)
        self.contest = Choice("Game", {one.id: (one.title, one.about) for one in CONTESTS})
        self.pictures = Choice("Pictures", {"2": ("Two", "Which of the two is it?"), "1": ("One", "What is it?")})
        self.rounds = QSpinBox(minimum=1, maximum=MOST_ROUNDS, accessibleName="Rounds")
        self.seconds = QSpinBox(minimum=0, maximum=LONGEST_ROUND, suffix=" s", specialValueText="No limit")
        self.seconds.setAccessibleName("Seconds for each round")
        self.seed = QSpinBox(minimum=0, maximum=GAMES - 1, accessibleName="Number of the game")
        self.dice = tool("dice", "Another game")
        self.hints = QCheckBox("Show where to look after each answer")
        self.reals, self.other = RealField(session, settings), ModelField(session, settings)
        self.about = QLabel(wordWrap=True)
        self.about.setProperty("muted", True)
        self.samples = Samples(session)
        self.question = heading("", theme.HEADING_PX + 9)
        self.play = QPushButton("Play", default=True, toolTip="Begin (Enter)")
        self.tally = QPushButton("Statistics", toolTip="How the games so far went")
        self.lay_out()
        self.connect_all()
        self.show_setup()

    def lay_out(self) -> None:
        """The form at the left, what it is about at the right."""
        number = QHBoxLayout()
        number.setSpacing(4)
        number.addWidget(self.seed)
        number.addWidget(self.dice)
        number.addStretch()
        self.real_row = Row("Real pictures", self.reals)
        self.other_row = Row("Other network", self.other)
        self.hints_row = Row("Hints", self.hints, "For aligned faces: eyes, teeth, ears, earrings, background, hair")
        for field in (self.rounds, self.seconds, self.seed):
            field.setFixedWidth(110)
            field.lineEdit().setTextMargins(6, 0, 6, 0)
        rows = (
            Row("Game", self.contest),
            self.real_row,
            self.other_row,
            Row("Pictures", self.pictures),
            Row("Rounds", left(self.rounds)),
            Row("Time", left(self.seconds)),
            self.hints_row,
            Row("Number", number, "The same number deals the same game again"),
        )
        form = QVBoxLayout()
        form.setSpacing(12)
        form.addWidget(heading("Quiz", theme.HEADING_PX + 5))
        form.addWidget(self.about)
        form.addSpacing(4)
        for row in rows:
            form.addWidget(row)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.play, self.tally):
            button.setMinimumHeight(FIELD_HEIGHT + 6)
            buttons.addWidget(button)
        self.play.setMinimumWidth(150)
        buttons.addStretch()
        form.addSpacing(8)
        form.addLayout(buttons)
        form.addStretch()
        side = QWidget()
        side.setLayout(form)
        form.setContentsMargins(0, 0, 0, 0)
        side.setFixedWidth(FORM_WIDTH)
        right = QVBoxLayout()
        right.setSpacing(10)
        right.addStretch(1)
        right.addWidget(self.question, 0, Qt.AlignmentFlag.AlignHCenter)
        right.addSpacing(14)
        right.addWidget(self.samples, 6)
        right.addStretch(1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(24, 20, 24, 20)
        whole.setSpacing(36)
        whole.addWidget(side)
        whole.addLayout(right, 1)

    def connect_all(self) -> None:
        """Who hears of what."""
        self.contest.chosen.connect(lambda id: self.change(contest=id))
        self.pictures.chosen.connect(lambda count: self.change(pictures=int(count)))
        self.rounds.valueChanged.connect(lambda count: self.change(rounds=count))
        self.seconds.valueChanged.connect(lambda seconds: self.change(seconds=seconds))
        self.seed.valueChanged.connect(lambda seed: self.change(seed=seed))
        self.hints.toggled.connect(lambda on: self.change(hints=on))
        self.reals.chosen.connect(lambda folder: self.change(folder=folder))
        self.other.chosen.connect(lambda file: self.change(other=file))
        self.dice.clicked.connect(lambda: self.seed.setValue(secrets.randbelow(GAMES)))
        self.play.clicked.connect(self.start)
        self.tally.clicked.connect(lambda: self.statistics.emit())
        self.session.document.model_changed.connect(lambda _: self.show_setup())

    def change(self, **fields: object) -> None:
        """The hand wants it otherwise."""
        self.setup = replace(self.setup, **fields)
        self.settings.set(QUIZ_SETUP, msgspec.json.encode(self.setup).decode())
        self.show_setup()

    def show_setup(self) -> None:
        """All fields, and what the game is about."""
        setup, contest = self.setup, contest_of(self.setup.contest)
        self.contest.show_choice(setup.contest)
        self.pictures.show_choice(str(setup.pictures))
        for field, value in ((self.rounds, setup.rounds), (self.seconds, setup.seconds), (self.seed, setup.seed)):
            field.blockSignals(True)
            field.setValue(value)
            field.blockSignals(False)
        self.hints.blockSignals(True)
        self.hints.setChecked(setup.hints)
        self.hints.blockSignals(False)
        self.real_row.setVisible(contest.id == "real")
        self.other_row.setVisible(contest.id == "models")
        self.reals.show_folder(setup.folder)
        self.other.show_file(setup.other)
        self.about.setText(contest.about)
        model = self.session.document.model
        names = contest.kinds if contest.id != "models" else (model.title if model else "this one", "the other")
        self.question.setText((contest.ask_two if setup.pictures == 2 else contest.ask_one).format(*names))
        lacks = {"real": not setup.folder, "models": not setup.other}.get(contest.id, False)
        self.play.setEnabled(not lacks and model is not None)
        self.play.setToolTip("Choose the pictures first" if lacks else "Begin (Enter)")
        if self.isVisible():
            self.samples.show_setup(replace(setup, seed=0, rounds=1, seconds=0, hints=True, pictures=2))

    def new_number(self) -> None:
        """Another game than the last one."""
        self.change(seed=secrets.randbelow(GAMES))

    def start(self) -> None:
        """Begin."""
        if self.play.isEnabled():
            self.started.emit(self.setup)

    def showEvent(self, event: object) -> None:  # noqa: N802
        super().showEvent(event)
        self.reals.refresh()
        self.other.refresh()
        self.show_setup()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if any(is_source(path) for path in local_files(event.mimeData())):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """A folder or a zip of real pictures."""
        event.acceptProposedAction()
        path = next(path for path in local_files(event.mimeData()) if is_source(path))
        self.change(contest="real", folder=str(path))


def is_source(path: Path) -> bool:
    """Whether something that is dropped can hold real pictures."""
    return path.is_dir() or path.suffix.lower() == ".zip"


def left(field: QWidget) -> QHBoxLayout:
    """A field that is not stretched."""
    row = QHBoxLayout()
    row.addWidget(field)
    row.addStretch()
    return row


def remembered(settings: Settings) -> Setup:
    """The game that was set up last, with a number of its own."""
    try:
        setup = msgspec.json.decode(settings.get(QUIZ_SETUP), type=Setup)
    except (msgspec.DecodeError, VisagistError):  # an edited file of settings costs its memory and nothing else
        setup = Setup()
    return replace(setup, seed=secrets.randbelow(GAMES))
