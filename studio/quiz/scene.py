"""The quiz without any chrome: it invites, plays a game, tells how it went, and is clean again by itself on a wall."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QSize, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QResizeEvent, Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from engine.errors import VisagistError
from engine.quiz.game import Game
from engine.quiz.setup import Setup
from studio import theme
from studio.messages import sentence, words_of
from studio.quiz.dealer import Dealer
from studio.quiz.end_page import EndPage
from studio.quiz.invitation import Invitation
from studio.quiz.keeping import keeping
from studio.quiz.round_view import RoundView
from studio.quiz.strip import kept
from studio.quiz.table import Table, laying
from studio.session import Session
from studio.settings import Settings
from studio.workers.jobs import RunningJob

TICK_MS = 50
IDLE_S = 40.0  # without a touch on a wall
WINDOW = (1150, 690)  # pixels of the page in a usual window: the unit of all sizes
SMALLEST, LARGEST = 0.8, 4.0
PLAINEST = "wild"
GAMES = 10_000  # numbers that a new game draws from: short enough to be said aloud


class QuizScene(QWidget):
    """over: a Game was played to its end; left: it was given up, or nobody was there any more; touched: somebody is.

    wall: there is nobody to help: it invites, and invites again after `idle` seconds without a touch. clock: seconds.
    """

    over = Signal(object)
    left = Signal()
    touched = Signal()
    save_wanted = Signal()
    statistics_wanted = Signal()

    def __init__(
        self,
        session: Session,
        settings: Settings,
        *,
        wall: bool = False,
        idle: float = IDLE_S,
        clock: Callable[[], float] = time.monotonic,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.session, self.settings, self.wall, self.idle, self.clock = session, settings, wall, idle, clock
        self.setup = Setup()
        self.table: Table | None = None
        self.game: Game | None = None
        self.seen: list[QImage] = []  # of each round that was answered, the picture that was looked for
        self.dealer: Dealer | None = None
        self.laying: RunningJob | None = None
        self.asked_at: float | None = None  # while a round waits for its answer
        self.touched_at = clock()
        self.invitation = Invitation(session)
        self.view, self.end_page = RoundView(), EndPage(wall=wall)
        self.pages = QStackedWidget()
        for page in (self.invitation, self.view, self.end_page):
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)
        colours = self.palette()
        colours.setColor(self.backgroundRole(), theme.colour(theme.GROUND))
        self.setPalette(colours)
        self.setAutoFillBackground(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Quiz")
        self.tick = QTimer(self, interval=TICK_MS)
        self.tick.timeout.connect(self.on_tick)
        self.invitation.wanted.connect(self.play_again)
        self.view.answered.connect(self.answer)
        self.view.went_on.connect(self.go_on)
        self.end_page.again.connect(self.play_again)
        self.end_page.same.connect(lambda: self.begin(self.setup))
        self.end_page.done.connect(self.leave)
        self.end_page.save.connect(self.save_wanted)
        self.end_page.statistics.connect(self.statistics_wanted)
        session.document.model_changed.connect(self.on_model)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(*WINDOW)

    # a game from its beginning to its end

    def invite(self, setup: Setup) -> None:
        """The clean state: what the game is, and a way to begin."""
        self.stop()
        self.setup = setup
        self.invitation.invite(setup)
        self.show_page(self.invitation)

    def play_again(self) -> None:
        """The same kind of game with new pictures."""
        self.begin(replace(self.setup, seed=secrets.randbelow(GAMES)))

    def begin(self, setup: Setup) -> None:
        """Play; what cannot be played is said, and the scene is left."""
        self.stop()
        self.setup = setup
        self.note_touch()
        model, path, renderer = self.session.document.model, self.session.model_path, self.session.renderer
        if model is None or path is None or renderer is None:
            self.fail(VisagistError("no model is open yet; try again when the first face is there"))
            return
        self.invitation.wait(setup)
        self.show_page(self.invitation)
        job = laying(setup, model, path, renderer.model.header.family)
        self.laying = self.session.jobs.start(job, self.on_laid, self.on_not_laid, self.invitation.show_progress)
        self.tick.start()

    def on_laid(self, table: Table) -> None:
        self.laying = None
        self.table, self.game, self.seen = table, Game(table.setup, table.rounds), []
        self.dealer = Dealer(self.session, table, self)
        self.dealer.ready.connect(self.on_ready)
        self.dealer.failed.connect(self.fail)
        self.view.show_table(table)
        self.show_page(self.view)
        self.next_round()

    def on_not_laid(self, error: BaseException) -> None:
        """A wall, where nobody can choose other pictures, plays the game that needs none but the open model's."""
        if self.wall and self.setup.contest != PLAINEST:
            self.session.messages.fail("the quiz", error)
            self.laying = None
            self.begin(replace(self.setup, contest=PLAINEST))
        else:
            self.fail(error)

    def next_round(self) -> None:
        """Ask as soon as the pictures are there, which they are but for the first time."""
        self.asked_at = None
        if self.game.round is None:
            self.finish()
            return
        number = self.game.round.number
        self.dealer.look_ahead(number)
        if number in self.dealer.dealt:
            self.on_ready(number)
        else:
            self.view.show_wait(self.game.answers)

    def on_ready(self, number: int) -> None:
        """Pictures came; those of later rounds lie ready."""
        waiting = self.game.round
        if self.asked_at is None and not self.tells and waiting is not None and waiting.number == number:
            self.view.show_round(self.dealer.dealt[number], self.game.answers)
            self.asked_at = self.clock()
            self.setFocus()

    @property
    def tells(self) -> bool:
        """Whether an answer is being told."""
        return self.view.next.isVisibleTo(self.view)

    @property
    def plays(self) -> bool:
        """Whether a game is under way."""
        return self.game is not None and self.game.round is not None

    def answer(self, given: int | None) -> None:
        """The visitor's answer, or None when time is up."""
        if self.asked_at is None:
            return
        dealt = self.dealer.dealt[self.game.round.number]
        taken = self.clock() - self.asked_at
        if given is not None:
            self.note_touch()
        self.asked_at = None
        self.game.answer(given, taken, dealt.inspector)
        self.seen.append(kept(dealt.pictures[dealt.round.answer if len(dealt.pictures) == 2 else 0]))
        self.view.tell(dealt, self.game.answers, still=self.settings.reduces_motion())
        self.setFocus()

    def go_on(self) -> None:
        """What was told has been read."""
        if self.tells:
            self.note_touch()
            self.view.ask(asking=False, told="")
            self.next_round()

    def finish(self) -> None:
        """The last round was told."""
        game = self.game
        self.session.jobs.start(keeping(game.answers), lambda _: None, self.on_not_kept, whole=True)
        self.end_page.show_game(game, self.seen)
        self.show_page(self.end_page)
        self.dealer.end()
        self.end_page.buttons[0].setFocus()
        self.over.emit(game)

    def on_model(self) -> None:
        """Its pictures would be another network's."""
        if self.plays or self.laying is not None:
            self.fail(VisagistError("another model was opened, so the game is over; play again with it"))
        elif self.wall and self.pages.currentWidget() is self.invitation:
            self.invite(self.setup)

    def on_not_kept(self, error: BaseException) -> None:
        self.session.messages.fail("keeping the answers", error)

    def leave(self) -> None:
        """Give the game up, or the end page: clean again."""
        self.stop()
        if self.wall:
            self.invite(self.setup)
        self.left.emit()

    def fail(self, error: BaseException) -> None:
        """It cannot be played, or no further."""
        self.laying = None
        self.stop()
        self.session.messages.fail("the quiz", error)
        if self.wall:
            self.invitation.invite(self.setup, f"{sentence(words_of(error))}.")
            self.show_page(self.invitation)
        self.left.emit()

    def stop(self) -> None:
        """Nothing of a game is left."""
        if self.laying is not None:
            self.laying.cancel()
        if self.dealer is not None:
            self.dealer.end()
            self.dealer.deleteLater()
        self.laying = self.dealer = self.table = self.game = self.asked_at = None
        self.view.ask(asking=False, told="")
        self.tick.stop()

    def show_page(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        if page is not self.end_page:
            self.setFocus()

    # time

    def on_tick(self) -> None:
        """The countdown, and whether anybody is still there."""
        now = self.clock()
        if self.asked_at is not None and self.setup.seconds:
            left = 1 - (now - self.asked_at) / self.setup.seconds
            if left <= 0:
                self.answer(None)
            else:
                self.view.time.show_share(left)
        if self.wall and now - self.touched_at > self.idle:
            self.leave()

    def note_touch(self) -> None:
        """Somebody is there."""
        self.touched_at = self.clock()
        self.touched.emit()

    # what the hand and the keys do

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = Qt.Key(event.key())
        on = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        given = self.view.key_answer(event) if self.asked_at is not None else None
        if given is not None and not event.isAutoRepeat():
            self.answer(given)
        elif key in on and self.tells and not event.isAutoRepeat():
            self.go_on()
        elif key in on and self.pages.currentWidget() is self.invitation and self.laying is None and self.wall:
            self.play_again()
        elif key == Qt.Key.Key_Escape and not self.wall:
            self.leave()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.note_touch()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        long, short = max(self.width(), self.height()), min(self.width(), self.height())
        unit = min(long / WINDOW[0], short / WINDOW[1])
        unit = min(max(unit, SMALLEST), LARGEST)
        for page in (self.invitation, self.view, self.end_page):
            page.set_unit(unit)

    def hideEvent(self, event: QEvent) -> None:  # noqa: N802
        """A round that nobody sees must not run out of time."""
        super().hideEvent(event)
        self.tick.stop()

    def showEvent(self, event: QEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.touched_at = self.clock()
        if self.asked_at is not None:
            self.asked_at = self.clock()
        if self.game is not None:
            self.tick.start()
