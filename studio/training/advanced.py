"""The numbers that most people leave alone: settings of the network and of its learning, and the phases of growing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.training.config import Config, Level
from studio.training.form import Row


@dataclass(frozen=True)
class Number:
    """A setting that is typed or picked. only: the architecture that has it; picks: words to pick from."""

    key: str
    word: str
    tip: str
    only: str = ""
    picks: tuple[str, ...] = ()


NUMBERS = (
    Number(
        "precision",
        "Precision",
        "auto takes what this machine multiplies fastest",
        picks=("auto", "f32", "bf16", "fp16"),
    ),
    Number("seed", "Seed", "The run that begins with the same seed is the same run"),
    Number("widest", "Channels", "Most channels that a layer has; fewer are quicker"),
    Number("base", "Channels x side", "A layer of side R has this number divided by R channels at most"),
    Number("z_dim", "z", "Numbers in a latent"),
    Number("w_dim", "w", "Numbers in a style", "style"),
    Number("mapping_layers", "Mapping layers", "Layers from z to w", "style"),
    Number("mixing", "Mixing", "How often two latents share a picture while learning, from 0 to 1", "style"),
    Number("r1_gamma", "R1", "Weight of the gradient penalty; auto follows size and batch", "style"),
    Number("gp_weight", "Gradient penalty", "Weight of the gradient penalty", "progan"),
    Number("ema_images", "Averaging", "Half-life of the averaged generator, in pictures"),
    Number("augment_target", "Augmentation aim", "Where adaptive augmentation holds the inspector, from 0 to 1"),
    Number("snapshot_ticks", "Snapshot every", "Ticks between two snapshots"),
    Number("metric_images", "Measure every", "Pictures between two measurements of quality"),
    Number("metric_share", "Measuring time", "Share of the time that measuring may take, from 0 to 1"),
)

COLUMNS = ("side", "fade", "stabilise", "batch", "lr")
TITLES = ("Side", "Fade in", "Stand", "Batch", "Learning rate")


class Advanced(QWidget):
    """set: a key of the config and its new value; refused: one sentence about what was typed."""

    set = Signal(str, object)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.config: Config | None = None
        self.fields: dict[str, QLineEdit | QComboBox] = {}
        self.rows: dict[str, Row] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for number in NUMBERS:
            field = self.fields[number.key] = self.make(number)
            field.setToolTip(number.tip)
            row = self.rows[number.key] = Row(number.word, field)
            row.word.setToolTip(number.tip)
            column.addWidget(row)
        about = QLabel("Pictures shown at each size, and how many a step", wordWrap=True)
        about.setProperty("muted", True)
        self.levels = QTableWidget(0, len(COLUMNS), accessibleName="Phases of growing")
        self.levels.setHorizontalHeaderLabels(TITLES)
        self.levels.verticalHeader().hide()
        self.levels.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.levels.setTabKeyNavigation(False)
        self.levels.cellChanged.connect(self.take_level)
        column.addWidget(about)
        column.addWidget(self.levels)

    def make(self, number: Number) -> QLineEdit | QComboBox:
        """The field of a number."""
        if number.picks:
            combo = QComboBox(accessibleName=number.word)
            combo.addItems(number.picks)
            combo.textActivated.connect(lambda text: self.set.emit(number.key, text))
            return combo
        line = QLineEdit(accessibleName=number.word)
        line.editingFinished.connect(lambda: self.take(number, line.text()))
        return line

    def show_config(self, config: Config) -> None:
        """Show without telling anyone."""
        self.config = config
        for number in NUMBERS:
            field, text = self.fields[number.key], written(getattr(config, number.key))
            if isinstance(field, QComboBox):
                field.setCurrentText(text)
            elif not field.hasFocus() or not field.isModified():
                field.setText(text)
            self.rows[number.key].setHidden(number.only not in ("", config.architecture))
        self.show_levels(config.levels)

    def show_levels(self, levels: tuple[Level, ...]) -> None:
        self.levels.blockSignals(True)
        self.levels.setRowCount(len(levels))
        for row, level in enumerate(levels):
            for column, key in enumerate(COLUMNS):
                item = QTableWidgetItem(written(getattr(level, key)))
                if key == "side" or (key == "fade" and row == 0):
                    item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                self.levels.setItem(row, column, item)
        header = self.levels.horizontalHeader().height()
        self.levels.setFixedHeight(header + sum(map(self.levels.rowHeight, range(len(levels)))) + 4)
        self.levels.blockSignals(False)

    def take(self, number: Number, text: str) -> None:
        """A typed value, as the config's own reader sees it."""
        assert self.config is not None
        if text == written(getattr(self.config, number.key)):
            return
        self.fields[number.key].setModified(False)  # what is shown from now on is the config again
        try:
            value = read(number.key, text)
        except msgspec.MsgspecError:
            self.refused.emit(f"{number.word}: '{text}' is not a number that fits")
            self.show_again(number)
        else:
            self.set.emit(number.key, value)

    def show_again(self, number: Number) -> None:
        """What it was before."""
        field = self.fields[number.key]
        assert isinstance(field, QLineEdit)
        field.setText(written(getattr(self.config, number.key)))

    def take_level(self, row: int, column: int) -> None:
        """A typed number of a phase."""
        assert self.config is not None
        level, key, text = self.config.levels[row], COLUMNS[column], self.levels.item(row, column).text()
        try:
            value = msgspec.convert(msgspec.to_builtins(level) | {key: number_of(text)}, Level)
        except (msgspec.MsgspecError, ValueError):
            self.refused.emit(f"{TITLES[column]}: '{text}' is not a number that fits")
            self.show_levels(self.config.levels)
        else:
            levels = list(self.config.levels)
            levels[row] = replace(level, **{key: getattr(value, key)})
            self.set.emit("levels", tuple(levels))


def written(value: Any) -> str:
    """As it is typed."""
    return "auto" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def number_of(text: str) -> float | int:
    """A whole number where it is one; ValueError."""
    plain = text.strip().replace(",", "")
    return int(plain) if plain.lstrip("+-").isdigit() else float(plain)


def read(key: str, text: str) -> Any:
    """A value of a setting; msgspec.MsgspecError where it is of another kind."""
    field = next(field for field in msgspec.structs.fields(Config) if field.name == key)
    if text.strip().lower() in ("", "auto"):
        return msgspec.convert(None, field.type)
    try:
        value: Any = number_of(text)
    except ValueError as error:
        raise msgspec.ValidationError(str(error)) from error
    return msgspec.convert(value, field.type)
