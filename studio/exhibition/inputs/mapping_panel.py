"""The table of mappings: what moves which control, learned by touching a control and moving a knob."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.project import Board
from engine.show.mapping import suggested
from studio.exhibition.inputs.looking import LookingPanel
from studio.exhibition.inputs.mapping_row import MappingRow
from studio.exhibition.inputs.source_menu import fill_controls, fill_sources
from studio.training.form import heading

if TYPE_CHECKING:
    from studio.main_window import MainWindow

SCROLL = 20  # beside the rows
LOOK_MS = 80  # between two looks at what the sources send
NOTHING = (
    "Nothing is mapped yet. Press Learn, touch a slider, then move a knob; or add a control here and choose what moves "
    "it. Mappings are kept in the project and stay when a preset is loaded."
)


class MappingPanel(LookingPanel):
    """Shows `board.mappings`; every change is an intent to the document, and can be undone."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(LOOK_MS)
        self.inputs, self.document = window.inputs, window.document
        self.setAccessibleName("Mappings")
        self.rows: list[MappingRow] = []
        self.learn = QPushButton(
            "Learn", checkable=True, toolTip="Touch a control, then move the knob that is to move it"
        )
        self.learn.clicked.connect(self.switch_learning)
        self.add = QPushButton("Add", toolTip="Choose a control, then what moves it")
        self.controls = QMenu(self)
        self.controls.aboutToShow.connect(self.fill_controls)
        self.add.setMenu(self.controls)
        self.none = QLabel(NOTHING, wordWrap=True)
        self.none.setProperty("muted", True)
        self.list = QVBoxLayout()
        self.list.setContentsMargins(0, 0, 8, 0)
        self.list.setSpacing(0)
        self.lay_out()
        self.looking.timeout.connect(self.show_arrivals)
        self.document.board_changed.connect(self.on_board)
        self.inputs.learning.changed.connect(self.show_learning)
        self.inputs.edits.refused.connect(self.show_mappings)
        self.show_mappings()
        self.show_learning()

    def lay_out(self) -> None:
        """Heading and buttons above the list."""
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(heading("Mappings"))
        top.addStretch()
        top.addWidget(self.learn)
        top.addWidget(self.add)
        inside = QWidget()
        inner = QVBoxLayout(inside)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.none)
        inner.addLayout(self.list)
        inner.addStretch()
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(scroll, 1)

    def show_mappings(self) -> None:
        """One row each."""
        mappings = self.document.board.mappings
        while len(self.rows) > len(mappings):
            row = self.rows.pop()
            row.setParent(None)
            row.deleteLater()
        while len(self.rows) < len(mappings):
            self.rows.append(self.made(len(self.rows)))
        for number, (row, mapping) in enumerate(zip(self.rows, mappings, strict=True), 1):
            row.show_mapping(mapping, number)
        self.none.setHidden(bool(mappings))

    def made(self, index: int) -> MappingRow:
        """A row for the mapping of a place."""
        row = MappingRow()
        row.changed.connect(lambda changes: self.inputs.edits.change(index, **changes))
        row.removed.connect(partial(self.inputs.edits.remove, index))
        row.source_asked.connect(partial(self.offer_sources, index))
        row.refused.connect(self.inputs.messages.warn)
        self.list.addWidget(row)
        self.setMinimumWidth(row.minimumSizeHint().width() + SCROLL)
        return row

    def offer_sources(self, index: int, menu: QMenu) -> None:
        """What else could move the control of a row."""
        mapping = self.document.board.mappings[index]

        def choose(source: str) -> None:
            takeover = suggested(source, mapping.address, (mapping.low, mapping.high), mapping.move).takeover
            changed = replace(mapping, source=source, sends=(0.0, 1.0), takeover=takeover)
            self.inputs.edits.add(changed, mapping)

        fill_sources(
            menu,
            choose,
            partial(self.inputs.learn, mapping.address, mapping),
            self,
        )

    def fill_controls(self) -> None:
        """All that can be mapped."""
        self.controls.clear()
        fill_controls(self.controls, self.document, lambda address: self.inputs.learn(address))

    def switch_learning(self, on: bool) -> None:
        """Begin, or give up."""
        if on:
            self.inputs.learn()
        else:
            self.inputs.learning.stop()

    def show_learning(self) -> None:
        """Whether a control or a knob is waited for."""
        self.learn.setChecked(self.inputs.learning.goes)

    def show_arrivals(self) -> None:
        """What the sources send just now."""
        known, now = self.inputs.arrivals.known, self.inputs.clock()
        for row in self.rows:
            if row.mapping is not None:
                row.show_arrival(known.get(row.mapping.source), now)

    def on_board(self, old: Board, new: Board) -> None:
        if old.mappings != new.mappings:
            self.show_mappings()
