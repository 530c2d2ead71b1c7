"""Small dialogues of the timeline: some numbers on the house's sliders, a word, a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from studio.scale import Scale
from studio.seed_box import SeedBox, random_seed
from studio.slider import Slider

WIDTH = 340


@dataclass(frozen=True)
class Number:
    """A slider of a dialogue."""

    label: str
    scale: Scale
    value: float
    tip: str = ""


class NumbersDialog(QDialog):
    """chosen: the numbers by their names, and the seed under "seed" where one is asked for."""

    chosen = Signal(object)  # dict[str, float | int]

    def __init__(
        self,
        title: str,
        words: str,
        numbers: Mapping[str, Number],
        parent: QWidget,
        *,
        seed: int | None = None,
        accept: str = "OK",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setFixedWidth(WIDTH)
        self.sliders: dict[str, Slider] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(8)
        if words:
            told = QLabel(words, wordWrap=True)
            told.setProperty("muted", True)
            column.addWidget(told)
        for name, number in numbers.items():
            slider = Slider(number.label, number.scale)
            slider.setToolTip(number.tip)
            slider.show_value(number.value)
            self.sliders[name] = slider
            column.addWidget(slider)
        self.seed: SeedBox | None = None
        if seed is not None:
            self.seed = SeedBox("Seed")
            self.seed.show_seed(seed)
            form = QFormLayout()
            form.addRow("Seed", self.seed)
            column.addLayout(form)
        column.addSpacing(6)
        column.addWidget(ends(self, accept))

    def finish(self) -> None:
        """Take the numbers."""
        made: dict[str, float | int] = {name: slider.value for name, slider in self.sliders.items()}
        if self.seed is not None:
            self.seed.finish()
            made["seed"] = self.seed.seed if self.seed.seed is not None else random_seed()
        self.chosen.emit(made)
        self.accept()


class WordDialog(QDialog):
    """One line of text. read: makes something of it, or raises ValueError with one sentence. chosen: what it made."""

    chosen = Signal(object)

    def __init__(
        self, title: str, label: str, text: str, read: Callable[[str], object], parent: QWidget, tip: str = ""
    ) -> None:
        super().__init__(parent)
        self.read = read
        self.setWindowTitle(title)
        self.setFixedWidth(WIDTH)
        self.field = QLineEdit(text, accessibleName=label, toolTip=tip)
        self.field.selectAll()
        self.wrong = QLabel(wordWrap=True)
        self.wrong.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(8)
        if tip:
            told = QLabel(tip, wordWrap=True)
            told.setProperty("muted", True)
            column.addWidget(told)
        form = QFormLayout()
        form.addRow(label, self.field)
        column.addLayout(form)
        column.addWidget(self.wrong)
        column.addWidget(ends(self, "OK"))

    def finish(self) -> None:
        """Take it, or say what is wrong with it."""
        try:
            value = self.read(self.field.text())
        except ValueError as error:
            self.wrong.setText(f"{error}.")
            self.wrong.show()
            return
        self.chosen.emit(value)
        self.accept()


def ends(dialog: NumbersDialog | WordDialog, accept: str) -> QDialogButtonBox:
    """Take it, or leave it."""
    kinds = QDialogButtonBox.StandardButton
    made = QDialogButtonBox(kinds.Ok | kinds.Cancel)
    made.button(kinds.Ok).setText(accept)
    made.button(kinds.Ok).setDefault(True)
    made.accepted.connect(dialog.finish)
    made.rejected.connect(dialog.reject)
    return made


def show(dialog: NumbersDialog | WordDialog, take: Callable[[object], None]) -> None:
    """Without blocking the window."""
    dialog.chosen.connect(take)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
