"""The stage line: the schedule as a bar, a fade as the wedge in which the new level rises, and where the run is."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.training.events import PlannedPhase
from engine.training.following import Run
from studio import theme
from studio.training import words

THICK, TOP, APART = 12, 2, 3
NARROWEST = 5.0
SPENT = "#8a6a45"  # the accent, of what lies behind


@dataclass(frozen=True)
class Stretch:
    """A phase and where it is drawn."""

    phase: PlannedPhase
    left: float
    width: float

    def x_of(self, images: float) -> float:
        """Where a number of pictures lies."""
        span = max(self.phase.ends - self.phase.begins, 1)
        return self.left + self.width * min(max((images - self.phase.begins) / span, 0.0), 1.0)


class StageLine(QWidget):
    """Widths go with the root of the phases' lengths, for the last ones are far longer than the first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run = Run(folder=None)
        self.setFont(theme.font(theme.VALUE_PX))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Stages of the run")

    def show_run(self, run: Run) -> None:
        """Where this run is."""
        self.run = run
        self.setAccessibleDescription(". ".join([words.title(run), *words.facts(run), words.coming(run)]))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(400, TOP + THICK + 6 + self.fontMetrics().height())

    def stretches(self) -> list[Stretch]:
        """The phases from left to right."""
        plan = [phase for phase in self.run.plan if phase.ends > phase.begins]
        if not plan:
            return []
        room = max(self.width() - APART * (len(plan) - 1), 1)
        roots = [math.sqrt(phase.ends - phase.begins) for phase in plan]
        wide = [max(room * root / sum(roots), NARROWEST) for root in roots]
        shrink = room / sum(wide)
        made, x = [], 0.0
        for phase, width in zip(plan, wide, strict=True):
            made.append(Stretch(phase, x, width * shrink))
            x += width * shrink + APART
        return made

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        images = self.run.images
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setPen(Qt.PenStyle.NoPen)
            label_ends = -8.0
            for stretch in self.stretches():
                phase = stretch.phase
                now = phase.begins <= images < phase.ends
                p.setBrush(theme.colour(theme.RAISED))
                p.drawPolygon(shape(stretch, phase.ends))
                if images > phase.begins:
                    p.setBrush(theme.colour(theme.ACCENT if now else SPENT))
                    p.drawPolygon(shape(stretch, images))
                if phase.kind != "fade":
                    label_ends = self.label(p, stretch, label_ends, bright=phase.side == self.run.side)
                if now:
                    x = stretch.x_of(images)
                    p.setBrush(theme.colour("#f2f3f5"))
                    p.drawRoundedRect(QRectF(x - 1.5, 0, 3, THICK + 2 * TOP), 1.5, 1.5)

    def label(self, p: QPainter, stretch: Stretch, after: float, *, bright: bool) -> float:
        """The side under a phase, where there is room; where the words end."""
        text = f"{stretch.phase.side} px"
        wide = self.fontMetrics().horizontalAdvance(text)
        left = min(stretch.left, self.width() - wide)
        if left < after + 8 and not bright:
            return after
        p.setPen(theme.colour(theme.TEXT if bright else theme.MUTED))
        p.drawText(QPointF(left, self.height() - self.fontMetrics().descent()), text)
        p.setPen(Qt.PenStyle.NoPen)
        return left + wide

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.told_at(event.pos().x()), self)
            return True
        return super().event(event)

    def told_at(self, x: float) -> str:
        """The phase under the mouse."""
        stretch = next((one for one in self.stretches() if one.left <= x <= one.left + one.width + APART), None)
        if stretch is None:
            return ""
        phase = stretch.phase
        kind = "fades in over the level below" if phase.kind == "fade" else "learns on its own"
        span = f"{words.pictures(phase.begins)} to {words.pictures(phase.ends)} pictures"
        return f"{phase.side} px {kind}: {span}" + (f", batch {phase.batch}" if phase.batch else "")


def shape(stretch: Stretch, until: float) -> QPolygonF:
    """A bar, or for a fade a wedge that is as high as the new level shows, up to a number of pictures."""
    left, right, bottom = stretch.left, stretch.x_of(until), TOP + THICK
    if stretch.phase.kind != "fade":
        return QPolygonF(QRectF(left, TOP, right - left, THICK))
    share = (right - left) / max(stretch.width, 1e-6)
    low, high = bottom - 2.0, bottom - 2.0 - (THICK - 2.0) * share
    return QPolygonF([QPointF(left, bottom), QPointF(left, low), QPointF(right, high), QPointF(right, bottom)])
