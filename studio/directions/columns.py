"""The card of a table of labels: which of its columns become sliders, and what these are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QLineEdit, QWidget

from studio import theme
from studio.card import Card
from studio.directions.dialogues import LONGEST_NAME
from studio.directions.findings import sliders
from studio.messages import sentence

if TYPE_CHECKING:
    from engine.directions.columns import Column, Survey

TALLEST, NAME_WIDTH = 280, 170
KINDS = {"binary": "yes or no", "ordinal": "steps of a scale", "real": "numbers"}


class Columns(Card):
    """learn: called with what is ticked, column -> name of its slider. What can be learned is ticked at first."""

    def __init__(self, parent: QWidget, survey: Survey, learn: Callable[[dict[str, str]], None]) -> None:
        useful = len(survey.useful)
        rest = "Tick what is to become a slider." if useful else "Nothing can be learned of them yet."
        count = f"{survey.rows:,} face{'s' * (survey.rows != 1)}, {many(len(survey.columns))}. {rest}"
        super().__init__(parent, f"Learn from {survey.path.name}", count)
        self.all = QCheckBox("All of them")
        self.all.setHidden(useful < 2)
        self.all.clicked.connect(self.tick_all)
        self.ticks: dict[str, QCheckBox] = {}
        self.names: dict[str, QLineEdit] = {}
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(2, 1)
        for row, column in enumerate(sorted(survey.columns, key=lambda column: bool(column.wrong))):
            self.add_row(grid, row, column)
        grid.setRowStretch(len(survey.columns), 1)
        self.body.addWidget(self.all)
        height = min(TALLEST, sum(42 if column.wrong else 34 for column in survey.columns) + 4)
        self.add_list(inside, "Columns of the table", height).setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.add_button("Not now", self.leave)
        self.go = self.add_button("", lambda: (learn(self.wanted), self.leave()), default=True)
        self.show_count()

    def add_row(self, grid: QGridLayout, row: int, column: Column) -> None:
        """A column with its tick and its name, or why nothing can be learned of it."""
        said = QLabel(said_of(column), wordWrap=True)
        said.setProperty("muted", True)
        said.setFont(theme.font(theme.VALUE_PX))
        if column.wrong:
            name = QLabel(column.title, wordWrap=True)
            name.setProperty("muted", True)
            name.setContentsMargins(8, 4, 0, 4)
            grid.addWidget(name, row, 1)
        else:
            tick = QCheckBox(checked=column.offered, accessibleName=f"Learn {column.name}")
            tick.toggled.connect(self.show_count)
            edit = QLineEdit(column.title, maxLength=LONGEST_NAME, accessibleName=f"Name of {column.name}")
            edit.setPlaceholderText(column.title)
            edit.setToolTip(f"What the slider of the column {column.name} is called")
            edit.setCursorPosition(0)
            edit.textEdited.connect(lambda: tick.setChecked(True))
            grid.addWidget(tick, row, 0)
            grid.addWidget(edit, row, 1)
            self.ticks[column.name], self.names[column.name] = tick, edit
        grid.itemAtPosition(row, 1).widget().setFixedWidth(NAME_WIDTH)
        grid.addWidget(said, row, 2)

    @property
    def wanted(self) -> dict[str, str]:
        """What is ticked: column -> name of its slider, the column's own where the name was emptied."""
        return {
            column: printable(self.names[column].text()) or self.names[column].placeholderText()
            for column, tick in self.ticks.items()
            if tick.isChecked()
        }

    def tick_all(self) -> None:
        """All, or none where all were ticked."""
        some = not all(tick.isChecked() for tick in self.ticks.values())
        for tick in self.ticks.values():
            tick.setChecked(some)
        self.show_count()

    def show_count(self) -> None:
        """How many sliders there will be."""
        count = len(self.wanted)
        self.go.setText(f"Learn {sliders(count)}")
        self.go.setEnabled(count > 0)
        states = Qt.CheckState
        self.all.setCheckState(
            states.Checked if count == len(self.ticks) else states.PartiallyChecked if count else states.Unchecked
        )


def said_of(column: Column) -> str:
    """How many labels there are, and of what sort; or why nothing can be learned of them."""
    if column.wrong:
        return f"{sentence(column.wrong)}."
    told = f"{column.labels:,} labels, {KINDS[column.kind]}"
    return told if column.offered else f"{told}; one part of a colour"


def many(count: int) -> str:
    """So many of them, in words."""
    return "1 column" if count == 1 else f"{count} columns"


def printable(name: str) -> str:
    """A name without what no name may hold."""
    return "".join(filter(str.isprintable, name)).strip()
