"""The strip of the history: one line through the tree of steps, and a mark wherever another branch leaves it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from studio import theme
from studio.history.recorder import Recorder
from studio.history.row import SIDE, Cell, FaceRow
from studio.history.words import told
from studio.thumbnails import Thumbnails

GAP, FORK = 6, 30  # pixels before a step; where branches part


@dataclass(frozen=True)
class StepCell(Cell):
    """branches: how many steps were made from the one before this."""

    branches: int = 1


class HistoryStrip(FaceRow):
    """Shows the recorder's line; Up and Down go to another branch."""

    KEYS = FaceRow.KEYS | {Qt.Key.Key_Up, Qt.Key.Key_Down}

    def __init__(self, recorder: Recorder, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(thumbnails, "History", "Every step will be kept here.", parent)
        self.recorder = recorder
        self.line: tuple[int, ...] = ()
        self.pressed_fork: int | None = None
        self.chosen.connect(lambda index: recorder.go_to(self.line[index]))
        recorder.changed.connect(self.show_history)
        self.show_history()

    def show_history(self) -> None:
        """Show the line through the step on show."""
        history = self.recorder.history
        self.line = history.line
        present = self.line.index(history.at) if history.at in self.line else -1
        ways = Counter(step.parent for step in history.steps)
        steps = [history.steps[index] for index in self.line]
        cells = [StepCell(step.recipe, place > present, ways[step.parent]) for place, step in enumerate(steps)]
        self.show_cells(cells, present)

    def text_of(self, index: int) -> str:
        step = self.recorder.history.steps[self.line[index]]
        return told(step, self.cells[index - 1].recipe if index else None)

    def space_before(self, index: int) -> int:
        if self.cells[index].branches > 1:
            return FORK
        return GAP if index else 0

    def fork_rect(self, index: int) -> QRectF:
        """The mark before a step; as large as what can be clicked."""
        return QRectF(self.rect_of(index).left() - FORK + 3, 2, FORK - 6, SIDE)

    def fork_at(self, at: QPointF) -> int | None:
        """The step whose mark lies under a point."""
        forks = (index for index in self.visible if self.cells[index].branches > 1)
        return next((index for index in forks if self.fork_rect(index).contains(at)), None)

    def switch(self, place: int, by: int) -> None:
        """Go on with another branch from the step before this place."""
        history = self.recorder.history
        ways = history.branches(self.line[place])
        here = ways.index(self.line[place])
        self.recorder.switch(ways[(here + by) % len(ways)])
        self.point_at(min(place, len(self.cells) - 1))

    def next_branch(self) -> None:
        """Another branch where the present step's way parts, or after it."""
        self.switch_near(self.present, 1)

    def previous_branch(self) -> None:
        """The same, the other way round."""
        self.switch_near(self.present, -1)

    def switch_near(self, place: int, by: int) -> None:
        """At the fork that is nearest: at a step or just after it, else before it, else ahead."""
        forks = [index for index, cell in enumerate(self.cells) if cell.branches > 1]
        if forks:
            order = (place, place + 1, *range(place - 1, -1, -1), *range(place + 2, len(self.cells)))
            self.switch(next(index for index in order if index in forks), by)

    def paint_cell(self, p: QPainter, index: int, rect: QRectF) -> None:
        super().paint_cell(p, index, rect)
        if self.cells[index].branches > 1:
            self.paint_fork(p, self.fork_rect(index), self.cells[index].branches)

    def paint_fork(self, p: QPainter, rect: QRectF, count: int) -> None:
        """One way in, two out, and the number of all."""
        x, y = rect.center().x(), rect.center().y() - 6
        p.setPen(QPen(theme.colour(theme.SECOND), 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        p.drawLine(QPointF(x - 7, y), QPointF(x - 1, y))
        for end in (-5, 5):
            p.drawLine(QPointF(x - 1, y), QPointF(x + 6, y + end))
        p.setFont(theme.font(theme.VALUE_PX))
        p.drawText(rect.adjusted(0, 32, 0, 0), Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, str(count))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mousePressEvent(event)
        self.pressed_fork = self.fork_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseReleaseEvent(event)
        fork, self.pressed_fork = self.pressed_fork, None
        if fork is not None and fork == self.fork_at(event.position()):
            self.switch(fork, 1)

    def cursor_over(self, at: QPointF) -> Qt.CursorShape:
        if self.fork_at(at) is not None:
            return Qt.CursorShape.PointingHandCursor
        return super().cursor_over(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None or event.modifiers():
            super().keyPressEvent(event)
        elif self.cells:
            self.switch_near(self.cursor_at, step)

    def show_tip(self, event: QHelpEvent) -> None:
        fork = self.fork_at(QPointF(event.pos()))
        if fork is None:
            super().show_tip(event)
        else:
            text = f"{self.cells[fork].branches} branches: click for the next one (Up, Down)"
            QToolTip.showText(event.globalPos(), text, self, self.fork_rect(fork).toRect())
