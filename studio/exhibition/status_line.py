"""How the show is, in one line: what plays, where, how well; what went wrong last."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from studio import theme
from studio.exhibition.reports import Beat

DOT = 8


class StatusLine(QWidget):
    """A dot, what plays, and numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colour = theme.LINE
        self.before: Beat | None = None
        self.host: str | None = None
        self.rehearses = False
        self.what = QLabel()
        self.numbers = QLabel(alignment=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.numbers.setProperty("muted", True)
        for label in (self.what, self.numbers):
            label.setFont(theme.font(theme.LABEL_PX))
        self.what.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(18 + DOT + 8, 0, 18, 0)
        row.addWidget(self.what, 1)
        row.addWidget(self.numbers)
        self.setFixedHeight(34)
        self.show_rest()

    def show_rest(self) -> None:
        """Nothing is on."""
        self.before = None
        self.say("Nothing is on the wall", theme.LINE)
        self.numbers.setText("")

    def show_start(self) -> None:
        """The first picture is on its way."""
        self.say("Opening the model…", theme.MUTED)

    def show_host(self, host: str | None) -> None:
        """Where it is, or that it waits for its screen."""
        self.host = host
        if host is None:
            self.say("The screen is away; the picture comes back with it", theme.WARNING)

    def show_fault(self, sentence: str) -> None:
        """What went wrong; it stays until the next beat that is well."""
        self.say(sentence, theme.WARNING)

    def show_beat(self, beat: Beat) -> None:
        """Once a second."""
        before, self.before = self.before, beat
        if before is not None and beat.faults > before.faults:
            return
        if not beat.shown:
            self.show_start()
        elif self.host is not None:
            where = "in rehearsal" if self.rehearses else f"on {self.host or 'the screen'}"
            what = "Dark: the house is closed" if beat.dark else f"{beat.scene}, {where}"
            if beat.visited:
                what = f"A visitor is there, {where}"
            self.say(what, theme.SECOND if beat.visited else theme.ACCENT)
        if before is not None and beat.at > before.at:
            passed = beat.at - before.at
            words = [f"{(beat.shown - before.shown) / passed:.0f} Hz"]
            words.append(f"{(beat.pictures - before.pictures) / passed:.1f} faces/s")
            words += [f"{beat.size} px"] if beat.size else []
            words += [f"{beat.restarts} restarts"] if beat.restarts else []
            self.numbers.setText(" · ".join(words))

    def say(self, text: str, colour: str) -> None:
        """In the line."""
        self.colour = colour
        if text != self.what.text():
            self.what.setText(text)
            self.what.setToolTip(text)
        self.setAccessibleName(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(theme.colour(self.colour))
            p.drawEllipse(QRectF(18, (self.height() - DOT) / 2, DOT, DOT))
