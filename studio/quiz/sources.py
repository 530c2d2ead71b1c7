"""The fields for what a game takes its pictures from: real ones of a person's own, and a second network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QMenu, QPushButton, QWidget

from engine.job import Job, Progress
from engine.paths import models_dir, runs_dir
from studio.opener import show
from studio.session import Session
from studio.settings import PICTURE_FOLDER, Settings
from studio.training.data_sets import Store, listing

CHOOSE = "Choose one"


class SourceField(QWidget):
    """A list of what is at hand, and a button for anything else. chosen: a path, as text."""

    chosen = Signal(str)

    def __init__(self, name: str, session: Session, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.settings = session, settings
        self.found: list[tuple[str, str]] = []  # path and words
        self.path = ""
        self.combo = QComboBox(accessibleName=name)
        self.combo.setMinimumContentsLength(18)
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.activated.connect(lambda index: self.chosen.emit(self.combo.itemData(index) or ""))
        self.other = QPushButton("Other…", accessibleName=f"{name}: other")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.combo, 1)
        row.addWidget(self.other)
        self.fill()

    def take_found(self, found: Sequence[tuple[str, str]]) -> None:
        """What is at hand now."""
        self.found = list(found)
        self.fill()

    def show_path(self, path: str) -> None:
        """What the game uses."""
        if path != self.path:
            self.path = path
            self.fill()

    def fill(self) -> None:
        """The list, with what was chosen from elsewhere."""
        lines = [("", CHOOSE), *self.found]
        if self.path and self.path not in {path for path, _ in lines}:
            lines.append((self.path, called(Path(self.path))))
        self.combo.clear()
        for path, words in lines:
            self.combo.addItem(words, path)
            self.combo.setItemData(self.combo.count() - 1, path, Qt.ItemDataRole.ToolTipRole)
        self.combo.setCurrentIndex(next(number for number, (path, _) in enumerate(lines) if path == self.path))

    def take_chosen(self, path: Path) -> None:
        """From a dialogue."""
        self.settings.set(PICTURE_FOLDER, str(path.parent))
        self.chosen.emit(str(path))


class RealField(SourceField):
    """A packed data set, or a folder or a zip of pictures."""

    def __init__(self, session: Session, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__("Real pictures", session, settings, parent)
        self.menu = QMenu(self)
        self.menu.addAction("Folder of pictures…", self.ask_folder)
        self.menu.addAction("Zip of pictures…", self.ask_zip)
        self.other.clicked.connect(lambda: self.menu.popup(self.other.mapToGlobal(QPoint(0, self.other.height() + 2))))

    def show_folder(self, folder: str) -> None:
        """What the game uses."""
        self.show_path(folder)

    def refresh(self) -> None:
        """Look which data sets there are."""

        def done(stores: list[Store]) -> None:
            self.take_found([(str(store.folder), store.words) for store in stores])

        self.session.jobs.start(
            listing([]), done, lambda error: self.session.messages.fail("looking for data sets", error)
        )

    def ask_folder(self) -> None:
        """A folder of pictures, of a packed data set or of a run."""
        dialog = QFileDialog(self.window(), "Choose a folder of real pictures", self.settings.get(PICTURE_FOLDER))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.take_chosen(Path(name)))
        show(dialog)

    def ask_zip(self) -> None:
        """An archive of pictures."""
        dialog = QFileDialog(self.window(), "Choose a zip of real pictures", self.settings.get(PICTURE_FOLDER))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["Archives (*.zip)", "All files (*)"])
        dialog.fileSelected.connect(lambda name: self.take_chosen(Path(name)))
        show(dialog)


class ModelField(SourceField):
    """A model of this machine, a snapshot of a run, or any model file."""

    def __init__(self, session: Session, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__("Other network", session, settings, parent)
        self.other.clicked.connect(self.ask_file)

    def show_file(self, file: str) -> None:
        """What the game uses."""
        self.show_path(file)

    def refresh(self) -> None:
        """Look which networks there are beside the open one."""
        self.session.jobs.start(
            networks(self.session.model_path),
            self.take_found,
            lambda error: self.session.messages.fail("looking for models", error),
        )

    def ask_file(self) -> None:
        """Any model file."""
        dialog = QFileDialog(self.window(), "Choose another network", str(models_dir()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.chosen.emit(name))
        show(dialog)


def called(path: Path) -> str:
    """What a folder or a model file is called in a list; a snapshot by its run and how far that was."""
    if path.parent.name == "snapshots" and path.stem.isdecimal():
        return f"{path.parents[1].name} · {int(path.stem) / 1000:g} kimg"
    return path.name


def networks(but: Path | None) -> Job[list[tuple[str, str]]]:
    """Models of the models folder, and the first and last snapshot of each run: paths and what they are called."""
    yield Progress(0, 0, "looking for models")
    from engine.models.catalogue import stored
    from engine.training.glance import runs_in

    found = [(path, path.stem) for path in stored()]
    for run in runs_in(runs_dir()):
        snapshots = sorted((run / "snapshots").glob("*.safetensors"))
        for path in dict.fromkeys([*snapshots[-1:], *snapshots[:1]]):
            found.append((path, called(path)))
    return [(str(path), words) for path, words in found if path != but]
