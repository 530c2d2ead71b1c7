"""How the games of this machine went: accuracy over time and by hint, d-prime, and the inspector beside it."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.quiz.scores import Answer, accuracy, by_tell, over_time, sensitivity
from engine.quiz.setup import CONTESTS
from engine.quiz.tells import tell_of
from studio import theme
from studio.choice import Choice
from studio.quiz.end_page import Number
from studio.quiz.keeping import forgetting, recalling
from studio.session import Session
from studio.settings import Settings
from studio.training.form import FIELD_HEIGHT, heading

WINDOW = 20  # answers of the moving mean
ALL = "all"
AXIS_WIDTH, AXIS_HEIGHT = 44, 42
CHANCE = 50.0  # percent


class Statistics(QWidget):
    """left: back to the beginning; save_wanted: as CSV."""

    left = Signal()
    save_wanted = Signal()

    def __init__(self, session: Session, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.settings = session, settings
        self.answers: list[Answer] = []
        self.setAutoFillBackground(True)
        self.setAccessibleName("Statistics of the quiz")
        self.which = Choice("Game", {ALL: ("All games", ""), **{one.id: (one.title, one.about) for one in CONTESTS}})
        self.which.show_choice(ALL)
        self.current = ALL
        self.which.chosen.connect(self.choose)
        self.numbers = QHBoxLayout()
        self.time, self.tells = chart("Rounds"), chart("")
        self.running = pg.PlotCurveItem(antialias=True, pen=pen(theme.ACCENT, 1.8))
        self.whole = pg.PlotCurveItem(antialias=True, pen=pen(theme.SECOND, 1.4))
        self.bars = pg.BarGraphItem(x=[0], height=[0], width=0.5, brush=theme.colour(theme.ACCENT), pen=None)
        for plot in (self.time, self.tells):
            plot.addItem(pg.InfiniteLine(CHANCE, angle=0, pen=pen(theme.MUTED, 1, Qt.PenStyle.DashLine)))
        self.time.addItem(self.whole)
        self.time.addItem(self.running)
        self.tells.addItem(self.bars)
        self.none = QLabel("No game was played yet.", alignment=Qt.AlignmentFlag.AlignCenter)
        self.none.setProperty("muted", True)
        self.back = QPushButton("Back", default=True, toolTip="To the beginning (Esc)")
        self.back.clicked.connect(lambda: self.left.emit())
        self.save = QPushButton("Save as CSV…", toolTip="A line for each answer; nothing in it is about anybody")
        self.save.clicked.connect(lambda: self.save_wanted.emit())
        self.forget = QPushButton("Forget all", toolTip="Delete the answers of all games from this machine")
        self.forget.clicked.connect(self.forget_all)
        self.lay_out()

    def lay_out(self) -> None:
        """The numbers above, the charts, the ways out below."""
        top, charts, below = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        top.addWidget(heading("Statistics", theme.HEADING_PX + 5))
        top.addStretch()
        top.addWidget(self.which)
        self.charts = QWidget()
        charts.setContentsMargins(0, 0, 0, 0)
        charts.setSpacing(28)
        charts.addLayout(under("Right answers over time, %", legend(), self.time), 3)
        charts.addLayout(under("Right answers by hint, %", QLabel(), self.tells), 2)
        self.charts.setLayout(charts)
        for button in (self.back, self.save):
            button.setMinimumHeight(FIELD_HEIGHT + 4)
            below.addWidget(button)
        below.addStretch()
        below.addWidget(self.forget)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(18)
        column.addLayout(top)
        column.addLayout(self.numbers)
        column.addWidget(self.charts, 1)
        column.addWidget(self.none, 1)
        column.addLayout(below)

    def refresh(self) -> None:
        """Read the answers again."""
        self.session.jobs.start(
            recalling(), self.take, lambda error: self.session.messages.fail("reading the answers", error)
        )

    def take(self, answers: list[Answer]) -> None:
        """All that are kept."""
        self.answers = answers
        self.draw()

    def choose(self, which: str) -> None:
        """Only the answers of one kind of game, or of all."""
        self.current = which
        self.draw()

    def forget_all(self) -> None:
        """Nothing is kept of any game."""
        self.session.jobs.start(
            forgetting(),
            lambda _: self.take([]),
            lambda error: self.session.messages.fail("forgetting the answers", error),
            whole=True,
        )

    def draw(self) -> None:
        """What is known."""
        answers = [answer for answer in self.answers if self.current in (ALL, answer.contest)]
        self.charts.setVisible(bool(answers))
        self.none.setVisible(not answers)
        self.save.setEnabled(bool(self.answers))
        self.forget.setEnabled(bool(self.answers))
        self.show_numbers(answers)
        if answers:
            self.show_time(answers)
            self.show_tells(answers)

    def show_numbers(self, answers: Sequence[Answer]) -> None:
        """The row of numbers."""
        while (item := self.numbers.takeAt(0)) is not None:
            if item.widget() is not None:
                item.widget().hide()
                item.widget().deleteLater()
        for name, value in facts(answers):
            cell = Number(name, value)
            cell.set_unit(1.0)
            self.numbers.addWidget(cell)
        self.numbers.addStretch()

    def show_time(self, answers: Sequence[Answer]) -> None:
        """Of all so far, and of the last ones."""
        rounds = list(range(1, len(answers) + 1))
        self.whole.setData(rounds, [100 * share for share in over_time(answers)])
        self.running.setData(rounds, [100 * share for share in over_time(answers, WINDOW)])
        step = max(1, round(len(answers) / 8))
        self.time.getAxis("bottom").setTicks(
            [[(number, str(number)) for number in range(step, len(answers) + 1, step)]]
        )
        self.time.setRange(xRange=(1, max(len(answers), 2)), yRange=(0, 104), padding=0)

    def show_tells(self, answers: Sequence[Answer]) -> None:
        """A bar for each."""
        found = by_tell(answers)
        names = [tell.name if (tell := tell_of(id)) is not None else id for id in found]
        under_bars = [f"{name}\n{right} of {count}" for name, (right, count) in zip(names, found.values(), strict=True)]
        shares = [100 * right / count for right, count in found.values()]
        places = list(range(len(found)))
        self.bars.setOpts(x=places, height=shares, width=0.5)
        self.tells.getAxis("bottom").setTicks([list(zip(places, under_bars, strict=True))])
        self.tells.setRange(xRange=(-0.6, max(len(found), 1) - 0.4), yRange=(0, 104), padding=0)
        told = [f"{name} {share:.0f} %" for name, share in zip(names, shares, strict=True)]
        self.tells.setAccessibleDescription(", ".join(told))


def facts(answers: Sequence[Answer]) -> list[tuple[str, str]]:
    """The numbers of many games; d' of each way of asking, which may not be thrown together."""
    told = [("Answers", f"{len(answers):,}"), ("Right", f"{100 * accuracy(answers):.0f} %" if answers else "–")]
    for pictures, words in ((2, "d′, two pictures"), (1, "d′, one picture")):
        found = sensitivity(answers, pictures=pictures)
        if found.count:
            told.append((words, f"{found.d_prime:.2f}".replace("-", "\u2212")))
    seen = [answer.inspector_right for answer in answers if answer.inspector_right is not None]
    if seen:
        told.append(("The inspector", f"{100 * sum(seen) / len(seen):.0f} %"))
    return told


def chart(below: str) -> pg.PlotWidget:
    """A plot in the house's look."""
    plot = pg.PlotWidget(background=theme.PANEL, enableMenu=False)
    plot.hideButtons()
    plot.setMouseEnabled(x=False, y=False)
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.setAccessibleName("Right answers")
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(pen(theme.LINE, 1))
        axis.setTextPen(theme.colour(theme.MUTED))
        axis.setStyle(tickFont=theme.font(theme.VALUE_PX), tickLength=0, tickTextOffset=6)
        axis.enableAutoSIPrefix(False)
    plot.getAxis("left").setWidth(AXIS_WIDTH)
    plot.getAxis("bottom").setHeight(AXIS_HEIGHT)
    if below:
        plot.setLabel("bottom", below, color=theme.MUTED)
    return plot


def legend() -> QLabel:
    """What the two lines are."""
    made = QLabel(
        f"<span style='color:{theme.ACCENT}'>the last {WINDOW}</span> &nbsp; "
        f"<span style='color:{theme.SECOND}'>all so far</span> &nbsp; "
        f"<span style='color:{theme.MUTED}'>dashed: guessing</span>"
    )
    made.setFont(theme.font(theme.VALUE_PX))
    return made


def under(title: str, told: QLabel, plot: QWidget) -> QVBoxLayout:
    """A chart under its heading."""
    top = QHBoxLayout()
    top.addWidget(heading(title))
    top.addStretch()
    top.addWidget(told)
    column = QVBoxLayout()
    column.setSpacing(6)
    column.addLayout(top)
    column.addWidget(plot, 1)
    return column


def pen(colour: str, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """As wide on every scale."""
    made = QPen(theme.colour(colour), width, style)
    made.setCosmetic(True)
    return made
