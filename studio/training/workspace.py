"""The Train workspace: the list of runs, and the run that is followed live; further pages take its place."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.paths import is_run, make_folder, runs_dir
from engine.training.following import Run
from studio import theme
from studio.opener import Opener
from studio.session import Session
from studio.settings import TRAIN_LAYOUT, Settings
from studio.training.comparing import pop_up_others
from studio.training.controls import RunControls
from studio.training.growth import Growth
from studio.training.live_page import LivePage
from studio.training.new_run import NewRunPage
from studio.training.reader import Retired, RunReader
from studio.training.runs import Listed, RunsList, listing, remember, remembered
from studio.training.share_row import ShareRow
from studio.training.training import Training

LIST_EVERY_MS = 4000
LIST_WIDTH, LIVE_WIDTH = 216, 1150


class TrainWorkspace(QWidget):
    """Follows one run, and a second one to compare with. folder_changed: another run, or None, is on show;
    run_changed: its newest Run, once all of it is read.
    """

    folder_changed = Signal(object)
    run_changed = Signal(object)

    def __init__(
        self,
        session: Session,
        settings: Settings,
        opener: Opener,
        training: Training,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.session, self.settings, self.opener, self.training = session, settings, opener, training
        self.new_page: NewRunPage | None = None
        self.messages = session.messages
        self.folder: Path | None = None
        self.run: Run | None = None
        self.other: Run | None = None
        self.reader: RunReader | None = None
        self.other_reader: RunReader | None = None
        self.left = Retired(self)
        self.listing = False
        self.listed_with: Path | None = None  # what was open when the list was asked for
        self.list = RunsList()
        self.new_button = QPushButton("New run", toolTip="Teach a network of your own")
        self.live = LivePage(settings)
        self.header, self.samples = self.live.header, self.live.samples
        self.pages = QStackedWidget()
        self.pages.addWidget(self.live)
        self.growth = Growth(self)
        self.again = QTimer(self, interval=LIST_EVERY_MS)
        self.again.timeout.connect(self.list_runs)
        self.setFocusProxy(self.list)
        self.build()
        self.build_parts()

    def build(self) -> None:
        """The list at the left, a page at the right."""
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(14, 14, 6, 10)
        column.setSpacing(8)
        heading = QLabel("Runs")
        heading.setFont(theme.font(theme.HEADING_PX, bold=True))
        top = QHBoxLayout()
        top.addWidget(heading)
        top.addStretch()
        top.addWidget(self.new_button)
        column.addLayout(top)
        column.addWidget(self.list, 1)
        side.setMinimumWidth(150)
        side.setAutoFillBackground(True)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(side)
        self.splitter.addWidget(self.pages)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([LIST_WIDTH, LIVE_WIDTH])
        self.splitter.restoreState(self.settings.get(TRAIN_LAYOUT))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.splitter)

    def build_parts(self) -> None:
        """Who hears of what."""
        self.list.chosen.connect(self.open_run)
        self.list.compared.connect(self.compare)
        past = self.samples.past
        past.explored.connect(self.open_in_explore)
        past.growth_asked.connect(self.growth.ask)
        past.compare_asked.connect(partial(pop_up_others, self))
        self.controls, self.share = RunControls(self.training), ShareRow(self.training)
        self.header.slot.addWidget(self.controls)
        self.live.side.addWidget(self.share)
        self.new_button.clicked.connect(lambda: self.training.new_run())
        self.folder_changed.connect(self.training.show_run)
        self.run_changed.connect(lambda run: self.training.show_state(run.state))
        self.training.started.connect(self.open_run)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(1000, 600)

    # pages

    def show_page(self, page: QWidget) -> None:
        """Show a page in the place of the live one."""
        if self.pages.indexOf(page) < 0:
            self.pages.addWidget(page)
        self.pages.setCurrentWidget(page)

    def show_live(self) -> None:
        """Back to the run that is followed."""
        self.pages.setCurrentWidget(self.live)

    def new_run(self, start: Path | None) -> None:
        """The page for a new run, from nothing or from a model or snapshot."""
        if self.new_page is None:
            self.new_page = NewRunPage(self.training)
            self.new_page.left.connect(self.show_live)
        self.show_page(self.new_page)
        self.new_page.begin(start)

    # runs

    def open_run(self, folder: Path) -> None:
        """Follow a run; one that has no events yet is waited for."""
        folder = folder.absolute()
        self.show_live()
        if folder == self.folder:
            return
        self.left.take(self.reader)
        if folder.parent != runs_dir():
            remember(self.settings, folder)
        self.compare(None)
        self.folder, self.run = folder, None
        self.reader = RunReader(folder, self)
        self.reader.changed.connect(self.on_changed)
        self.live.follow(self.reader, folder)
        self.list.show_open(folder, None)
        self.reader.start()
        self.folder_changed.emit(folder)
        self.list_runs()

    def compare(self, folder: Path | None) -> None:
        """Draw another run over the one on show, or none."""
        self.left.take(self.other_reader)
        self.other, self.other_reader = None, None
        if folder is not None and folder != self.folder:
            self.other_reader = RunReader(folder, self)
            self.other_reader.changed.connect(self.on_other_changed)
            self.other_reader.start()
        self.samples.compare(self.other_reader)
        self.list.show_open(self.folder, None if self.other_reader is None else folder)
        self.show_runs()

    def on_changed(self, run: Run) -> None:
        if run.folder == self.folder:  # what an ended reader had sent before may still come
            self.run = run
            self.show_runs()
            if run.state != "reading":
                self.run_changed.emit(run)

    def on_other_changed(self, run: Run) -> None:
        if self.other_reader is not None and run.folder == self.other_reader.folder:
            self.other = run
            self.show_runs()

    def show_runs(self) -> None:
        """The newest of both."""
        self.live.show_runs(self.run, self.other)

    # the list

    def showEvent(self, event: QEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.again.start()
        self.list_runs()

    def hideEvent(self, event: QEvent) -> None:  # noqa: N802
        super().hideEvent(event)
        self.again.stop()

    def list_runs(self) -> None:
        """Look which runs there are, and how far."""
        if not self.listing and self.isVisible():
            self.listing, self.listed_with = True, self.folder
            further = [*filter(None, [self.folder]), *remembered(self.settings)]
            self.session.jobs.start(listing(runs_dir(), further), self.on_listed, self.on_not_listed)

    def on_listed(self, listed: list[Listed]) -> None:
        self.listing = False
        self.list.show_runs(listed)
        self.live.say_empty(bool(listed))
        if self.folder is None and listed:
            self.open_run(listed[0].folder)
        elif self.folder != self.listed_with:
            self.list_runs()

    def on_not_listed(self, error: BaseException) -> None:
        self.listing = False
        self.again.stop()
        self.messages.fail("looking for runs", error)

    # handlers of the action table

    def ask_for_run(self) -> None:
        """A dialogue for the folder of a run."""
        dialog = QFileDialog(self.window(), "Open run", str(make_folder(runs_dir())))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda name: self.take_folder(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def take_folder(self, folder: Path) -> None:
        """Open a folder where it is a run's."""
        if is_run(folder):
            self.open_run(folder)
        else:
            self.messages.warn(f"{folder} is no training run; choose the folder that holds its events.jsonl")

    def open_in_explore(self) -> None:
        """The snapshot nearest to what is looked at, as any model file."""
        # a run prunes its snapshots, so that the nearest may be gone
        file = next((kept.file for kept in self.samples.past.nearest() if kept.file.is_file()), None)
        if file is None:
            self.messages.warn("there is no snapshot of this run; it keeps the first one after some steps")
        else:
            self.opener.open([file])

    def split_samples(self) -> None:
        """Then and now under a split, or no more."""
        self.samples.toggle_split()

    def choose_other(self) -> None:
        """The menu of runs to compare with."""
        pop_up_others(self)

    def end(self) -> None:
        """Remember how it was left, and end every thread."""
        self.settings.set(TRAIN_LAYOUT, self.splitter.saveState())
        for reader in (self.reader, self.other_reader):
            self.left.take(reader)
        self.left.end()
