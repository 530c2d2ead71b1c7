"""The opening hours: when which scenes play; without any, everything plays round the clock."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.errors import VisagistError
from engine.show.hours import zone_of
from engine.show.values import DAYS, Hours
from studio.choice import toggle
from studio.exhibition.fields import Fields, show_text
from studio.exhibition.show_desk import ShowDesk
from studio.panels.panel import tool

USUAL = Hours(days=(1, 2, 3, 4, 5, 6), start="10:00", end="18:00")


class HoursFields(Fields):
    """A card for each entry; the first that is open plays."""

    def __init__(self, desk: ShowDesk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.head("Opening hours")
        self.note("The first line that is open plays; outside all of them the wall is dark.")
        self.none = self.note("None yet: every scene plays, round the clock.")
        self.cards: list[HoursCard] = []
        self.list = QVBoxLayout()
        self.list.setSpacing(12)
        self.column.addLayout(self.list)
        self.add = QPushButton("Add hours", toolTip="Days, and from when to when")
        self.add.clicked.connect(lambda: self.put((*self.desk.show.hours, USUAL)))
        row = QHBoxLayout()
        row.addWidget(self.add)
        row.addStretch()
        self.column.addLayout(row)
        self.zone = self.line("Time zone", "Like Europe/Berlin; empty: this machine's own", self.set_zone)
        self.column.addStretch()
        self.show_values()

    def set_zone(self, text: str) -> None:
        """One that this machine knows."""
        try:
            zone_of(text)
        except VisagistError as error:
            self.desk.messages.fail("setting the time zone", error)
            self.zone.setText(self.desk.show.zone)
        else:
            self.desk.edit("Time zone", zone=text)

    def put(self, hours: tuple[Hours, ...], text: str = "Opening hours") -> None:
        """Other hours."""
        self.desk.edit(text, hours=hours)

    def change(self, index: int, new: Hours | None) -> None:
        """Another entry in the place of one, or none."""
        hours = self.desk.show.hours
        self.put((*hours[:index], *filter(None, [new]), *hours[index + 1 :]))

    def show_values(self) -> None:
        show = self.desk.show
        while len(self.cards) > len(show.hours):
            self.cards.pop().deleteLater()
        while len(self.cards) < len(show.hours):
            card = HoursCard(self.desk)
            card.changed.connect(partial(self.change, len(self.cards)))
            self.cards.append(card)
            self.list.addWidget(card)
        for card, hours in zip(self.cards, show.hours, strict=True):
            card.show_hours(hours)
        self.none.setHidden(bool(show.hours))
        show_text(self.zone, show.zone)


class HoursCard(QWidget):
    """One entry. changed: the Hours that the hand wants, or None to be without it."""

    changed = Signal(object)

    def __init__(self, desk: ShowDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.hours = desk, USUAL
        self.days = []
        days = QHBoxLayout()
        days.setSpacing(2)
        for index, name in enumerate(DAYS):
            day = toggle(name[:2], name)
            day.setAccessibleName(name)
            day.setProperty("toggle", False)
            day.setProperty("option", True)
            day.setStyleSheet("padding: 3px 6px;")
            day.clicked.connect(lambda on, index=index: self.set_day(index, on))
            self.days.append(day)
            days.addWidget(day)
        days.addStretch()
        gone = tool("quit", "Remove these hours")
        gone.clicked.connect(lambda: self.changed.emit(None))
        days.addWidget(gone)
        self.start, self.end = self.time("From", "start"), self.time("To", "end")
        self.scenes = QToolButton(popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
        self.scenes.setToolTip("What plays then")
        self.scenes.setProperty("option", True)
        self.scenes.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self.fill_menu)
        self.scenes.setMenu(self.menu)
        times = QHBoxLayout()
        times.setSpacing(6)
        times.addWidget(self.start)
        times.addWidget(QLabel("to"))
        times.addWidget(self.end)
        times.addSpacing(6)
        times.addWidget(self.scenes, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(days)
        column.addLayout(times)

    def time(self, name: str, field: str) -> QLineEdit:
        """A time of day."""
        made = QLineEdit(accessibleName=name, toolTip=f"{name}, like 09:30", maxLength=5)
        made.setFixedWidth(58)

        def take() -> None:
            if made.isModified():
                made.setModified(False)
                self.want(**{field: made.text().strip()})

        made.editingFinished.connect(take)
        return made

    def want(self, **changes: object) -> None:
        """Other hours, unless they cannot be."""
        try:
            new = replace(self.hours, **changes)
        except VisagistError as error:
            self.desk.messages.fail("changing the opening hours", error)
            self.show_hours(self.hours)
        else:
            self.changed.emit(new)

    def set_day(self, index: int, on: bool) -> None:
        """With this day, or without."""
        days = {*self.hours.days, index} if on else {*self.hours.days} - {index}
        self.want(days=tuple(sorted(days)))

    def fill_menu(self) -> None:
        """All scenes, darkness, or some."""
        self.menu.clear()
        self.menu.addAction("All scenes", lambda: self.want(scenes=(), dark=False))
        self.menu.addAction("Dark", lambda: self.want(scenes=(), dark=True))
        self.menu.addSeparator()
        for scene in self.desk.show.scenes:
            action = self.menu.addAction(scene.name)
            action.setCheckable(True)
            action.setChecked(scene.name in self.hours.scenes)
            action.triggered.connect(lambda on, name=scene.name: self.set_scene(name, on))

    def set_scene(self, name: str, on: bool) -> None:
        """With this scene, or without."""
        others = tuple(one for one in self.hours.scenes if one != name)
        self.want(scenes=(*others, name) if on else others, dark=False)

    def show_hours(self, hours: Hours) -> None:
        """Show without telling anyone."""
        self.hours = hours
        for index, day in enumerate(self.days):
            day.setChecked(index in hours.days)
        show_text(self.start, hours.start)
        show_text(self.end, hours.end)
        self.scenes.setText("Dark" if hours.dark else ", ".join(hours.scenes) or "All scenes")
