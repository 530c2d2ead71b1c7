"""The head of the live page: what the run does now, how far it is, what comes next, and room for its controls."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from engine.training.following import Run
from studio import theme
from studio.training import words
from studio.training.stage_line import StageLine

TITLE_PX = 19
DOT = "  ·  "


class Header(QWidget):
    """slot: where the controls of a run go."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Elided()
        self.title.setFont(theme.font(TITLE_PX, bold=True))
        self.facts = Elided()
        self.facts.setProperty("muted", True)
        self.coming = Elided(alignment=Qt.AlignmentFlag.AlignRight)
        self.coming.setProperty("muted", True)
        self.slot = QHBoxLayout()
        self.slot.setSpacing(6)
        self.stages = StageLine()
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.title, 1)
        top.addLayout(self.slot)
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(self.facts, 5)
        below.addWidget(self.coming, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addLayout(top)
        column.addLayout(below)
        column.addWidget(self.stages)

    def show_run(self, run: Run) -> None:
        """The newest of it."""
        self.title.setText(words.title(run))
        self.title.setToolTip(words.facts_of_start(run))
        self.facts.setText(DOT.join(words.facts(run)))
        self.facts.setToolTip(self.facts.text())
        self.coming.setText(words.coming(run))
        self.coming.setToolTip(self.coming.text())
        self.stages.show_run(run)


class Elided(QLabel):
    """Ends in dots rather than making the window wider; its tooltip has all of it."""

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        cut = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        with QPainter(self) as p:
            self.style().drawItemText(
                p, self.rect(), self.alignment(), self.palette(), self.isEnabled(), cut, self.foregroundRole()
            )
