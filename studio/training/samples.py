"""The samples of a run: the live sheet, its past under a slider, and what it is held against."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.training.following import Run, Sheet
from studio.training.past import Past, caption
from studio.training.reader import RunReader
from studio.training.sheet_view import ALONE, BESIDE, SPLIT, Picture, SheetView

AHEAD = 6  # sheets on each side of the one that is looked at, loaded before they are asked for
WAITING = "The first samples come after the first steps"


class Samples(QWidget):
    """Asks the readers for what is to be seen, and shows it when it comes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view, self.past = SheetView(), Past()
        self.own, self.other = Source(self), Source(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.view, 1)
        column.addWidget(self.past)
        self.past.scrubbed.connect(self.refresh)
        self.past.mode_chosen.connect(self.show_mode)
        for source in (self.own, self.other):
            source.came.connect(self.compose)
        self.view.say(WAITING)

    def follow(self, reader: RunReader | None) -> None:
        """Another run, from its newest sheet on."""
        self.own.follow(reader)
        self.past.begin_again()
        self.past.show_run(None)
        self.view.show_pictures(None, None)

    def compare(self, reader: RunReader | None) -> None:
        """Hold another run against this one, or nothing."""
        self.other.follow(reader)
        self.view.show_pictures(self.view.front, None)
        self.show_mode(BESIDE if reader is not None else ALONE)

    def show_mode(self, mode: str) -> None:
        """Alone, split or side by side."""
        self.past.modes.show_choice(mode)
        self.view.show_mode(mode)
        self.refresh()

    def toggle_split(self) -> None:
        """The split, or no more."""
        self.show_mode(ALONE if self.view.mode == SPLIT else SPLIT)

    def show_runs(self, run: Run | None, other: Run | None) -> None:
        """The newest of both."""
        self.own.run, self.other.run = run, other
        self.past.show_run(run)
        self.refresh()

    def refresh(self) -> None:
        """Ask for what is to be seen now."""
        sheet = self.past.sheet
        self.own.want([sheet, self.now] if sheet is not None else [], self.past.place)
        against = self.against
        self.other.want([against] if against is not None and self.is_compared else [], None)
        self.compose()

    @property
    def is_compared(self) -> bool:
        """Whether another run is held against this one."""
        return self.other.reader is not None

    @property
    def now(self) -> Sheet | None:
        """The newest sheet."""
        return self.past.sheets[-1] if self.past.sheets else None

    @property
    def against(self) -> Sheet | None:
        """What the sheet that is looked at is held against: the other run's of the same time, or this run's newest."""
        if not self.is_compared:
            return self.now
        sheets = self.other.run.sheets if self.other.run is not None else ()
        images = self.past.sheet.images if self.past.sheet is not None else 0
        return min(sheets, key=lambda sheet: abs(sheet.images - images), default=None)

    def compose(self) -> None:
        """Show what has come; what was there before stays until then."""
        source = self.other if self.is_compared else self.own
        front = self.own.picture(self.past.sheet, self.is_compared)
        back = source.picture(self.against, self.is_compared)
        if front is not None or not self.past.sheets:
            self.view.show_pictures(front, back if back is not None or self.view.mode == ALONE else self.view.back)


class Source(QObject):
    """The pictures of one run; came: a picture is there."""

    came = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.reader: RunReader | None = None
        self.run: Run | None = None
        self.asked: list[Sheet] = []
        self.there: dict[Sheet, QImage] = {}

    def follow(self, reader: RunReader | None) -> None:
        """Another run."""
        self.reader, self.run, self.asked = reader, None, []
        self.there.clear()
        if reader is not None:
            reader.loaded.connect(self.take)

    def want(self, sheets: list[Sheet], place: int | None) -> None:
        """These, and then the neighbours of a place."""
        wanted = list(dict.fromkeys(sheets))
        if place is not None and self.run is not None:
            around = self.run.sheets[max(place - AHEAD, 0) : place + AHEAD + 1]
            wanted = list(
                dict.fromkeys([*wanted, *sorted(around, key=lambda sheet: abs(sheet.images - sheets[0].images))])
            )
        if self.reader is not None and wanted != self.asked:
            self.asked = wanted
            self.there = {sheet: image for sheet, image in self.there.items() if sheet in wanted}
            self.reader.want([sheet for sheet in wanted if sheet not in self.there])

    def take(self, sheet: Sheet, image: QImage) -> None:
        """A picture came, of this run or of the one before."""
        if sheet in self.asked and not image.isNull():
            self.there[sheet] = image
            self.came.emit()

    def picture(self, sheet: Sheet | None, named: bool) -> Picture | None:
        """A sheet with its pixels, once they are there."""
        if sheet is None or sheet not in self.there:
            return None
        folder: Path | None = self.run.folder if self.run is not None else None
        name = f"{folder.name}  ·  " if named and folder is not None else ""
        return Picture(sheet, self.there[sheet], name + caption(sheet))
