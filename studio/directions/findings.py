"""The card of a lesson: each attribute, how well it was learned, and what was left out and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from studio import theme
from studio.card import Card
from studio.directions.told import told

if TYPE_CHECKING:
    from engine.directions.learn import Finding, Lesson

TALLEST = 260


class Findings(Card):
    """keep: the sliders are wanted."""

    def __init__(self, parent: QWidget, lesson: Lesson, source: str, keep: Callable[[], None]) -> None:
        count, out = len(lesson.pack.directions), sum(not one.direction for one in lesson.findings)
        rest = f"; {out} left out" if out else ""
        made = sliders(count) if count else "No slider"
        super().__init__(parent, "What was learned", f"{made} from {source}{rest}.")
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, one in enumerate(sorted(lesson.findings, key=lambda one: one.direction is None)):
            name = QLabel(name_of(one), alignment=TOP)
            name.setProperty("muted", one.direction is None)
            said = QLabel(said_of(one), wordWrap=True, alignment=TOP)
            said.setProperty("muted", True)
            said.setFont(theme.font(theme.VALUE_PX))
            grid.addWidget(name, row, 0)
            grid.addWidget(said, row, 1)
        self.add_list(inside, "What was learned of each attribute", min(TALLEST, 44 * len(lesson.findings) + 8))
        self.add_button("Not now" if count else "Close", self.leave)
        if count:
            self.add_button(f"Keep {sliders(count)}", lambda: (keep(), self.leave()), default=True)


TOP = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


def sliders(count: int) -> str:
    """So many of them, in words."""
    return "1 slider" if count == 1 else f"{count} sliders"


def name_of(one: Finding) -> str:
    """The slider's name, or the column's."""
    return one.attribute if one.direction is None else one.direction.name


def said_of(one: Finding) -> str:
    """How well it was learned, or why it was left out."""
    return f"Left out: {one.why}." if one.direction is None else told(one.direction.statistics).replace("\n", " ")
