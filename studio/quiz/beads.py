"""The rounds of a game as a row of small marks, and the time that is left as a line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.quiz.scores import Answer
from studio import theme

SIDE, GAP, LINE = 10, 8, 4  # pixels
SOON = 0.25  # of the time: the line warns


class Beads(QWidget):
    """Right answers are full, wrong ones are rings, the round on show is bright, the others wait."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answers: Sequence[Answer] = ()
        self.count, self.unit = 0, 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_game(self, answers: Sequence[Answer], count: int) -> None:
        """How the game stands."""
        self.answers, self.count = tuple(answers), count
        right = sum(answer.right for answer in answers)
        self.setAccessibleName(f"{right} right of {len(answers)}, {count} rounds")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(120, round((SIDE + 4) * self.unit))

    def set_unit(self, unit: float) -> None:
        """How large a wall it is for."""
        self.unit = unit
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        side, gap = SIDE * self.unit, GAP * self.unit
        if not self.count:
            return
        step = min(side + gap, (self.width() - side) / max(self.count - 1, 1))
        side = min(side, step * 0.8) if self.count > 1 else side
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            for number in range(self.count):
                rect = QRectF(number * step + 1, (self.height() - side) / 2, side, side).adjusted(1, 1, -1, -1)
                answer = self.answers[number] if number < len(self.answers) else None
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.setPen(Qt.PenStyle.NoPen)
                if answer is None:
                    p.setBrush(theme.colour(theme.TEXT if number == len(self.answers) else theme.LINE))
                elif answer.right:
                    p.setBrush(theme.colour(theme.ACCENT))
                else:
                    p.setPen(QPen(theme.colour(theme.MUTED), 1.6 * self.unit))
                p.drawEllipse(rect)


class TimeLine(QWidget):
    """share: of the time that is left, 1 to 0; None draws nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.share: float | None = None
        self.setFixedHeight(LINE)
        self.setAccessibleName("Time left")

    def show_share(self, share: float | None) -> None:
        """How much is left."""
        if share != self.share:
            self.share = share
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        if self.share is None:
            return
        ink = theme.WARNING if self.share < SOON else theme.ACCENT
        middle = self.height() / 2
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            for colour, share in ((theme.RAISED, 1.0), (ink, self.share)):
                p.setPen(QPen(theme.colour(colour), self.height(), c=Qt.PenCapStyle.RoundCap))
                ends = middle, middle + share * (self.width() - 2 * middle)
                if share > 0:
                    p.drawLine(QPointF(ends[0], middle), QPointF(ends[1], middle))
