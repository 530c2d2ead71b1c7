"""The bar under the samples: a slider over all sheets, how two are held against each other, and what to do with one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from engine.training.following import Kept, Run, Sheet
from studio import theme
from studio.choice import Choice
from studio.scale import Scale
from studio.track import Track
from studio.training import words
from studio.training.sheet_view import ALONE, BESIDE, SPLIT

MODES = {
    ALONE: ("Alone", "Only the time that the slider stands at"),
    SPLIT: ("Split", "Then and now in every tile, under a split that is dragged"),
    BESIDE: ("Side by side", "Then at the left, now at the right"),
}


class Past(QWidget):
    """At the right end it goes on with the run. scrubbed: another sheet is looked at; mode_chosen: a key of MODES."""

    scrubbed = Signal()
    mode_chosen = Signal(str)
    explored = Signal()
    growth_asked = Signal()
    compare_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheets: Sequence[Sheet] = ()
        self.snapshots: Sequence[Kept] = ()
        self.place = -1  # of the sheet that is looked at
        self.heading = QLabel("Then and now")
        self.heading.setFont(theme.font(theme.HEADING_PX, bold=True))
        self.where = QLabel()
        self.where.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.where.setProperty("muted", True)
        self.where.setFont(theme.font(theme.VALUE_PX))
        self.modes = Choice("Samples", MODES)
        self.modes.show_choice(ALONE)
        self.modes.chosen.connect(self.mode_chosen)
        self.track = Track(Scale(0, 1, step=1, decimals=0), theme.SECOND)
        self.track.setAccessibleName("Time of the samples")
        self.track.moved.connect(self.on_moved)
        self.compare = QToolButton(text="Compare ▾", toolTip="Draw another run over this one")
        self.compare.clicked.connect(self.compare_asked)
        self.growth = QPushButton(
            "Save the growth…", toolTip="The sheets as a moving picture, from the first to the last"
        )
        self.growth.clicked.connect(self.growth_asked)
        self.explore = QPushButton("Open in Explore")
        self.explore.clicked.connect(self.explored)
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.heading)
        top.addWidget(self.where, 1)
        top.addWidget(self.modes)
        bottom.setSpacing(8)
        bottom.addWidget(self.compare)
        bottom.addStretch()
        bottom.addWidget(self.growth)
        bottom.addWidget(self.explore)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.track)
        column.addLayout(bottom)
        for button in (self.compare, self.growth, self.explore):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.show_run(None)

    @property
    def sheet(self) -> Sheet | None:
        """The one that is looked at."""
        return self.sheets[self.place] if self.sheets else None

    @property
    def is_live(self) -> bool:
        """Whether the newest is looked at."""
        return self.place >= len(self.sheets) - 1

    @property
    def snapshot(self) -> Kept | None:
        """The model nearest to the time that is looked at."""
        return next(iter(self.nearest()), None)

    def nearest(self) -> list[Kept]:
        """The models by how near they are to the time that is looked at."""
        images = self.sheet.images if self.sheet is not None else 2**63
        return sorted(self.snapshots, key=lambda kept: abs(kept.images - images))

    def show_run(self, run: Run | None) -> None:
        """The newest sheets; who looked at the newest goes on doing so."""
        live, looked = self.is_live, self.sheet
        self.sheets = run.sheets if run is not None else ()
        self.snapshots = run.snapshots if run is not None else ()
        last = len(self.sheets) - 1
        if live or looked is None:
            self.place = last
        else:
            self.place = min(sum(sheet.images <= looked.images for sheet in self.sheets) - 1, last)
            self.place = max(self.place, 0)
        self.track.setEnabled(last > 0)
        self.track.set_scale(Scale(0, max(last, 1), default=max(last, 1), step=1, decimals=0))
        self.show_place()

    def begin_again(self) -> None:
        """Another run is on show, from its newest sheet on."""
        self.sheets, self.place = (), -1

    def on_moved(self, value: float) -> None:
        self.place = min(max(round(value), 0), len(self.sheets) - 1)
        self.show_place()
        self.scrubbed.emit()

    def show_place(self) -> None:
        """Where the slider stands, and which snapshot that is near."""
        sheet, snapshot = self.sheet, self.snapshot
        self.track.show_value(max(self.place, 0) if len(self.sheets) > 1 else 1)
        told = "" if sheet is None else f"sheet {self.place + 1} of {len(self.sheets)}"
        self.where.setText(told)
        self.track.setAccessibleDescription(f"{told}, {caption(sheet)}" if sheet is not None else "")
        self.explore.setEnabled(snapshot is not None)
        tip = "No snapshot was kept yet"
        if snapshot is not None:
            tip = f"Open the snapshot at {words.pictures(snapshot.images)} pictures, the nearest to what is shown"
        self.explore.setToolTip(tip)
        self.growth.setEnabled(len(self.sheets) > 1)


def caption(sheet: Sheet) -> str:
    """What stands under a sheet."""
    faded = f", fade-in {100 * sheet.alpha:.0f} %" if sheet.alpha < 1 else ""
    return f"{sheet.side} px  ·  {words.pictures(sheet.images)} pictures{faded}"
