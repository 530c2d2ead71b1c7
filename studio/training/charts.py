"""The charts of a run, one under the other: the contest, the distance, and one of the others by choice."""

from __future__ import annotations

from collections import deque
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from engine.training.following import Run
from studio import theme
from studio.settings import CHART, Settings
from studio.training import words
from studio.training.chart import Chart
from studio.training.chart_table import CONTEST, DISTANCE, OTHERS

TURN_MS = 8  # between drawing one chart and the next, in which the first is painted


class Charts(QWidget):
    """All look at the same stretch of the run. Drawn one after the other, so that the window is free in between."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.contest, self.distance, self.third = Chart(CONTEST), Chart(DISTANCE), Chart(OTHERS[0])
        self.verdict = QLabel(wordWrap=True)
        self.verdict.setProperty("muted", True)
        self.verdict.setFont(theme.font(theme.VALUE_PX))
        self.choice = QComboBox(accessibleName="Which numbers the third chart shows", toolTip="Other numbers")
        for spec in OTHERS:
            self.choice.addItem(spec.title, spec.id)
        self.choice.currentIndexChanged.connect(self.choose)
        self.third.heading.hide()
        self.third.top.insertWidget(0, self.choice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.contest.layout().insertWidget(1, self.verdict)
        self.waiting: deque[Chart] = deque()
        self.turn = QTimer(self, interval=TURN_MS)
        self.turn.timeout.connect(self.draw_next)
        for chart in self.all:
            column.addWidget(chart, 1)
            chart.zoomed.connect(self.zoom)
            chart.stale.connect(partial(self.queue, chart))
        chosen = self.choice.findData(settings.get(CHART))
        self.choice.setCurrentIndex(max(chosen, 0))

    @property
    def all(self) -> tuple[Chart, ...]:
        """From top to bottom."""
        return self.contest, self.distance, self.third

    def queue(self, chart: Chart) -> None:
        """Draw it soon."""
        if chart not in self.waiting:
            self.waiting.append(chart)
        self.turn.start()

    def draw_next(self) -> None:
        """One chart a turn of the event loop."""
        if self.waiting:
            self.waiting.popleft().draw()
        if not self.waiting:
            self.turn.stop()

    def choose(self, index: int) -> None:
        """Show other numbers in the third chart."""
        self.third.show_spec(OTHERS[index])
        self.settings.set(CHART, OTHERS[index].id)

    def zoom(self, stretch: tuple[float, float] | None) -> None:
        """Look at a stretch of the run, or all of it."""
        for chart in self.all:
            chart.show_zoom(stretch)

    def show_runs(self, run: Run | None, other: Run | None) -> None:
        """The newest numbers."""
        self.verdict.setText(words.verdict(run) if run is not None else "")
        for chart in self.all:
            chart.show_runs(run, other)
