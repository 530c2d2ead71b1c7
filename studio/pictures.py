"""Pictures and recipes in and out: save, copy, open, paste, drop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QStandardPaths
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.errors import VisagistError
from engine.job import Job, Progress
from engine.recipe import Recipe, SeedLatent, from_json
from engine.recipe_file import read_recipe
from studio.images import to_image
from studio.session import Session
from studio.settings import PICTURE_FOLDER, Settings

if TYPE_CHECKING:
    from engine.frame import Frame

MODEL_SUFFIX, RECIPE_SUFFIX = ".safetensors", ".json"


class Pictures(QObject):
    """What goes in and out of a session as files and by the clipboard."""

    def __init__(self, session: Session, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self.session, self.settings, self.window = session, settings, window
        self.messages = session.messages

    def ask_where_to_save(self) -> None:
        """A file dialogue, then `save`."""
        if not self.ready():
            return
        self.ask_where("Save picture", self.name_of(self.session.document.recipe), self.save)

    def ask_where(self, title: str, name: str, save: Callable[[Path], None]) -> None:
        """A file dialogue for a picture in any format, beginning with this name."""
        from engine.export.images import FORMATS  # with torch, which is there once a model is open

        def chosen(name: str) -> None:
            self.settings.set(PICTURE_FOLDER, str(Path(name).parent))
            save(Path(name))

        dialog = QFileDialog(self.window, title, self.folder())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        filters = {f"{what} (*{suffix})": suffix for suffix, what in FORMATS.items()}
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
                saving(frame, path, title),
                lambda _: self.messages.note(f"Saved {path.name} in {path.parent}"),
                lambda error: self.messages.fail("saving the picture", error),
            )

        self.session.picture(write)

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

    def paste(self) -> None:
        """The recipe, or the file, that was copied."""
        self.take(QGuiApplication.clipboard().mimeData())

    def ask_what_to_open(self) -> None:
        """A file dialogue, then `open`."""
        dialog = QFileDialog(self.window, "Open", self.folder())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        kinds = "*.png *.jpg *.jpeg *.webp *.tif *.tiff *.json *.safetensors"
        dialog.setNameFilters([f"Pictures, recipes and models ({kinds})", "All files (*)"])
        dialog.fileSelected.connect(lambda name: self.open(Path(name)))
        self.show(dialog)

    def open(self, path: Path) -> None:
        """A model, a recipe, or a picture with its recipe in it."""
        if path.suffix.lower() == MODEL_SUFFIX:
            self.session.open_model(path)
        else:
            self.session.jobs.start(
                reading(path), self.use, lambda error: self.messages.fail(f"opening {path.name}", error)
            )

    def can_take(self, data: QMimeData) -> bool:
        """Whether something is worth trying."""
        return bool(local_files(data)) or data.hasText()

    def take(self, data: QMimeData) -> None:
        """What was pasted or dropped."""
        files = local_files(data)
        if files:
            self.open(files[0])
        elif data.hasText():
            try:
                self.use(from_json(data.text()))
            except VisagistError as error:
                self.messages.fail("pasting", error)
        else:
            self.messages.warn("there is no recipe on the clipboard; copy a picture here, or a recipe's text")

    def use(self, recipe: Recipe) -> None:
        """Show a recipe that came from outside; undo brings back what was there."""
        document = self.session.document
        if document.model is None:
            self.messages.warn("no model is open yet; try again when the first face is there")
            return
        try:
            document.replace("Open recipe", document.model.accept(recipe))
        except VisagistError as error:
            self.messages.fail("opening the recipe", error)

    def ready(self) -> bool:
        """Whether there is a picture; says so where there is none."""
        if self.session.canvas.frame is None:
            self.messages.warn("there is no picture yet")
        return self.session.canvas.frame is not None

    def folder(self) -> str:
        """Where pictures went last, or the person's own folder for them."""
        last = self.settings.get(PICTURE_FOLDER)
        if last and Path(last).is_dir():
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


def saving(frame: Frame, path: Path, title: str) -> Job[None]:
    """Write a picture file."""
    from engine.export.images import save_frame

    yield Progress(0, 1, f"Saving {path.name}")
    save_frame(frame, path, title)


def reading(path: Path) -> Job[Recipe]:
    """The recipe of a recipe file or of an exported picture."""
    yield Progress(0, 1, f"Reading {path.name}")
    if path.suffix.lower() == RECIPE_SUFFIX:
        return read_recipe(path)
    from engine.export.images import read_provenance

    return read_provenance(path).recipe


def local_files(data: QMimeData) -> Sequence[Path]:
    """Files on this machine that were dropped or copied."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
