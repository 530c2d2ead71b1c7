"""The page of the run that is followed: head, samples and their past at the left; charts and notes at the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from engine.training.following import Run
from studio import theme
from studio.progress_line import ProgressLine
from studio.settings import Settings
from studio.training.charts import Charts
from studio.training.header import Header
from studio.training.notes import Notes
from studio.training.reader import RunReader
from studio.training.samples import Samples

NONE = (
    "<h3>No runs yet</h3><p>Pictures of one kind, a few hours, and this machine teaches a network to make more of "
    "them.<br>You watch it learn, from 4 × 4 pixels upwards.</p>"
)


class LivePage(QStackedWidget):
    """Without a run it says what this place is for."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header, self.samples = Header(), Samples()
        self.charts, self.notes, self.progress = Charts(settings), Notes(), ProgressLine()
        self.nothing = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, textFormat=Qt.TextFormat.RichText)
        self.nothing.setProperty("muted", True)
        self.addWidget(self.nothing)
        self.whole = QWidget()
        self.addWidget(self.whole)
        left, right = QVBoxLayout(), QWidget()
        left.setSpacing(10)
        left.addWidget(self.header)
        left.addWidget(self.samples, 1)
        left.addWidget(self.progress, 0, Qt.AlignmentFlag.AlignRight)
        heading = QLabel("Notes")
        heading.setFont(theme.font(theme.HEADING_PX, bold=True))
        column = QVBoxLayout(right)
        column.setContentsMargins(16, 14, 16, 10)
        column.setSpacing(6)
        column.addWidget(self.charts, 4)
        column.addSpacing(4)
        column.addWidget(heading)
        column.addWidget(self.notes, 1)
        self.side = column
        right.setAutoFillBackground(True)
        seen = QWidget()
        seen.setLayout(left)
        left.setContentsMargins(18, 14, 18, 12)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(seen)
        self.splitter.addWidget(right)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([600, 520])
        row = QHBoxLayout(self.whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.splitter)

    def follow(self, reader: RunReader, folder: Path) -> None:
        """Another run, of which nothing is known yet."""
        self.setCurrentWidget(self.whole)
        self.samples.follow(reader)
        self.show_runs(Run(folder), None)

    def say_empty(self, any_runs: bool) -> None:
        """What stands here while no run is open."""
        self.nothing.setText("" if any_runs else NONE)

    def show_runs(self, run: Run | None, other: Run | None) -> None:
        """The newest of the run, and of the one that it is compared with."""
        if run is None:
            return
        self.header.show_run(run)
        self.samples.show_runs(run, other)
        self.charts.show_runs(run, other)
        self.notes.show_notes(run.notes)
