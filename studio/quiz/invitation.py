"""What a game is about, before it begins: its question, a picture of each kind, and a large button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from engine.job import Progress
from engine.quiz.setup import Setup, contest_of
from studio.messages import sentence
from studio.quiz.round_view import TARGET, scaled
from studio.quiz.samples import Samples
from studio.session import Session

TITLE_PX, ABOUT_PX, BAR_WIDTH = 34, 15, 260


class Invitation(QWidget):
    """wanted: somebody wants to play."""

    wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        middle = Qt.AlignmentFlag.AlignCenter
        self.title = QLabel(alignment=middle)
        self.about = QLabel(alignment=middle, wordWrap=True)
        self.about.setProperty("muted", True)
        self.samples = Samples(session)
        self.bar = QProgressBar(textVisible=False, accessibleName="Progress")
        self.play = QPushButton("Play", default=True)
        self.play.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.play.clicked.connect(lambda: self.wanted.emit())
        self.column = QVBoxLayout(self)
        self.column.addStretch(1)
        self.column.addWidget(self.title)
        self.column.addWidget(self.about)
        self.column.addStretch(1)
        self.column.addWidget(self.samples, 14)
        self.column.addStretch(1)
        self.column.addWidget(self.bar, 0, middle)
        self.column.addWidget(self.play, 0, middle)
        self.column.addStretch(1)
        self.set_unit(1.0)

    def set_unit(self, unit: float) -> None:
        """How large a wall it is for."""
        self.title.setFont(scaled(TITLE_PX, unit, bold=True))
        self.about.setFont(scaled(ABOUT_PX, unit))
        self.play.setFont(scaled(ABOUT_PX + 1, unit, bold=True))
        self.play.setMinimumSize(round(220 * unit), round(TARGET * 1.2 * unit))
        self.bar.setFixedWidth(round(BAR_WIDTH * unit))
        self.samples.set_unit(unit)
        self.column.setSpacing(round(14 * unit))
        edge = round(30 * unit)
        self.column.setContentsMargins(edge, edge, edge, edge)

    def invite(self, setup: Setup, instead: str = "") -> None:
        """Offer the game; instead: a sentence about what is in its way."""
        contest = contest_of(setup.contest)
        self.title.setText(f"{contest.title}?")
        self.about.setText(instead or contest.about)
        self.samples.show_setup(setup)
        self.samples.show()
        self.bar.hide()
        self.play.show()

    def wait(self, setup: Setup) -> None:
        """The game is being made ready."""
        self.title.setText(f"{contest_of(setup.contest).title}?")
        self.about.setText("Getting the pictures ready")
        self.samples.hide()
        self.bar.setRange(0, 0)
        self.bar.show()
        self.play.hide()

    def show_progress(self, progress: Progress) -> None:
        """How far it is."""
        self.about.setText(sentence(progress.what))
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
