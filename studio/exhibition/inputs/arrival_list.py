"""The list of what arrives, painted: a name, a bar, the newest value and how often it comes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.show.sources import is_source, words_of
from studio import theme
from studio.exhibition.inputs.arrivals import Arrival
from studio.exhibition.inputs.meter import paint_bar
from studio.scale import MINUS

LINE = 22
BAR, VALUE, RATE = 80, 62, 44  # widths
LIVELY_S = 0.5
NOTHING = "Nothing has arrived yet."


class ArrivalList(QWidget):
    """As tall as what it lists."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[Arrival] = []
        self.now = 0.0
        self.setAccessibleName("What arrives")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(BAR + VALUE + RATE + 140, LINE * max(len(self.lines), 1))

    def show_arrivals(self, lines: list[Arrival], now: float) -> None:
        """Show these, as they are now."""
        if len(lines) != len(self.lines):
            self.lines = lines
            self.updateGeometry()
        self.lines, self.now = lines, now
        self.setAccessibleDescription("; ".join(f"{name_of(one)} {text_of(one.value)}" for one in lines[:20]))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setFont(theme.font(theme.VALUE_PX))
            if not self.lines:
                p.setPen(theme.colour(theme.MUTED))
                p.drawText(QRectF(0, 0, self.width(), LINE), Qt.AlignmentFlag.AlignVCenter, NOTHING)
            first = max(0, event.rect().top() // LINE)
            last = event.rect().bottom() // LINE + 1
            for number, one in enumerate(self.lines[first:last], first):
                self.paint_line(p, one, number * LINE)

    def paint_line(self, p: QPainter, one: Arrival, top: float) -> None:
        """One source."""
        lively = self.now - one.at < LIVELY_S
        wide = self.width() - BAR - VALUE - RATE - 24
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        middle = Qt.AlignmentFlag.AlignVCenter
        p.setPen(theme.colour(theme.TEXT if lively else theme.MUTED))
        name = p.fontMetrics().elidedText(name_of(one), Qt.TextElideMode.ElideMiddle, max(wide, 40))
        p.drawText(QRectF(0, top, wide, LINE), left | middle, name)
        at = wide + 8
        p.drawText(QRectF(at + BAR, top, VALUE, LINE), right | middle, text_of(one.value))
        p.setPen(theme.colour(theme.MUTED))
        rate = f"{one.rate:.0f}/s" if lively and one.rate >= 1.5 else ""
        p.drawText(QRectF(at + BAR + VALUE, top, RATE, LINE), right | middle, rate)
        share = (one.value - one.low) / (one.high - one.low) if one.high > one.low else 0.0
        paint_bar(p, QRectF(at, top, BAR, LINE), share, lively=lively)


def name_of(one: Arrival) -> str:
    """A source in words; a control by its address."""
    return words_of(one.name) if is_source(one.name) else one.name


def text_of(value: float) -> str:
    """A value in few letters."""
    return (f"{value:.3f}" if abs(value) < 1000 else f"{value:.4g}").replace("-", MINUS)
