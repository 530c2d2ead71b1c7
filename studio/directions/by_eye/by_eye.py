"""Learning a direction by eye: asks, keeps the answers on the board, learns, and makes a slider of what was learned."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.answers import MOST_STARS, Answers, about, check_word, with_answer, with_answers
from engine.errors import VisagistError
from engine.job import Job
from engine.moves import moved
from engine.recipe import DirectionAmount, Recipe
from studio.directions.by_eye.faces import COUNT, PLUS, STAR, words_of
from studio.directions.by_eye.jobs import asking, exporting_answers, learning, studying
from studio.directions.by_eye.page import Page
from studio.directions.shelf import Shelf
from studio.open_model import OpenModel
from studio.session import Session
from studio.workers.jobs import RunningJob

if TYPE_CHECKING:
    from engine.directions.by_eye import Study
    from engine.directions.learn import Finding

LINGER_MS = 350  # the last answer of a page is seen before the next page comes


class ByEye(QObject):
    """One word at a time, of the open model. What is said stands on the board, so that undo and projects know it."""

    def __init__(self, session: Session, shelf: Shelf, window: QWidget) -> None:
        super().__init__(window)
        self.session, self.document, self.shelf, self.window = session, session.document, shelf, window
        self.page: Page | None = None
        self.word = ""
        self.pages: list[tuple[int, ...]] = []
        self.there: Study | None = None
        self.finding: Finding | None = None
        self.job: RunningJob | None = None
        self.next = QTimer(self, singleShot=True, interval=LINGER_MS)
        self.next.timeout.connect(self.go_on)
        self.document.board_changed.connect(self.show)
        self.document.recipe_changed.connect(self.refresh_strip)
        self.document.model_changed.connect(self.begin_again)

    def suits(self, model: OpenModel) -> bool:
        """Whether there is a w to learn in."""
        return model.has_w

    def open(self) -> None:
        """The handler of the action."""
        if self.document.model is None:
            self.session.messages.warn("no model is open yet; try again when the first face is there")
            return
        if self.page is None:
            self.page = self.made()
        said = self.words()
        self.word = self.word or (said[-1] if said else "")
        self.show()
        self.page.appear()
        if not self.pages:
            self.ask()

    def made(self) -> Page:
        """The page, connected."""
        page = Page(self.session.thumbnails, self.session.large_thumbnails, self.session.canvas)
        page.head.worded.connect(self.take_word)
        page.head.learn.connect(self.learn)
        page.head.export.connect(self.ask_where)
        page.head.forget.connect(self.forget)
        page.faces.answered.connect(self.answer)
        page.outcome.kept.connect(self.keep)
        page.outcome.more.connect(self.answer_more)
        page.further.connect(self.skip)
        page.left.connect(self.stop)
        return page

    # what is shown

    @property
    def answers(self) -> Answers:
        """What was said of the present word."""
        return about(self.document.board.answers, self.word, self.document.model.hash)

    def words(self) -> list[str]:
        """The words of the open model, the newest last."""
        return [one.word for one in self.document.board.answers if one.model == self.document.model.hash]

    def show(self) -> None:
        """What stands on the board; a face whose answer was taken back by undo is seen again."""
        if self.page is None or self.document.model is None:
            return
        before = self.page.faces.stars
        self.page.head.show_words(self.words(), self.word)
        if not self.word:
            self.page.show_no_word()
            return
        self.page.show_answers(self.answers)
        gone = before.keys() - self.page.faces.stars.keys() - set(self.page.faces.seeds)
        back = next((page for page in self.pages if gone & set(page)), None)
        if back is not None:
            self.page.faces.show_page(back)

    def refresh_strip(self) -> None:
        """The strip is about the face on show."""
        if self.page is not None and self.finding is not None and self.page.outcome.isVisible():
            self.page.outcome.show_recipes(self.recipe_at)

    def begin_again(self, model: OpenModel) -> None:
        """Another model has other faces."""
        if self.there is not None and self.there.model.hash == model.hash:
            return
        self.stop()
        self.there, self.finding, self.word = None, None, ""
        self.pages.clear()
        if self.page is not None:
            self.page.outcome.hide()
            self.page.faces.show_page(())
            if self.page.isVisible():
                self.page.leave()

    # what the hand does

    def take_word(self, word: str) -> None:
        """Another word."""
        if word == self.word:
            self.page.faces.setFocus()
            return
        try:
            check_word(word)
        except VisagistError as error:
            if word:
                self.session.messages.warn(str(error))
            return
        self.word = next((one for one in self.words() if one.casefold() == word.casefold()), word)
        self.finding = None
        self.page.outcome.hide()
        self.page.faces.stars = {}
        self.show()
        self.page.faces.setFocus()

    def answer(self, seed: int, stars: int | None) -> None:
        """Say how much a face shows of the word."""
        if not self.word:
            self.page.head.word.setFocus()
            return
        said = (
            "no answer" if stars is None else PLUS if stars == MOST_STARS else words_of(stars).replace(" stars", STAR)
        )
        new = with_answer(self.document.board.answers, self.answers, seed, stars)
        self.document.arrange(f"{said} for {self.word}", answers=new)
        if not self.page.faces.open:
            self.next.start()

    def go_on(self) -> None:
        """The page is full: ask about others, once what is being done is done."""
        if self.job is not None:
            self.next.start()
        elif self.page.isVisible() and not self.page.faces.open:
            self.ask()

    def skip(self) -> None:
        """Other faces are wanted; what is being done comes first."""
        if self.job is None:
            self.ask()

    def forget(self) -> None:
        """No answers about the word; undo brings them back."""
        none = with_answers(self.document.board.answers, Answers(self.word, self.document.model.hash))
        self.document.arrange(f"Take back all answers for {self.word}", answers=none)

    # the machine

    def ask(self) -> None:
        """The next faces, those that are hard to tell first."""

        def done(seeds: tuple[int, ...]) -> None:
            self.pages.append(seeds)
            self.page.faces.show_page(seeds)
            if not seeds:
                self.page.says.setText("There is no face left to ask about.")

        self.with_study(lambda: self.start(asking(self.there, self.answers_or_none(), COUNT, len(self.pages)), done))

    def answers_or_none(self) -> Answers:
        """Before there is a word, nothing was said."""
        return self.answers if self.word else Answers("nothing", self.document.model.hash)

    def learn(self) -> None:
        """Learn the word, with progress and a way to stop."""
        answers = self.answers

        def done(finding: Finding) -> None:
            self.finding = finding
            direction = finding.direction
            self.session.renderer.latents.learn({direction.id: direction.vector})
            self.page.outcome.show_finding(finding, self.recipe_at)
            self.page.outcome.keep.setFocus()

        self.with_study(lambda: self.start(learning(self.there, answers), done))

    def answer_more(self) -> None:
        """Better before it is kept."""
        self.page.outcome.hide()
        self.page.faces.setFocus()
        if not self.page.faces.open:
            self.ask()

    def keep(self) -> None:
        """What was learned becomes a slider."""
        self.shelf.keep([self.finding.direction], f"Keep {self.word}")
        self.page.outcome.hide()
        self.page.leave()

    def recipe_at(self, amount: float) -> Recipe:
        """The face on show with so much of what was learned."""
        direction = self.finding.direction
        return moved(self.document.recipe, DirectionAmount(direction.name, direction.id, amount, direction.rows), ())

    def with_study(self, then: Callable[[], None]) -> None:
        """Do something with the copy of the model, which is made first where there is none."""
        if self.there is not None:
            then()
            return

        def done(there: Study) -> None:
            self.there = there
            then()

        self.start(studying(self.session.model_path), done)

    def start(self, job: Job[Any], done: Callable[[Any], None]) -> None:
        """One job after the other; what was begun before is given up."""
        self.give_up()

        def ended(result: object) -> None:
            self.job = None
            self.page.line.end()
            self.page.skip.show()
            done(result)

        def failed(error: BaseException) -> None:
            self.job = None
            self.page.line.end()
            self.page.skip.show()
            self.session.messages.fail("learning by eye", error)

        self.page.skip.hide()
        self.page.line.begin(self.stop)
        self.job = self.session.jobs.start(job, ended, failed, self.page.line.show_progress)

    def stop(self) -> None:
        """Give up what is being done, and what was about to be."""
        self.next.stop()
        self.give_up()

    def give_up(self) -> None:
        """Stop what is being done."""
        if self.job is not None:
            self.job.cancel()
            self.job = None
            self.page.line.end()
            self.page.skip.show()

    # labels

    def ask_where(self) -> None:
        """A file dialogue for the answers as labels."""
        if self.document.model is None or not self.words():
            self.session.messages.warn("there are no answers yet; learn a direction by your own eye first")
            return
        self.word = self.word or self.words()[-1]
        dialog = QFileDialog(self.window, "Export answers as labels")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(["Labels (*.csv)"])
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(f"{self.word}-labels.csv")
        dialog.fileSelected.connect(lambda name: self.export(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def export(self, path: Path) -> None:
        """Write the answers where `visagist directions learn` reads them."""
        self.session.jobs.start(
            exporting_answers(self.answers, path),
            lambda count: self.session.messages.note(f"Saved {count} answers in {path.name}"),
            partial(self.session.messages.fail, f"saving {path.name}"),
            whole=True,
        )
