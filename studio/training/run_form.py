"""The form of a new run: what it learns from, which network, how large, how long; every field edits one draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from engine.errors import VisagistError
from studio.choice import Choice, toggle
from studio.slider import Slider
from studio.training.advanced import Advanced
from studio.training.budget import budget_scale
from studio.training.data_field import DataField
from studio.training.data_sets import Store
from studio.training.draft import ARCHITECTURES, LONGEST_NAME, PRESETS, Choosable, Draft, Start
from studio.training.form import Fold, Row
from studio.training.training import Training

SMALL_SET = 2000  # pictures; fewer are soon learned by heart
SIZE = "Side of the finished pictures; each doubling takes about three times as long"


class RunForm(QWidget):
    """Holds the draft, which is None as long as there is no data set. changed: it is another."""

    changed = Signal()

    def __init__(self, training: Training, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.training, self.messages = training, training.messages
        self.draft: Draft | None = None
        self.origin: Start | None = None
        self.each = 0.0  # seconds that one picture takes here, 0 where it is not known
        self.make_fields()
        self.lay_out()
        self.connect_all()
        self.show_draft()

    def make_fields(self) -> None:
        """Every field, from top to bottom."""
        self.data = DataField(self.training.jobs, self.messages, self.training.settings)
        self.start = QLabel(accessibleName="Goes on from")
        self.from_nothing = QPushButton("From nothing", toolTip="Begin with networks that know nothing")
        self.architecture = Choice("Network", words(ARCHITECTURES))
        self.side = QComboBox(accessibleName="Size", toolTip=SIZE)
        self.preset = Choice("Length", words(PRESETS))
        self.budget = Slider("Time", budget_scale(10_000))
        self.budget.setToolTip("How long: a time such as 3 h, or thousands of pictures such as 500, can be typed")
        self.mirror = toggle("Mirror", "Show pictures mirrored, too: right where left and right could be swapped")
        self.labels = toggle("Labels", "Tell the networks the labels, so that pictures can be asked for by them")
        self.augment = toggle(
            "Augmentation", "Alter pictures just as much as keeps a small set from being learned by heart"
        )
        self.name = QLineEdit(
            accessibleName="Name", toolTip="The folder of the run is called so", maxLength=LONGEST_NAME
        )
        self.advanced = Advanced()

    def lay_out(self) -> None:
        """Rows under each other."""
        start = QHBoxLayout()
        start.addWidget(self.start, 1)
        start.addWidget(self.from_nothing)
        self.start_row = Row("Goes on from", start)
        self.network_row = Row("Network", self.architecture)
        self.size_row = Row("Size", self.side, SIZE)
        self.length_row = Row("Length", self.preset)
        options = QHBoxLayout()
        options.setSpacing(6)
        for option in (self.mirror, self.labels, self.augment):
            option.setProperty("toggle", False)
            option.setProperty("option", True)
            options.addWidget(option)
        options.addStretch()
        self.options_row = Row("Options", options)
        self.name_row = Row("Name", self.name)
        self.fold = Fold("More numbers", self.advanced)
        self.rest = QWidget()  # what needs a data set first
        inner = QVBoxLayout(self.rest)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(14)
        length = Row("", self.budget)
        for widget in (self.network_row, self.size_row, self.length_row, length):
            inner.addWidget(widget)
        for widget in (self.options_row, self.name_row, self.fold):
            inner.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 16, 16)
        column.setSpacing(14)
        column.addWidget(Row("Data set", self.data))
        column.addWidget(self.start_row)
        column.addWidget(self.rest)
        column.addStretch()

    def connect_all(self) -> None:
        """Every field edits the draft."""
        self.data.chosen.connect(self.on_store)
        self.from_nothing.clicked.connect(lambda: self.go_on_from(None))
        self.architecture.chosen.connect(lambda id: self.edit(lambda draft: draft.reshaped(architecture=id)))
        self.side.activated.connect(
            lambda index: self.edit(lambda draft: draft.reshaped(side=int(self.side.itemData(index))))
        )
        self.preset.chosen.connect(lambda id: self.edit(lambda draft: draft.reshaped(preset=id, images=None)))
        self.budget.moved.connect(lambda power: self.edit(lambda draft: draft.reshaped(images=round(10**power))))
        self.budget.refused.connect(self.messages.warn)
        self.mirror.toggled.connect(lambda on: self.set("mirror", on))
        self.labels.toggled.connect(lambda on: self.set("labels", on))
        self.augment.toggled.connect(lambda on: self.set("augment", "ada" if on else "none"))
        self.advanced.set.connect(self.set)
        self.advanced.refused.connect(self.messages.warn)

    # the draft

    def on_store(self, store: Store | None) -> None:
        """Another data set; what was chosen beside it stays as far as it fits."""
        before, self.draft = self.draft, None
        if store is not None:
            self.take(lambda: started(Draft(store), self.origin) if before is None else before.on(store))
        self.show_draft()

    def go_on_from(self, start: Start | None) -> None:
        """Begin with the networks of a model, or with none; a data set that does not fit them leaves no draft."""
        self.origin = start
        before, self.draft = self.draft, None
        if before is None and self.data.store is not None:
            before = Draft(self.data.store)
        if before is not None:
            self.take(lambda: started(before, start))
        self.show_draft()

    def set(self, key: str, value: Any) -> None:
        """One setting."""
        self.edit(lambda draft: draft.set(key, value))

    def edit(self, change: Callable[[Draft], Draft]) -> None:
        """Change the draft; what cannot be is said, and the fields show what stays."""
        if self.draft is not None:
            self.take(lambda: change(self.draft))
        self.show_draft()

    def take(self, make: Callable[[], Draft]) -> None:
        """Another draft, unless it cannot be."""
        try:
            draft = make()
            draft.check()
        except VisagistError as error:
            self.messages.fail("changing the run", error)
        else:
            self.draft = draft

    def time_known(self, each: float) -> None:
        """Seconds that one picture takes on this machine; 0: not known."""
        self.each = each
        self.show_budget()

    # showing it

    def show_draft(self) -> None:
        """Every field shows the draft; nothing is told but that it changed."""
        draft = self.draft
        self.rest.setEnabled(draft is not None)
        self.start_row.setHidden(self.origin is None)
        if self.origin is not None:
            self.start.setText(self.origin.title)
            self.start.setToolTip(str(self.origin.path))
        if draft is not None:
            self.show_shape(draft)
            self.show_options(draft)
            self.show_budget()
            self.advanced.show_config(draft.config)
        self.changed.emit()

    def show_shape(self, draft: Draft) -> None:
        """Network, size and length."""
        config = draft.config
        self.architecture.show_choice(config.architecture)
        self.architecture.setEnabled(draft.start is None)
        self.network_row.say(ARCHITECTURES[config.architecture].sentence)
        self.side.clear()
        for side in draft.sides:
            self.side.addItem(f"{side} px", side)
        self.side.setCurrentIndex(self.side.findData(config.side))
        self.side.setEnabled(len(draft.sides) > 1)
        self.preset.show_choice(draft.preset)
        self.length_row.say(PRESETS[draft.preset].sentence)

    def show_options(self, draft: Draft) -> None:
        """What is on and what is off."""
        config, facts = draft.config, draft.store.facts
        for button, on in (
            (self.mirror, config.mirror),
            (self.labels, config.labels),
            (self.augment, config.augment == "ada"),
        ):
            button.blockSignals(True)
            button.setChecked(on)
            button.blockSignals(False)
        self.labels.setEnabled(bool(facts.label_names) and draft.start is None)
        small = facts.count < SMALL_SET and config.augment == "none"
        self.options_row.say(
            f"Only {facts.count:,} pictures: augmentation keeps them from being learned by heart" if small else ""
        )

    def show_budget(self) -> None:
        """How long it takes, with the preset's own length as the default."""
        if self.draft is not None:
            scale = budget_scale(self.draft.default.images, self.each)
            if scale != self.budget.first_scale:
                self.budget.set_scale(scale)
            self.budget.show_value(scale.of(self.draft.config.images))


def started(draft: Draft, start: Start | None) -> Draft:
    """A draft that goes on from a model: of its network and size."""
    if start is None:
        return draft.reshaped(start=None)
    draft = draft.reshaped(start=start, architecture=start.sizes.architecture, side=None)
    for key, value in start.settings.items():
        draft = draft.set(key, value)
    return draft


def words(options: dict[str, Choosable]) -> dict[str, tuple[str, str]]:
    """Choices as buttons."""
    return {id: (one.word, one.sentence) for id, one in options.items()}
