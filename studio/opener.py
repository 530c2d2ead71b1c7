"""Opens whatever a person gives, as what it is: from a dialogue, by a drop, from the clipboard, the command line."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QStandardPaths, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.errors import VisagistError
from engine.file_kind import FILM_SUFFIXES, NETWORK_SUFFIXES, Kind
from engine.recipe import from_json
from studio.card import Card
from studio.messages import sentence
from studio.opening_files import Found, checking, locating, looking
from studio.projects.projects import Projects
from studio.recent import Recent
from studio.session import Session, nothing
from studio.settings import PICTURE_FOLDER, Settings
from studio.workers.jobs import RunningJob

MODELS = " ".join(f"*{suffix}" for suffix in NETWORK_SUFFIXES)
FILMS = " ".join(f"*{suffix}" for suffix in FILM_SUFFIXES)
OTHERS = "*.csv *.parquet *.zip"  # labels and data sets
KINDS = f"*.visagist *.png *.jpg *.jpeg *.webp *.tif *.tiff *.avif *.json {FILMS} {MODELS} {OTHERS}"
ONE_AT_A_TIME = (Kind.MODEL, Kind.PROJECT, Kind.LABELS, Kind.RUN, Kind.DATASET)


class Opener(QObject):
    """One wish at a time, the newest: files are told apart, then opened one after the other, models first.

    With a Path, pack_found: a direction pack for the open model is to be taken in; labels_found: there are labels to
    learn from; run_found: a training run is to be shown; set_found: a data set is to be trained on.
    face_found: something for the canvas comes.
    """

    pack_found = Signal(object)
    labels_found = Signal(object)
    run_found = Signal(object)
    set_found = Signal(object)
    face_found = Signal()

    def __init__(
        self, session: Session, projects: Projects, recent: Recent, settings: Settings, window: QWidget
    ) -> None:
        super().__init__(window)
        self.session, self.projects, self.recent, self.settings = session, projects, recent, settings
        self.document, self.messages, self.window = session.document, session.messages, window
        self.waiting: deque[Found] = deque()
        self.job: RunningJob | None = None
        self.card: Card | None = None
        session.failed.connect(self.on_model_failed)
        session.document.model_changed.connect(self.on_model)

    def ask(self) -> None:
        """A file dialogue, then `open`."""
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        dialog = QFileDialog(self.window, "Open", self.settings.get(PICTURE_FOLDER) or pictures)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([f"Everything that opens here ({KINDS})", "All files (*)"])
        dialog.filesSelected.connect(lambda names: self.open([Path(name) for name in names]))
        show(dialog)

    def ask_for_model(self) -> None:
        """A file dialogue, then that model."""
        dialog = self.model_dialogue("Open model")
        dialog.fileSelected.connect(lambda name: self.open([Path(name)]))
        show(dialog)

    def start(self, files: Sequence[Path]) -> None:
        """The start of the window: what was named on the command line, and a model in any case."""
        if files:
            self.open(files)
        else:
            self.session.open_model()

    def open(self, paths: Sequence[Path]) -> None:
        """Open files as what they are."""
        self.stop()
        self.job = self.session.jobs.start(
            looking(paths), self.on_found, lambda error: self.on_failed("opening", error)
        )

    def open_found(self, found: Found) -> None:
        """Open what has been read already."""
        self.stop()
        self.waiting.append(found)
        self.next()

    def paste(self) -> None:
        """The recipe, or the files, that were copied."""
        self.take(QGuiApplication.clipboard().mimeData())

    def can_take(self, data: QMimeData) -> bool:
        """Whether something is worth trying."""
        return bool(local_files(data)) or data.hasText()

    def take(self, data: QMimeData) -> None:
        """What was pasted or dropped."""
        files = local_files(data)
        if files:
            self.open(files)
        elif data.hasText():
            try:
                recipe = from_json(data.text())
            except VisagistError as error:
                self.messages.fail("pasting", error)
            else:
                self.open_found(Found(None, Kind.RECIPE, recipe.model, recipe=recipe))
        else:
            self.messages.warn("there is no recipe on the clipboard; copy a picture here, or a recipe's text")

    # one after the other

    def stop(self) -> None:
        """Another wish took the place of what was still to be opened."""
        if self.job is not None:
            self.job.cancel()
        self.job = None
        self.waiting.clear()
        if self.card is not None:
            self.card.leave()

    def on_found(self, found: list[Found]) -> None:
        """The files are known."""
        self.job = None
        seen: set[Kind] = set()
        for one in found:
            if one.error is not None:
                self.messages.fail(f"opening {one.name}", one.error)
            elif one.kind in seen and one.kind in ONE_AT_A_TIME:
                self.messages.warn(f"one {one.kind.value} is opened at a time, so {one.name} was left out")
            else:
                seen.add(one.kind)
                self.waiting.append(one)
        self.next()

    def next(self) -> None:
        """Open what comes next; after the last, a window without a model gets one."""
        self.job = None
        if not self.waiting:
            if self.document.model is None and self.session.opening is None:
                self.session.open_model()
            return
        found = self.waiting.popleft()
        if found.kind in (Kind.RUN, Kind.DATASET):
            (self.run_found if found.kind is Kind.RUN else self.set_found).emit(found.path)
            self.next()
            return
        self.face_found.emit()
        if found.kind is Kind.MODEL:
            self.session.open_model(found.path, self.next)
        elif self.document.model is None and found.model is None:
            self.session.open_model(None, lambda: self.use(found))
        elif found.model in (None, self.open_hash):
            self.session.stop_opening()
            if found.project is not None:
                self.projects.leave()
            self.use(found)
        else:
            self.locate(found)

    @property
    def open_hash(self) -> str | None:
        """The content hash of the open model."""
        return None if self.document.model is None else self.document.model.hash

    def use(self, found: Found) -> None:
        """The right model is open: show what was found."""
        model = self.document.model
        assert model is not None
        try:
            if found.project is not None:
                # saving must never put a project in the place of the video that carried it
                own = found.path if found.kept or not found.film else None
                self.projects.show(found.project, own, kept=found.kept)
            elif found.kind is Kind.PACK:
                self.pack_found.emit(found.path)
            elif found.kind is Kind.LABELS:
                self.labels_found.emit(found.path)
            elif found.recipe is not None:
                self.document.replace("Open recipe", model.accept(found.recipe))
        except VisagistError as error:
            self.messages.fail(f"opening {found.name}", error)
        else:
            if found.path is not None and not found.kept and found.kind not in (Kind.PACK, Kind.LABELS):
                self.recent.add(found.path)
            found.then()
        self.next()

    # the model that something was made with

    def locate(self, found: Found) -> None:
        """Find the model by its hash, open it, then go on."""
        assert found.model is not None

        def done(path: Path | None) -> None:
            self.job = None
            if path is None:
                self.ask_for(found)
                self.next()
            else:
                self.go_on(found, path)

        known = [Path(found.model_path)] if found.model_path else []
        self.job = self.session.jobs.start(
            locating(found.model, [*known, *self.recent.models()]),
            done,
            lambda error: self.on_failed("looking for the model", error),
        )

    def go_on(self, found: Found, model: Path) -> None:
        """The model's file is known. What is on show is kept before another model changes it."""
        first = self.projects.leave if found.project is not None else nothing
        self.session.open_model(model, lambda: self.use(found), first)

    def ask_for(self, found: Found) -> None:
        """The model is not here: say which one is needed, and let the person show where it lies."""
        assert found.model is not None
        name = found.name if found.path is not None else sentence(found.name)
        title = f"“{found.title}” " if found.title else ""
        self.card = card = Card(
            self.session.canvas,
            "A model is missing",
            f"{name} was made with the model {title}({found.model[:12]}), which is not on this machine.",
        )
        card.add_button("Find it…", lambda: self.ask_where(found), default=True)
        card.left.connect(self.drop_card)
        card.appear()

    def drop_card(self) -> None:
        """It was answered or put off."""
        self.card = None

    def ask_where(self, found: Found) -> None:
        """A file dialogue; the file must be that very model."""
        dialog = self.model_dialogue(f"Find the model {(found.model or '')[:12]}")
        dialog.fileSelected.connect(lambda name: self.check(found, Path(name)))
        show(dialog)

    def check(self, found: Found, path: Path) -> None:
        """Open it where it is the right one."""

        def done(right: Path) -> None:
            self.stop()
            self.go_on(found, right)

        def failed(error: BaseException) -> None:
            self.job = None
            self.messages.fail("opening the model", error)

        if self.job is not None:
            self.job.cancel()
        self.job = self.session.jobs.start(checking(path, found.model or ""), done, failed)

    def model_dialogue(self, title: str) -> QFileDialog:
        """A dialogue for one model file."""
        folder = self.session.model_path.parent if self.session.model_path else Path.home()
        dialog = QFileDialog(self.window, title, str(folder))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([f"Models ({MODELS})", "All files (*)"])
        return dialog

    def on_model(self) -> None:
        """Remember where models lie."""
        if self.session.model_path is not None:
            self.recent.add_model(self.session.model_path)

    def on_model_failed(self) -> None:
        """What else was to be opened may do without that model."""
        if self.waiting:
            self.next()

    def on_failed(self, doing: str, error: BaseException) -> None:
        self.messages.fail(doing, error)
        self.next()


def show(dialog: QFileDialog) -> None:
    """Without blocking the window."""
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def local_files(data: QMimeData) -> list[Path]:
    """Files on this machine that were dropped or copied."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
