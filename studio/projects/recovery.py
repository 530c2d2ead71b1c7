"""Offers unsaved work: a card at the top of the canvas, with a picture of what would come back."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QDateTime, QLocale, QObject, QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from engine.errors import VisagistError
from studio import theme
from studio.card import Card
from studio.opener import Opener
from studio.opening_files import of_project
from studio.projects import recovery_files
from studio.projects.autosave import Autosave
from studio.projects.recovery_files import Kept
from studio.projects.writing import finding
from studio.thumbnails import rounded

SIDE = 56
LISTED = 3  # the newest; the others come when these are decided


class Recovery(QObject):
    """What was kept is offered until it is brought back or discarded. quiet: nothing is offered any more."""

    quiet = Signal()

    def __init__(self, autosave: Autosave, opener: Opener, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.autosave, self.opener, self.canvas = autosave, opener, canvas
        self.messages, self.jobs = opener.messages, opener.session.jobs
        self.card: Card | None = None
        self.kept: list[Kept] = []

    def offer(self) -> None:
        """Look for unsaved work, and show it where there is some."""
        self.jobs.start(finding(), self.show, lambda error: self.messages.fail("looking for unsaved work", error))

    def ask(self) -> None:
        """As `offer`, for somebody who asked: nothing is an answer, too."""

        def done(kept: list[Kept]) -> None:
            self.show(kept)
            if not kept:
                self.messages.note("There is no unsaved work")

        self.jobs.start(finding(), done, lambda error: self.messages.fail("looking for unsaved work", error))

    def show(self, kept: list[Kept]) -> None:
        """The card; none where there is nothing to offer."""
        had_focus = self.card is not None and self.card.isAncestorOf(self.card.window().focusWidget() or self.canvas)
        if self.card is not None:
            self.card.leave()
        self.kept = kept
        if not kept:
            self.quiet.emit()
            return
        more = f" {len(kept) - LISTED} older ones come after these." if len(kept) > LISTED else ""
        sentence = f"This was not saved. It is kept until you decide.{more}"
        self.card = card = Card(self.canvas, "Continue where you left off?", sentence)
        for number, one in enumerate(kept[:LISTED]):
            card.body.addWidget(Row(one, self, newest=number == 0))
        card.left.connect(self.drop_card)
        card.appear()
        if had_focus:
            card.findChild(Row).back.setFocus()

    def drop_card(self) -> None:
        """It was answered or put off."""
        self.card = None
        self.quiet.emit()

    def bring_back(self, one: Kept) -> None:
        """Open it; it stays kept until it is on show, and this window goes on keeping it."""

        def on_show() -> None:
            try:
                self.autosave.take_over(one.id)
            except VisagistError as error:
                self.messages.fail("bringing your work back", error)

        if recovery_files.is_open(one.id):
            self.messages.warn("another window has brought this work back already")
        else:
            self.opener.open_found(replace(of_project(one.file, one.project), kept=True, then=on_show))
        if self.card is not None:
            self.card.leave()

    def discard(self, one: Kept) -> None:
        """It is not wanted; the others are offered on."""
        try:
            recovery_files.forget(one.id)
        except VisagistError as error:
            self.messages.fail("discarding your work", error)
            return
        self.show([other for other in self.kept if other.id != one.id])


class Row(QWidget):
    """One piece of unsaved work: its picture, what and when it was, and the two things to do with it."""

    def __init__(self, one: Kept, recovery: Recovery, *, newest: bool) -> None:
        super().__init__()
        picture = QLabel()
        picture.setFixedSize(SIDE, SIDE)
        picture.setPixmap(picture_of(one, self.devicePixelRatioF()))
        picture.setAccessibleName("What would come back")
        name = QLabel(one.file.stem if one.file else "Untitled")
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setToolTip(str(one.file or one.project.model.title))
        # a long name is cut rather than pushing the buttons out
        name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        when = QLabel(said(one.when))
        when.setProperty("muted", True)
        self.back = back = QPushButton("Bring back", default=newest)
        back.clicked.connect(lambda: recovery.bring_back(one))
        discard = QPushButton("Discard")
        discard.clicked.connect(lambda: recovery.discard(one))
        for button in (back, discard):
            button.setAccessibleName(f"{button.text()} {name.text()}, {when.text()}")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch()
        words.addWidget(name)
        words.addWidget(when)
        words.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(picture)
        row.addSpacing(4)
        row.addLayout(words, 1)
        row.addWidget(back)
        row.addWidget(discard)
        row.addSpacing(4)


def picture_of(one: Kept, ratio: float) -> QPixmap:
    """The preview, or a quiet square where there is none."""
    made = QPixmap()
    side = round(SIDE * ratio)
    if not made.loadFromData(one.project.preview, "JPEG"):
        made = QPixmap(side, side)
        made.fill(theme.colour(theme.RAISED))
    small = made.scaled(QSize(side, side), mode=Qt.TransformationMode.SmoothTransformation)
    small = rounded(small)
    small.setDevicePixelRatio(ratio)
    return small


def said(when: float) -> str:
    """Day and time as the person's own language writes them."""
    moment = QDateTime.fromSecsSinceEpoch(round(when))
    time = QLocale().toString(moment.time(), QLocale.FormatType.ShortFormat)
    if moment.date() == QDateTime.currentDateTime().date():
        return f"Today, {time}"
    return f"{QLocale().toString(moment.date(), QLocale.FormatType.ShortFormat)}, {time}"
