"""The project that the window is at: its file, whether it was changed since, and the actions of the File menu."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.errors import RecipeError
from engine.project import Board, ModelReference, Project, Step
from engine.project_file import SUFFIX
from engine.recipe import Recipe
from studio.document import State
from studio.projects.writing import writing
from studio.recent import Recent
from studio.session import Session
from studio.settings import PROJECT_FOLDER, Settings
from studio.workers.in_turn import InTurn

Steps = tuple[tuple[Step, ...], int]
PROGRAM = "Visagist"


class Projects(QObject):
    """steps, restore: where the history is had from and put back; whoever records it sets them.

    saved_now: the file holds what is on show; left: unsaved work is about to be replaced.
    """

    saved_now = Signal()
    left = Signal()

    def __init__(self, session: Session, settings: Settings, recent: Recent, window: QWidget) -> None:
        super().__init__(window)
        self.session, self.settings, self.recent, self.window = session, settings, recent, window
        self.document, self.messages = session.document, session.messages
        self.steps: Callable[[], Steps] = lambda: ((), -1)
        self.restore: Callable[[tuple[Step, ...], int], None] = lambda steps, at: None
        self.path: Path | None = None
        self.number = 0  # of the project on show, counted up
        self.writes = InTurn(session.jobs)
        self.saved: State | None = self.document.state  # None: nothing of it is in a file of its own
        self.was_modified = False
        self.document.recipe_changed.connect(lambda: self.tell())
        self.document.board_changed.connect(lambda: self.tell())
        self.tell()

    @property
    def modified(self) -> bool:
        """Whether there is something that the project's file does not hold."""
        return self.document.state != self.saved

    def tell(self) -> None:
        """The window's title."""
        if self.path is None and self.document.doing == "Open model" and not self.was_modified:
            self.saved = self.document.state  # nobody has done anything yet
        self.was_modified = self.modified
        title = PROGRAM if self.path is None else f"{self.path.stem}[*] · {PROGRAM}"
        if title != self.window.windowTitle():
            self.window.setWindowModified(False)
            self.window.setWindowTitle(title)
        if self.path is not None:
            self.window.setWindowModified(self.was_modified)

    def snapshot(self) -> Project | None:
        """The project as it is now, still without a preview; None where no model is open."""
        model = self.document.model
        if model is None:
            return None
        steps, at = self.steps()
        reference = ModelReference(model.hash, model.title, str(self.session.model_path or ""))
        return Project(reference, self.document.recipe, self.document.board, steps, at)

    # the handlers of the action table

    def new(self) -> None:
        """Begin again with a plain face and an empty board; what was not saved stays kept."""
        model = self.document.model
        if model is None:
            self.messages.warn("no model is open yet; try again when the first face is there")
            return
        self.leave()
        self.begin(None, State(model.fitted(Recipe()), Board()))
        self.saved = self.document.state
        self.tell()

    def save(self) -> None:
        """Into the project's file; asks for one the first time."""
        self.ask_where_to_save() if self.path is None else self.write(self.path)

    def ask_where_to_save(self) -> None:
        """A file dialogue, then `write`."""
        if self.document.model is None:
            self.messages.warn("there is nothing to save yet")
            return
        dialog = QFileDialog(self.window, "Save project", self.folder())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([f"Visagist project (*{SUFFIX})"])
        dialog.setDefaultSuffix(SUFFIX.removeprefix("."))
        dialog.selectFile(self.path.name if self.path else f"{self.document.model.name}{SUFFIX}")
        dialog.fileSelected.connect(lambda name: self.write(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write(self, path: Path) -> None:
        """Save in the background what is on show now."""
        project, state, number = self.snapshot(), self.document.state, self.number
        if project is None:
            return
        self.settings.set(PROJECT_FOLDER, str(path.parent))

        def done(_: None) -> None:
            self.recent.add(path)
            self.messages.note(f"Saved {path.name} in {path.parent}")
            if number == self.number:  # else another project is on show by now, and this is not its file
                self.path, self.saved = path, state
                self.tell()
                self.saved_now.emit()

        self.writes.start(
            writing(path, project, self.session.canvas.frame),
            done,
            lambda error: self.messages.fail("saving the project", error),
        )

    # opening

    def leave(self) -> None:
        """Something else is about to take this project's place."""
        if self.modified:
            self.left.emit()
            self.messages.note("What was not saved is kept: File, Recover work")

    def show(self, project: Project, path: Path | None, *, kept: bool = False) -> None:
        """Show a project of the open model; kept: it comes out of what was kept and is in no file yet."""
        model = self.document.model
        assert model is not None
        wanted = State(project.recipe, project.board)
        try:
            recipe = model.accept(project.recipe)
        except RecipeError as error:
            recipe = model.fitted(project.recipe)
            self.messages.warn(f"{error}; the rest of the project is here")
        self.begin(path, State(recipe, project.board))
        self.restore(project.history, project.at)
        self.saved = None if kept else wanted
        self.tell()

    def begin(self, path: Path | None, state: State) -> None:
        """Another project; its history is empty until it is restored."""
        self.path, self.number = path, self.number + 1
        self.document.open(state)
        self.restore((), -1)

    def folder(self) -> str:
        """Where projects went last, or the person's own documents."""
        last = self.settings.get(PROJECT_FOLDER)
        if os.path.isdir(last):
            return last
        return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
