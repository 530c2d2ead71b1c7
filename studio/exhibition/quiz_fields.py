"""The game that visitors play on the wall: what is told from what, how many rounds, how long, which pictures."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from engine.quiz.setup import CONTESTS, LONGEST_ROUND, MOST_ROUNDS, contest_of
from studio.exhibition.fields import Fields
from studio.exhibition.show_desk import ShowDesk
from studio.quiz.sources import ModelField, RealField
from studio.scale import Scale
from studio.settings import Settings
from studio.training.form import Row

GAMES = {one.id: (one.title, one.about) for one in CONTESTS}
PICTURES = {"2": ("Two", "Which of the two is it?"), "1": ("One", "What is it?")}
NARROW = 8  # letters of a path, beside a preview
LACKS = {
    "real": "No real pictures are chosen yet; until then visitors play wild or tame.",
    "models": "No second network is chosen yet; until then visitors play wild or tame.",
}


class QuizFields(Fields):
    """Settings of the quiz; its number is another one for every visitor."""

    def __init__(self, desk: ShowDesk, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.column.setContentsMargins(0, 0, 0, 0)
        edit = desk.edit_quiz
        self.contest = self.combo("Game", "What is told from what", lambda id: edit("Game", contest=id))
        for id, (title, about) in GAMES.items():
            self.contest.addItem(title, id)
            self.contest.setItemData(self.contest.count() - 1, about, Qt.ItemDataRole.ToolTipRole)
        self.reals = RealField(desk.session, settings)
        self.reals.chosen.connect(lambda folder: edit("Real pictures", folder=folder))
        self.other = ModelField(desk.session, settings)
        self.other.chosen.connect(lambda file: edit("Other network", other=file))
        for field in (self.reals, self.other):
            field.combo.setMinimumContentsLength(NARROW)
        self.rows = {"real": Row("Real pictures", self.reals), "models": Row("Other network", self.other)}
        for row in self.rows.values():
            self.column.addWidget(row)
        self.lacks = self.note("")
        self.pictures = self.choice("Pictures", PICTURES, lambda count: edit("Pictures", pictures=int(count)))
        self.rounds = self.slider(
            "Rounds", Scale(3, 20, 10, decimals=0, step=1, limits=(1, MOST_ROUNDS)), edit, "rounds"
        )
        self.seconds = self.slider(
            "Seconds a round", Scale(0, 30, 0, decimals=0, step=1, limits=(0, LONGEST_ROUND)), edit, "seconds",
            "0 is as long as one likes",
        )  # fmt: skip
        self.hints = self.switch("Hints", "Where to look, after each answer", lambda on: edit("Hints", hints=on))
        self.show_values()

    def show_values(self) -> None:
        setup = self.desk.show.visitors.quiz
        contest = contest_of(setup.contest)
        self.contest.setCurrentIndex(self.contest.findData(contest.id))
        for id, row in self.rows.items():
            row.setVisible(id == contest.id)
        self.reals.show_folder(setup.folder)
        self.other.show_file(setup.other)
        lacks = {"real": not setup.folder, "models": not setup.other}.get(contest.id, False)
        self.lacks.setText(LACKS[contest.id] if lacks else "")
        self.lacks.setVisible(lacks)
        self.pictures.show_choice(str(setup.pictures))
        self.rounds.show_value(setup.rounds)
        self.seconds.show_value(setup.seconds)
        self.hints.setChecked(setup.hints)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.reals.refresh()
        self.other.refresh()
