"""Pictures out of the window: save and copy. What comes in is the opener's."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QStandardPaths
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.job import Job, Progress
from engine.recipe import Recipe, SeedLatent
from studio.images import to_image
from studio.session import Session
from studio.settings import PICTURE_FOLDER, PRIVATE, Settings
from studio.workers.patient import Gate, PatientRenderer

if TYPE_CHECKING:
    from engine.frame import Frame

DEEP = {"PNG, 16 bit (*.png)": ".png", "TIFF, 16 bit (*.tif)": ".tif"}  # what a file dialogue says, and the ending


class Pictures(QObject):
    """What goes out of a session as files and by the clipboard."""

    def __init__(self, session: Session, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self.session, self.settings, self.window = session, settings, window
        self.messages = session.messages

    def ask_where_to_save(self) -> None:
        """A file dialogue, then `save`."""
        if not self.ready():
            return
        self.ask_where("Save picture", self.name_of(self.session.document.recipe), self.save, self.save_deep)

    def ask_where(
        self, title: str, name: str, save: Callable[[Path], None], save_deep: Callable[[Path], None] | None = None
    ) -> None:
        """A file dialogue for a picture in any format, beginning with this name; save_deep: what does 16 bits."""
        from engine.export.images import FORMATS  # with torch, which is there once a model is open

        def chosen(name: str) -> None:
            self.settings.set(PICTURE_FOLDER, str(Path(name).parent))
            is_deep = save_deep is not None and dialog.selectedNameFilter() in DEEP
            (save_deep if is_deep else save)(Path(name))

        dialog = QFileDialog(self.window, title, self.folder())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        filters = {f"{what} (*{suffix})": suffix for suffix, what in FORMATS.items()}
        if save_deep is not None:
            filters |= DEEP
        dialog.setNameFilters(list(filters))
        dialog.filterSelected.connect(lambda name: dialog.setDefaultSuffix(filters[name].removeprefix(".")))
        dialog.setDefaultSuffix(next(iter(FORMATS)).removeprefix("."))
        dialog.selectFile(name)
        dialog.fileSelected.connect(chosen)
        self.show(dialog)

    def save(self, path: Path) -> None:
        """Save the final of the recipe as it is now."""
        model = self.session.document.model
        title = "" if model is None else model.title

        def write(frame: Frame) -> None:
            self.session.jobs.start(
                saving(frame, path, title, private=self.private),
                lambda _: self.messages.note(f"Saved {path.name} in {path.parent}"),
                lambda error: self.messages.fail("saving the picture", error),
                whole=True,
            )

        self.session.picture(write)

    def save_deep(self, path: Path) -> None:
        """As `save`, with 16 bits a colour: the network's own numbers, rendered for it."""
        session, model, renderer = self.session, self.session.document.model, self.session.renderer
        if renderer is None:
            self.messages.warn("there is no picture yet")
            return
        patient = PatientRenderer(renderer, session.worker.mailbox, Gate())
        title = "" if model is None else model.title
        session.jobs.start(
            saving_deep(patient, session.document.recipe, path, title, private=self.private),
            lambda _: self.messages.note(f"Saved {path.name} in {path.parent}"),
            lambda error: self.messages.fail("saving the picture", error),
        )

    def copy(self) -> None:
        """The final on the clipboard as a picture, its recipe as text."""
        if not self.ready():
            return

        def put(frame: Frame) -> None:
            data = QMimeData()
            data.setImageData(to_image(frame).copy())
            data.setText(frame.recipe.to_json().decode())
            QGuiApplication.clipboard().setMimeData(data)
            self.messages.note("Copied the picture and its recipe")

        self.session.picture(put)

    @property
    def private(self) -> bool:
        """Whether what is saved leaves its recipe out."""
        return self.settings.get(PRIVATE)

    def ready(self) -> bool:
        """Whether there is a picture; says so where there is none."""
        if self.session.canvas.frame is None:
            self.messages.warn("there is no picture yet")
        return self.session.canvas.frame is not None

    def folder(self) -> str:
        """Where pictures went last, or the person's own folder for them."""
        last = self.settings.get(PICTURE_FOLDER)
        if os.path.isdir(last):
            return last
        return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)

    def name_of(self, recipe: Recipe) -> str:
        """A name to begin with."""
        which = f"-{recipe.latent.seed}" if isinstance(recipe.latent, SeedLatent) else ""
        return f"{self.session.document.model.name}{which}.png" if self.session.document.model else f"face{which}.png"

    def show(self, dialog: QFileDialog) -> None:
        """Without blocking the window."""
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def saving(frame: Frame, path: Path, title: str, *, private: bool) -> Job[None]:
    """Write a picture file; private: without its recipe."""
    from engine.export.images import save_frame

    yield Progress(0, 1, f"Saving {path.name}")
    save_frame(frame, path, title, private=private)


def saving_deep(patient: PatientRenderer, recipe: Recipe, path: Path, title: str, *, private: bool) -> Job[None]:
    """Render a recipe for a picture file of 16 bits a colour, and write it."""
    from engine.export.deep import check_depth, save_deep
    from engine.export.images import check_target

    check_target(path)
    check_depth(16, path)
    yield Progress(0, 2, "Rendering")
    frame = patient.render(recipe)
    picture = patient.picture(recipe, frame.size)
    yield Progress(1, 2, f"Saving {path.name}")
    save_deep(frame, picture, path, title, private=private)
