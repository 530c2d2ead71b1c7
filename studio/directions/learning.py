"""Finding and learning directions from the window: what is asked for, a line of progress, and a card of findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.errors import VisagistError
from engine.job import Job
from studio.card import Card
from studio.directions.columns import Columns
from studio.directions.findings import Findings
from studio.directions.learning_jobs import (
    data_set_of,
    discovering,
    finding_at_once,
    learning_from_data_set,
    learning_from_table,
    learning_from_words,
    missing_for_words,
    surveying,
)
from studio.directions.phrase_dialog import PhraseDialog
from studio.directions.shelf import Shelf, directions
from studio.open_model import OpenModel
from studio.progress_line import FloatingProgress
from studio.session import Session
from studio.workers.jobs import RunningJob

if TYPE_CHECKING:
    from engine.directions.columns import Survey
    from engine.directions.learn import Lesson

NO_W = "this model has no w that directions could be learned in; open one that has"
NO_MODEL = "no model is open yet; try again when the first face is there"
SOON_MS = 900  # after a model opened: its first picture comes first


class Learning(QObject):
    """One job at a time; a model without directions gets some by itself."""

    def __init__(self, session: Session, shelf: Shelf, window: QWidget) -> None:
        super().__init__(window)
        self.session, self.shelf, self.window = session, shelf, window
        self.messages, self.document = session.messages, session.document
        self.line = FloatingProgress(session.canvas)
        self.job: RunningJob | None = None
        self.card: Card | None = None
        self.soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self.soon.timeout.connect(self.find_at_once)
        self.document.model_changed.connect(self.on_model)

    def suits(self, model: OpenModel) -> bool:
        """Whether there is a w to learn in."""
        return model.has_w

    def on_model(self, model: OpenModel) -> None:
        """What was about another model is over."""
        self.stop()
        if self.card is not None:
            self.card.leave()
        if model.has_w and not model.directions:
            self.soon.start()

    # handlers of the action table

    def discover(self) -> None:
        """Seek directions without labels, measured on pictures."""
        self.run(discovering, "discovering directions", self.on_found)

    def ask_for_labels(self) -> None:
        """A file dialogue for a table of labels."""
        dialog = QFileDialog(self.window, "Learn from labels")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["Tables of labels (*.csv *.parquet)"])
        dialog.fileSelected.connect(lambda name: self.learn_from_table(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def ask_for_data_set(self) -> None:
        """The labels of the data set that the open network was trained on; asked for where that is not known."""
        try:
            folder = None if self.session.model_path is None else data_set_of(self.session.model_path)
        except VisagistError as error:
            self.messages.fail("looking for the data set", error)
            return
        if folder is not None:
            self.learn_from_data_set(folder)
            return
        dialog = QFileDialog(self.window, "Learn from the labels of a data set")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda name: self.learn_from_data_set(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def ask_for_words(self) -> None:
        """A phrase; or how to get what it needs."""
        if self.session.model_path is None:
            self.messages.warn(NO_MODEL)
            return
        dialog = PhraseDialog(missing_for_words(), self.window)
        dialog.chosen.connect(self.learn_from_words)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # what is done

    def learn_from_words(self, phrase: str) -> None:
        """A slider of a phrase."""
        job = partial(learning_from_words, phrase=phrase)
        self.run(job, f"learning '{phrase}'", partial(self.show_lesson, source=f"'{phrase}'"))

    def learn_from_table(self, table: Path) -> None:
        """A table of labels: first it is asked which of its columns become sliders."""
        model = self.document.model
        if model is None:
            self.messages.warn(NO_MODEL)
        elif not self.suits(model):
            self.messages.warn(NO_W)
        else:
            self.run(lambda _: surveying(table, model.hash), f"reading {table.name}", self.show_columns)

    def show_columns(self, survey: Survey) -> None:
        """The card of a table; where there is nothing to choose from, a sentence."""
        first, *others = survey.columns
        if first.wrong and not others:
            self.messages.warn(f"{survey.path}: '{first.name}' {first.wrong}")
            return
        learn = partial(self.learn_columns, survey.path)
        self.put(Columns(self.session.canvas, survey, learn))

    def learn_columns(self, table: Path, names: Mapping[str, str]) -> None:
        """Sliders of some columns of a table. names: column -> what its slider is called."""
        job = partial(learning_from_table, table=table, names=names)
        self.run(job, f"learning from {table.name}", partial(self.show_lesson, source=table.name))

    def learn_from_data_set(self, folder: Path) -> None:
        """Sliders of the labels of the data set that the open network was trained on."""
        job = partial(learning_from_data_set, folder=folder)
        source = f"the labels of {folder.name}"
        self.run(job, f"learning from {source}", partial(self.show_lesson, source=source))

    def find_at_once(self) -> None:
        """SeFa and PCA without being asked; whoever asks for something is served first."""
        model, path = self.document.model, self.session.model_path
        if self.job is None and path is not None and model is not None and not model.directions:
            number = model.number
            self.session.jobs.start(
                finding_at_once(path),
                lambda _: self.shelf.reload() if number == self.session.model_number else None,
                partial(self.messages.fail, "finding directions"),
            )

    def run(self, make: Callable[[Path], Job[Any]], doing: str, done: Callable[[Any], None]) -> None:
        """One job on the open model; what was begun before is given up."""
        path = self.session.model_path
        if path is None:
            self.messages.warn(NO_MODEL)
            return
        self.stop()

        def ended(result: object) -> None:
            self.end()
            done(result)

        def failed(error: BaseException) -> None:
            self.end()
            self.messages.fail(doing, error)

        self.line.begin(self.stop)
        self.job = self.session.jobs.start(make(path), ended, failed, self.line.show_progress)

    def stop(self) -> None:
        """Give up what is being done; nothing of it stays."""
        self.soon.stop()
        if self.job is not None:
            self.job.cancel()
        self.end()

    def end(self) -> None:
        """Nothing is being done."""
        self.job = None
        self.line.end()

    def on_found(self, count: int) -> None:
        """Discovered ones stand on the disk already."""
        self.shelf.reload()
        were = "was" if count == 1 else "were"
        self.messages.note(f"{directions(count)} {were} discovered; give what you like a name (F2)")

    def show_lesson(self, lesson: Lesson, source: str) -> None:
        """The card of what was learned; its sliders are kept where they are wanted."""
        made = lesson.pack.directions
        keep = partial(self.shelf.keep, made, f"Keep {directions(len(made))}")
        self.put(Findings(self.session.canvas, lesson, source, keep))

    def put(self, card: Card) -> None:
        """Another card in the place of the one that is there."""
        if self.card is not None:
            self.card.leave()
        self.card = card
        card.left.connect(self.forget_card)
        card.appear()

    def forget_card(self) -> None:
        """It is gone."""
        self.card = None
