"""One chart of a run: its heading, the newest values as its legend, and the curves over the pictures shown."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from engine.training.following import Run
from studio import theme
from studio.training import words
from studio.training.chart_table import ChartSpec, Line
from studio.training.curves import Curve, curve_of, span

AXIS_WIDTH = 44
HOW = "Along: pictures learned from. The wheel and a drag look at a stretch; a double click shows all again."
BAND, OTHER = 0.16, 0.75  # opacity
DOT = 6  # px


class Chart(QWidget):
    """Follows the run until somebody zooms in (wheel, drag); a double click follows again.

    zoomed: from and to how many pictures, or None for all of them; stale: it should be drawn again.
    """

    zoomed = Signal(object)
    stale = Signal()

    def __init__(self, spec: ChartSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self.run: Run | None = None
        self.other: Run | None = None
        self.zoom: tuple[float, float] | None = None
        self.at: float | None = None  # the number of pictures under the mouse
        self.heading = QLabel(spec.title)
        self.heading.setFont(theme.font(theme.HEADING_PX, bold=True))
        self.legend = QLabel(textFormat=Qt.TextFormat.RichText)
        self.legend.setFont(theme.font(theme.VALUE_PX))
        self.legend.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.top = QHBoxLayout()
        self.top.setSpacing(8)
        self.top.addWidget(self.heading)
        self.top.addWidget(self.legend, 1)
        self.plot = Plot()
        self.lines: dict[str, Drawn] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(self.top)
        column.addWidget(self.plot, 1)
        self.plot.getViewBox().sigRangeChangedManually.connect(self.on_zoomed)
        self.plot.reset.connect(lambda: self.zoomed.emit(None))
        self.plot.pointed.connect(self.on_pointed)
        self.show_spec(spec)

    def show_spec(self, spec: ChartSpec) -> None:
        """Draw other numbers."""
        self.spec = spec
        self.heading.setText(spec.title)
        for drawn in self.lines.values():
            drawn.leave(self.plot)
        self.lines.clear()
        self.setToolTip(f"<p>{spec.tip}</p><p>{HOW}</p>")
        self.plot.setAccessibleName(spec.title)
        self.plot.getAxis("left").text = spec.text
        self.stale.emit()

    def show_runs(self, run: Run | None, other: Run | None) -> None:
        """The newest numbers; other: drawn dashed over the same axes."""
        self.run, self.other = run, other
        if self.isVisible():
            self.stale.emit()

    def show_zoom(self, zoom: tuple[float, float] | None) -> None:
        """From and to how many pictures."""
        self.zoom = zoom
        self.stale.emit()

    def showEvent(self, event: QEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.stale.emit()

    # drawing

    def draw(self) -> None:
        """What is known, over the stretch that is looked at."""
        begin, end = self.zoom or (0.0, max(self.extent(self.run), self.extent(self.other), 1.0))
        lines = self.spec.lines_of(self.run, self.other)
        for series in [series for series in self.lines if series not in {line.series for line in lines}]:
            self.lines.pop(series).leave(self.plot)
        curves = []
        for line in lines:
            drawn = self.lines.get(line.series)
            if drawn is None or drawn.line != line:
                if drawn is not None:
                    drawn.leave(self.plot)
                drawn = self.lines[line.series] = Drawn(line, self.plot)
            curves += drawn.show(self.run, self.other, begin, end)
        ends = span(curves)
        self.plot.getAxis("left").setStyle(showValues=ends is not None)
        self.plot.show_range((begin, end), ends or (0.0, 1.0))
        self.plot.show_levels(self.run)
        self.show_legend(lines)

    def extent(self, run: Run | None) -> float:
        """Up to how many pictures there are numbers."""
        return float(run.images) if run is not None else 0.0

    def show_legend(self, lines: tuple[Line, ...]) -> None:
        """The values under the mouse, or the newest."""
        told = []
        if self.at is not None:
            told.append(f"<span style='color:{theme.MUTED}'>at {words.pictures(self.at)}</span>")
        for line in lines:
            value = value_at(self.run, line.series, self.at)
            text = "" if value is None else self.spec.text(value).replace("-", "\u2212")
            told.append(f"<span style='color:{line.colour}'>{line.name}</span> {text}")
        shown = " &nbsp; ".join(told) if lines else f"<span style='color:{theme.MUTED}'>not measured yet</span>"
        self.legend.setText(shown)
        self.plot.setAccessibleDescription(self.legend.text())

    # the hand

    def on_zoomed(self) -> None:
        begin, end = self.plot.getViewBox().viewRange()[0]
        self.zoomed.emit((max(begin, 0.0), end))

    def on_pointed(self, images: object) -> None:
        self.at = images
        self.show_legend(self.spec.lines_of(self.run, self.other))


class Drawn:
    """A line of a chart: its band, itself, and the other run's."""

    def __init__(self, line: Line, plot: Plot) -> None:
        self.line = line
        colour = theme.colour(line.colour)
        self.band = pg.PlotCurveItem(pen=None, fillLevel="enclosed", brush=theme.colour(line.colour, BAND))
        self.main = pg.PlotCurveItem(antialias=True, pen=cosmetic(QPen(colour, 1.6)))
        self.other = pg.PlotCurveItem(pen=cosmetic(QPen(theme.colour(line.colour, OTHER), 1.2, Qt.PenStyle.DashLine)))
        self.dot = pg.ScatterPlotItem(size=DOT, pen=None, brush=colour)  # a line needs two points to be seen
        for item in self.items:
            plot.addItem(item, ignoreBounds=True)

    @property
    def items(self) -> tuple[pg.GraphicsObject, ...]:
        """Everything on the plot."""
        return self.band, self.main, self.other, self.dot

    def show(self, run: Run | None, other: Run | None, begin: float, end: float) -> list[Curve]:
        """Draw; gives what is seen."""
        seen = []
        curve = of_run(run, self.line.series, begin, end)
        banded = curve is not None and curve.is_banded
        self.band.setVisible(banded)
        if curve is not None:
            seen.append(curve)
            self.main.setData(curve.x, curve.y, connect="finite")
            if banded:
                around = np.concatenate((curve.x, curve.x[::-1])), np.concatenate((curve.high, curve.low[::-1]))
                self.band.setData(*around)
        else:
            self.main.setData([], [])
        lone = curve is not None and len(curve.x) == 1
        self.dot.setVisible(lone)
        if lone:
            self.dot.setData(curve.x, curve.y)
        beside = of_run(other, self.line.series, begin, end)
        self.other.setVisible(beside is not None)
        if beside is not None:
            seen.append(beside)
            self.other.setData(beside.x, beside.y, connect="finite")
        return seen

    def leave(self, plot: Plot) -> None:
        """Draw no more."""
        for item in self.items:
            plot.removeItem(item)


class Plot(pg.PlotWidget):
    """pyqtgraph's plot in the house's look. pointed: number of pictures under the mouse, or None; reset: show all."""

    pointed = Signal(object)
    reset = Signal()

    def __init__(self) -> None:
        axes = {"bottom": Axis("bottom", words.pictures), "left": Axis("left", words.number)}
        super().__init__(background=theme.PANEL, axisItems=axes, enableMenu=False)
        self.hideButtons()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseEnabled(x=True, y=False)
        self.disableAutoRange()
        self.setMouseTracking(True)
        self.setMinimumHeight(84)
        self.setMinimumWidth(200)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.getAxis("left").setWidth(AXIS_WIDTH)
        self.levels: list[pg.InfiniteLine] = []

    def show_range(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """What is looked at."""
        self.getViewBox().setRange(xRange=x, yRange=y, padding=0, disableAutoRange=True)

    def show_levels(self, run: Run | None) -> None:
        """A hairline where each new resolution began."""
        plan = () if run is None else run.plan
        new = [
            after.begins for before, after in pairwise(plan) if before.side < after.side and after.begins < run.images
        ]
        while len(self.levels) > len(new):
            self.removeItem(self.levels.pop())
        while len(self.levels) < len(new):
            line = pg.InfiniteLine(angle=90, pen=cosmetic(QPen(theme.colour(theme.LINE), 1)))
            line.setZValue(-10)
            self.addItem(line, ignoreBounds=True)
            self.levels.append(line)
        for line, begin in zip(self.levels, new, strict=True):
            line.setValue(begin)

    def mouseMoveEvent(self, event: QEvent) -> None:  # noqa: N802
        super().mouseMoveEvent(event)
        box = self.getViewBox()
        at = box.mapSceneToView(self.mapToScene(event.position().toPoint()))
        inside = box.sceneBoundingRect().contains(QPointF(self.mapToScene(event.position().toPoint())))
        self.pointed.emit(max(at.x(), 0.0) if inside else None)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        super().leaveEvent(event)
        self.pointed.emit(None)

    def mouseDoubleClickEvent(self, event: QEvent) -> None:  # noqa: N802
        self.reset.emit()


class Axis(pg.AxisItem):
    """Muted numbers without a line; text: how a number is written."""

    def __init__(self, side: str, text: object) -> None:
        super().__init__(side, pen=cosmetic(QPen(theme.colour(theme.LINE), 1)), textPen=theme.colour(theme.MUTED))
        self.text = text
        self.setStyle(tickFont=theme.font(theme.VALUE_PX - 1), tickLength=0, tickTextOffset=4, maxTickLevel=0)
        self.enableAutoSIPrefix(False)

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: N802
        return [self.text(value).replace("-", "\u2212") for value in values]


def cosmetic(pen: QPen) -> QPen:
    """As wide on every scale."""
    pen.setCosmetic(True)
    return pen


def of_run(run: Run | None, series: str, begin: float, end: float) -> Curve | None:
    """A run's series between two numbers of pictures, where it has it."""
    return None if run is None or series not in run.series else curve_of(run.series[series], begin, end)


def value_at(run: Run | None, name: str, images: float | None) -> float | None:
    """The value at a number of pictures, or the newest."""
    if run is None or name not in run.series:
        return None
    series = run.series[name]
    if images is None:
        return series.last
    place = int(np.searchsorted(series.images, images))
    return float(series.values[min(place, len(series.values) - 1)])
