"""The Quiz workspace: the page a game begins at, the game, and the statistics of all games."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from engine.quiz.scores import Answer
from engine.quiz.setup import Setup
from studio.opener import show
from studio.quiz.keeping import recalling, saving
from studio.quiz.scene import QuizScene
from studio.quiz.start_page import StartPage
from studio.session import Session
from studio.settings import PICTURE_FOLDER, Settings

if TYPE_CHECKING:
    from studio.quiz.statistics import Statistics


class QuizWorkspace(QWidget):
    """One of three pages is on show."""

    def __init__(self, session: Session, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.settings, self.messages = session, settings, session.messages
        self.start_page = StartPage(session, settings)
        self.scene = QuizScene(session, settings)
        self.statistics: Statistics | None = None
        self.pages = QStackedWidget()
        self.pages.addWidget(self.start_page)
        self.pages.addWidget(self.scene)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)
        self.setFocusProxy(self.pages)
        self.start_page.started.connect(self.play)
        self.start_page.statistics.connect(self.show_statistics)
        self.scene.left.connect(self.show_start)
        self.scene.save_wanted.connect(self.ask_where_to_save)
        self.scene.statistics_wanted.connect(self.show_statistics)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(1000, 600)

    def show_start(self) -> None:
        """Back to the beginning."""
        if self.pages.currentWidget() is not self.start_page:
            self.start_page.new_number()
            self.pages.setCurrentWidget(self.start_page)
        self.start_page.play.setFocus()

    def play(self, setup: Setup) -> None:
        """A game."""
        self.pages.setCurrentWidget(self.scene)
        self.scene.begin(setup)

    # handlers of the action table

    def new_game(self) -> None:
        """Play what is set up, with new pictures; a game under way is given up."""
        self.scene.stop()
        self.show_start()
        self.start_page.start()

    def give_up(self) -> None:
        """Back to the beginning."""
        self.scene.stop()
        self.show_start()

    def show_statistics(self) -> None:
        """All games of this machine."""
        if self.statistics is None:
            from studio.quiz.statistics import Statistics  # brings pyqtgraph, which a game does without

            self.statistics = Statistics(self.session, self.settings)
            self.statistics.left.connect(self.show_start)
            self.statistics.save_wanted.connect(self.ask_where_to_save_all)
            self.pages.addWidget(self.statistics)
        self.scene.stop()
        self.pages.setCurrentWidget(self.statistics)
        self.statistics.refresh()

    def ask_where_to_save(self) -> None:
        """The answers of the game that was played last."""
        if self.scene.game is None or not self.scene.game.answers:
            self.messages.warn("no game was played yet; play one, then save its answers")
            return
        setup = self.scene.setup
        self.ask_where(f"quiz-{setup.contest}-{setup.seed}.csv", list(self.scene.game.answers))

    def ask_where_to_save_all(self) -> None:
        """The answers of all games."""
        self.session.jobs.start(
            recalling(),
            lambda answers: self.ask_where("quiz.csv", answers),
            lambda error: self.messages.fail("reading the answers", error),
        )

    def ask_where(self, name: str, answers: list[Answer]) -> None:
        """A file dialogue, then a CSV file."""
        dialog = QFileDialog(self.window(), "Save answers", self.settings.get(PICTURE_FOLDER))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(["Tables (*.csv)"])
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(name)
        dialog.fileSelected.connect(lambda name: self.save(Path(name), answers))
        show(dialog)

    def save(self, path: Path, answers: list[Answer]) -> None:
        """Write answers; nothing in them is about anybody."""
        self.session.jobs.start(
            saving(path, answers),
            lambda saved: self.messages.note(f"Saved {saved.name} in {saved.parent}"),
            lambda error: self.messages.fail("saving the answers", error),
            whole=True,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        here = self.pages.currentWidget()
        if here is self.start_page and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.start_page.start()
        elif here is not self.start_page and event.key() == Qt.Key.Key_Escape:
            self.give_up()
        else:
            super().keyPressEvent(event)

    def end(self) -> None:
        """The window closes."""
        self.scene.stop()
