"""The page for a new run: the form, the pictures it learns from, and what will come of it before it starts."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.paths import runs_dir
from engine.training.events import PlannedPhase
from engine.training.following import Run
from engine.training.run import CONFIG
from studio import theme
from studio.messages import sentence, words_of
from studio.training.data_sets import Store, previewing
from studio.training.draft import folder_name, free_name, in_words, seconds_of
from studio.training.form import FIELD_HEIGHT, heading
from studio.training.probe import Probe
from studio.training.run_form import RunForm
from studio.training.sheet import Sheet
from studio.training.stage_line import StageLine
from studio.training.starts import Origin, looking_at
from studio.training.training import Training
from studio.training.words import pictures

FORM_NARROWEST, FORM_WIDTH = 470, 600
SHEET_COLUMNS, SHEET_ROWS = 8, 6


class NewRunPage(QWidget):
    """left: back to the run on show."""

    left = Signal()

    def __init__(self, training: Training, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.training, self.messages, self.jobs = training, training.messages, training.jobs
        self.shown: Store | None = None  # whose pictures are on show
        self.named = False  # the name was typed
        self.setAccessibleName("New run")
        self.setAutoFillBackground(True)
        self.form = RunForm(training)
        self.probe = Probe(self)
        self.sheet = Sheet("Pictures of the data set")
        self.facts = QLabel(wordWrap=True)
        self.facts.setProperty("muted", True)
        self.growth = StageLine()
        self.outcome = QLabel(wordWrap=True, accessibleName="What will come of it")
        self.outcome.setProperty("muted", True)
        self.back = QPushButton("Cancel", toolTip="Back to the runs (Esc)")
        self.go = QPushButton("Start training", toolTip="Begin; it goes on when the window is closed")
        self.go.setDefault(True)
        self.lay_out()
        self.form.changed.connect(self.show_draft)
        self.form.name.textEdited.connect(self.on_named)
        self.probe.measured.connect(self.on_measured)
        self.back.clicked.connect(self.left)
        self.go.clicked.connect(self.start)
        training.started.connect(self.left)
        self.show_draft()

    def lay_out(self) -> None:
        """The form at the left, what it is about at the right, the ways out below."""
        area = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.form)
        area.setMinimumWidth(FORM_NARROWEST)
        area.setMaximumWidth(FORM_WIDTH)
        right = QVBoxLayout()
        right.setSpacing(10)
        right.addWidget(self.sheet)
        right.addWidget(self.facts)
        right.addWidget(self.growth)
        right.addStretch()
        middle = QHBoxLayout()
        middle.setSpacing(28)
        middle.addWidget(area, 6)
        middle.addLayout(right, 5)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.outcome, 1)
        for button in (self.back, self.go):
            button.setMinimumHeight(FIELD_HEIGHT + 2)
            below.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 18, 24, 16)
        whole.setSpacing(14)
        whole.addWidget(heading("New run", theme.HEADING_PX + 5))
        whole.addLayout(middle, 1)
        whole.addLayout(below)

    def begin(self, start: Path | None = None) -> None:
        """Somebody wants a new run, from nothing or from a model or snapshot."""
        self.named = False
        if start is None:
            self.form.go_on_from(None)
            self.form.data.refresh()
        else:
            self.jobs.start(looking_at(start), self.on_origin, partial(self.messages.fail, "going on from a model"))
        self.form.data.combo.setFocus()

    def on_origin(self, origin: Origin) -> None:
        """What the run goes on from is known; a snapshot's run tells the data set."""
        self.form.go_on_from(origin.start)
        self.form.data.refresh(origin.dataset)

    def start(self) -> None:
        """Begin the run."""
        draft = self.form.draft
        if draft is not None:
            folder = runs_dir() / folder_name(self.form.name.text())
            self.form.data.remember(draft.store.folder)
            self.training.begin(folder, draft.words(folder))

    # what will come of it

    def show_draft(self) -> None:
        """The pictures, the plan and the time."""
        draft = self.form.draft
        store = None if draft is None else draft.store
        if store != self.shown or store is None:
            self.show_pictures(store)
        self.go.setEnabled(draft is not None)
        if draft is None:
            self.facts.setText("")
            self.outcome.setText("")
            self.growth.show_run(Run(folder=None))
            self.probe.stop()
            return
        if not self.named:
            self.form.name.setText(free_name(runs_dir(), draft.store.title, draft.config.side, date.today()))
        self.check_name()
        self.facts.setText(facts_of(draft.store))
        plan = tuple(PlannedPhase(one.side, one.kind, one.begins, one.ends, one.batch) for one in draft.plan)
        self.growth.show_run(Run(folder=None, plan=plan, total=draft.config.images))
        self.probe.want(draft)
        self.show_outcome()

    def show_outcome(self) -> None:
        """How many pictures, and how long."""
        draft = self.form.draft
        if draft is None:
            return
        seconds = seconds_of(draft.plan, self.probe.rates)
        self.form.time_known(seconds / draft.config.images if seconds else 0.0)
        count = f"{pictures(draft.config.images)} pictures shown"
        when = f"{in_words(seconds)} on this machine" if seconds else self.probe.words
        self.outcome.setText(f"{count}, {when}" if when else count)

    def on_measured(self) -> None:
        """The machine was measured, or could not be."""
        self.show_outcome()

    def show_pictures(self, store: Store | None) -> None:
        """A contact sheet of the data set."""
        self.shown = store
        if store is None:
            self.sheet.show_sentence("Choose a data set, add pictures of your own,\nor let faces be rendered")
            return

        def done(image: QImage) -> None:
            if self.shown == store:
                self.sheet.show_picture(image)

        self.jobs.start(
            previewing(store.folder, SHEET_COLUMNS, SHEET_ROWS),
            done,
            lambda error: self.sheet.show_sentence(f"{sentence(words_of(error))}."),
        )

    def on_named(self) -> None:
        """The name is the person's own from now on."""
        self.named = True
        self.check_name()

    def check_name(self) -> None:
        """Where the run goes, or why it cannot."""
        name = folder_name(self.form.name.text())
        taken = bool(name) and (runs_dir() / name / CONFIG).exists()
        if not name:
            self.form.name_row.say("A name has at least one letter or digit", warning=True)
        elif taken:
            self.form.name_row.say("There is a run of this name already", warning=True)
        else:
            self.form.name_row.say(str(runs_dir() / name))
        self.go.setEnabled(bool(name) and not taken and self.form.draft is not None)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.go.click()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        self.probe.stop()
        super().hideEvent(event)


def facts_of(store: Store) -> str:
    """A data set in a few words."""
    facts = store.facts
    told = [f"{facts.count:,} pictures of {facts.side} px"]
    if facts.label_names:
        told.append(f"{len(facts.label_names)} labels")
    if facts.licence:
        told.append(facts.licence)
    return " · ".join(told)
