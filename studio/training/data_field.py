"""The data set of a new run: one that is at hand, pictures that are packed first, or faces that are rendered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from engine.job import Job
from engine.paths import is_store
from studio.messages import Messages
from studio.opener import local_files, show
from studio.progress_line import ProgressLine
from studio.settings import PICTURE_FOLDER, TRAINING_STORES, Settings
from studio.training.data_sets import Store, listing, looking
from studio.training.packing import FacesBox, LeftOut, PackingBox
from studio.training.packing_jobs import Packed
from studio.workers.jobs import Jobs, RunningJob

MOST_REMEMBERED = 12
NOTHING = "Choose or add one"


class DataField(QWidget):
    """chosen: the Store that the run learns from, or None."""

    chosen = Signal(object)

    def __init__(self, jobs: Jobs, messages: Messages, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.jobs, self.messages, self.settings = jobs, messages, settings
        self.stores: list[Store] = []
        self.work: RunningJob | None = None
        self.setAcceptDrops(True)
        self.combo = QComboBox(accessibleName="Data set", toolTip="The pictures that the network learns from")
        self.combo.setMinimumContentsLength(24)
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.activated.connect(lambda index: self.choose(index - 1))
        self.add = QPushButton("Add…", toolTip="Pictures of yours, a packed data set, or rendered faces")
        self.add.setAccessibleName("Add a data set")
        self.add.clicked.connect(self.pop_up)
        self.menu = QMenu(self)
        for text, act in (
            ("Folder of pictures…", self.ask_folder),
            ("Zip of pictures…", self.ask_zip),
            ("Packed data set…", self.ask_store),
            ("Rendered faces…", self.offer_faces),
        ):
            self.menu.addAction(text, act)
        self.packing, self.faces = PackingBox(), FacesBox()
        self.packing.wanted.connect(self.pack)
        self.faces.wanted.connect(self.pack)
        self.line, self.left_out = ProgressLine(), LeftOut()
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.combo, 1)
        row.addWidget(self.add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        for widget in (self.packing, self.faces, self.line, self.left_out):
            column.addWidget(widget)
        self.packing.hide()
        self.faces.hide()
        self.fill()

    @property
    def store(self) -> Store | None:
        """The chosen data set."""
        index = self.combo.currentIndex() - 1
        return self.stores[index] if 0 <= index < len(self.stores) else None

    def refresh(self, wanted: Path | None = None) -> None:
        """Look again for what is at hand; wanted: the folder to choose then, else the one that is chosen."""
        keep = wanted or (self.store.folder if self.store else None)

        def done(stores: list[Store]) -> None:
            self.stores = stores
            self.fill()
            places = [store.folder for store in stores]
            self.choose(places.index(keep) if keep in places else 0 if stores else -1)

        folders = [*([wanted] if wanted else []), *self.remembered()]
        self.jobs.start(listing(folders), done, lambda error: self.fail("looking for data sets", error))

    def fill(self) -> None:
        """The list, with a first line that is no data set."""
        self.combo.clear()
        self.combo.addItem(NOTHING)
        self.combo.addItems([store.words for store in self.stores])
        for number, store in enumerate(self.stores, 1):
            self.combo.setItemData(number, str(store.folder), Qt.ItemDataRole.ToolTipRole)

    def choose(self, index: int) -> None:
        """Take a line of the list, and tell."""
        self.combo.setCurrentIndex(index + 1)
        self.chosen.emit(self.store)

    # what is not in the list yet

    def pop_up(self) -> None:
        """Under the button."""
        self.menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height() + 2)))

    def ask_folder(self) -> None:
        """A folder of pictures, or of a packed data set."""
        self.ask_for_folder("Choose a folder of pictures", self.take)

    def ask_store(self) -> None:
        """A folder with a packed data set."""
        self.ask_for_folder("Choose a packed data set", self.open_store)

    def ask_for_folder(self, title: str, take: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self.window(), title, self.settings.get(PICTURE_FOLDER))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: take(Path(name)))
        show(dialog)

    def ask_zip(self) -> None:
        """An archive of pictures."""
        dialog = QFileDialog(self.window(), "Choose a zip of pictures", self.settings.get(PICTURE_FOLDER))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["Archives (*.zip)", "All files (*)"])
        dialog.fileSelected.connect(lambda name: self.take(Path(name)))
        show(dialog)

    def take(self, path: Path) -> None:
        """What was chosen or dropped: a packed data set is used, anything else is offered for packing."""
        if is_store(path):
            self.open_store(path)
            return
        self.settings.set(PICTURE_FOLDER, str(path.parent))
        self.faces.hide()
        self.packing.offer(path)

    def open_store(self, folder: Path) -> None:
        """Use a packed data set, wherever it lies."""

        def done(store: Store) -> None:
            self.remember(store.folder)
            self.refresh(store.folder)

        self.jobs.start(looking(folder), done, lambda error: self.fail("opening the data set", error))

    def offer_faces(self) -> None:
        """How many faces, how large."""
        self.packing.hide()
        self.faces.show()
        self.faces.count.setFocus()

    # packing

    def pack(self, job: Job[Any]) -> None:
        """Make a data set in the background, then use it."""
        self.left_out.hide()
        self.line.begin(self.stop)
        self.packing.setEnabled(False)
        self.faces.setEnabled(False)
        self.work = self.jobs.start(job, self.on_packed, self.on_not_packed, self.line.show_progress)

    def on_packed(self, packed: Packed) -> None:
        """It is there."""
        self.packing.hide()
        self.faces.hide()
        self.end()
        self.left_out.show_all(packed.left_out)
        self.messages.note(f"{packed.folder.name} is packed: {packed.count:,} pictures")
        self.refresh(packed.folder)

    def on_not_packed(self, error: BaseException) -> None:
        """The choices stay, so that another try is one click."""
        self.end()
        self.fail("packing the pictures", error)

    def stop(self) -> None:
        """What is there already is gone on with by the next try."""
        if self.work is not None:
            self.work.cancel()
        self.end()

    def end(self) -> None:
        self.work = None
        self.line.end()
        self.packing.setEnabled(True)
        self.faces.setEnabled(True)

    def fail(self, doing: str, error: BaseException) -> None:
        self.messages.fail(doing, error)

    # the data sets that lie elsewhere

    def remembered(self) -> list[Path]:
        """Folders that were used before."""
        try:
            names = msgspec.json.decode(self.settings.get(TRAINING_STORES), type=list[str])
        except msgspec.DecodeError:  # an edited file of settings costs its memory and nothing else
            names = []
        return [Path(name) for name in names if (Path(name) / "dataset.json").is_file()]

    def remember(self, folder: Path) -> None:
        """Used now."""
        names = [str(folder), *(str(other) for other in self.remembered() if other != folder)]
        self.settings.set(TRAINING_STORES, msgspec.json.encode(names[:MOST_REMEMBERED]).decode())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if any(path.is_dir() or path.suffix.lower() == ".zip" for path in local_files(event.mimeData())):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        event.acceptProposedAction()
        self.take(local_files(event.mimeData())[0])
