"""One line of the table of mappings: its source and its control, and how the one moves the other."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from engine.controls import control_at
from engine.easing import EASINGS
from engine.show.mapping import WAYS, Mapping
from engine.show.sources import words_of
from studio import theme
from studio.choice import toggle
from studio.exhibition.inputs.arrivals import Arrival
from studio.exhibition.inputs.meter import Meter
from studio.panels.panel import tool
from studio.scale import Scale
from studio.slider import ValueBox

NUMBER = Scale(-1e9, 1e9, decimals=2)
WHOLE = Scale(-1e9, 1e9, decimals=0)
TIME = Scale(0.0, 60.0, decimals=2, suffix=" s")
NUMBER_WIDTH = 56
LIVELY_S = 0.3  # since the last value
TIPS = {
    "follow": "The control stands where the knob stands",
    "toggle": "Each press goes to the other end of the range",
    "step": "Each press goes on to the next, and from the last to the first",
    "draw": "Each press goes somewhere in the range",
}


class MappingRow(QWidget):
    """changed: fields of the mapping that the hand wants; removed: it is not wanted; source_asked: the menu of sources.

    refused: one sentence about what was typed.
    """

    changed = Signal(dict)
    removed = Signal()
    source_asked = Signal(QMenu)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mapping: Mapping | None = None
        self.meter = Meter("What the source sends", 34)
        self.source = QToolButton(toolTip="What moves the control; click to choose another")
        self.source.setProperty("option", True)
        self.source.clicked.connect(self.ask_source)
        self.arrow = QLabel("→")
        self.arrow.setProperty("muted", True)
        self.control = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.control.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.on = toggle("On", "Whether the source moves the control now")
        self.on.clicked.connect(lambda checked: self.changed.emit({"enabled": checked}))
        self.remove = tool("quit", "Remove this mapping")
        self.remove.clicked.connect(self.removed)
        self.way = combo("How it moves", [(id, title, TIPS[id]) for id, title in WAYS.items()])
        self.way.activated.connect(lambda: self.changed.emit({"way": self.way.currentData()}))
        self.curve = combo("Curve", [(one.id, one.title, "") for one in EASINGS.values()])
        self.curve.setMinimumContentsLength(10)
        self.curve.activated.connect(lambda: self.changed.emit({"curve": self.curve.currentData()}))
        self.low, self.high = self.number("low", "Lowest value"), self.number("high", "Highest value")
        self.smoothing = self.number("smoothing", "Smoothing in seconds")
        self.takeover = toggle("Soft", "A knob that stands elsewhere moves nothing until it comes past the control")
        self.takeover.clicked.connect(lambda checked: self.changed.emit({"takeover": checked}))
        self.to, self.smooth = QLabel("to"), QLabel("smooth")
        self.lay_out()

    def lay_out(self) -> None:
        """What it is above, how it moves below."""
        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(6)
        for widget in (self.meter, self.source, self.arrow):
            first.addWidget(widget)
        first.addWidget(self.control, 1)
        for widget in (self.takeover, self.on, self.remove):
            first.addWidget(widget)
        second.addSpacing(self.meter.sizeHint().width() + 6)
        for label in (self.to, self.smooth):
            label.setProperty("muted", True)
        for widget in (self.way, self.curve, self.low, self.to, self.high, self.smooth, self.smoothing):
            second.addWidget(widget)
        second.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 8)
        column.setSpacing(4)
        column.addLayout(first)
        column.addLayout(second)

    def number(self, field: str, name: str) -> ValueBox:
        """A number that can be typed."""
        made = ValueBox(self)
        made.setProperty("flat", False)
        made.setAlignment(Qt.AlignmentFlag.AlignRight)
        made.setFixedWidth(NUMBER_WIDTH)
        made.setFixedHeight(24)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.setToolTip(name)
        made.entered.connect(lambda text: self.take(field, text))
        made.left.connect(made.clearFocus)
        return made

    def take(self, field: str, text: str) -> None:
        """A typed number."""
        try:
            value = (TIME if field == "smoothing" else self.scale).read(text)
        except ValueError as error:
            self.refused.emit(str(error))
            return
        self.changed.emit({field: value})

    @property
    def scale(self) -> Scale:
        """How the control's numbers are written."""
        whole = self.mapping is not None and control_at(self.mapping.address).kind in ("whole", "seed")
        return WHOLE if whole else NUMBER

    def show_mapping(self, mapping: Mapping, number: int) -> None:
        """Stand for a mapping, the first of which is number 1."""
        self.mapping = mapping
        control = control_at(mapping.address)
        source = words_of(mapping.source)
        self.source.setText(source)
        self.control.setText(control.title)
        self.control.setToolTip(f"{control.title} ({mapping.address})")
        self.on.setChecked(mapping.enabled)
        self.way.setCurrentIndex(self.way.findData(mapping.way))
        self.curve.setCurrentIndex(self.curve.findData(mapping.curve))
        self.low.show_text(self.scale.text(mapping.low))
        self.high.show_text(self.scale.text(mapping.high))
        self.smoothing.show_text(TIME.text(mapping.smoothing))
        self.takeover.setChecked(mapping.takeover)
        follows, glides = mapping.way == "follow", control.kind in ("number", "whole")
        self.curve.setVisible(follows)
        self.takeover.setVisible(follows)
        for widget in (self.smooth, self.smoothing):
            widget.setVisible(glides)
        for widget in (self.low, self.to, self.high):
            widget.setVisible(control.kind != "choice")
        for widget, name in (
            (self.source, "source"), (self.on, "on"), (self.remove, "remove"), (self.way, "how it moves"),
            (self.curve, "curve"), (self.low, "lowest value"), (self.high, "highest value"),
            (self.smoothing, "smoothing in seconds"), (self.takeover, "soft takeover"),
        ):  # fmt: skip
            widget.setAccessibleName(f"Mapping {number}, {source} to {control.title}: {name}")
        self.source.setStyleSheet(f"color: {theme.TEXT}" if mapping.enabled else "")
        self.control.setEnabled(mapping.enabled)

    def show_arrival(self, arrival: Arrival | None, now: float) -> None:
        """What the source sends just now."""
        if self.mapping is not None and arrival is not None:
            self.meter.show_share(self.mapping.share(arrival.value), lively=now - arrival.at < LIVELY_S)

    def ask_source(self) -> None:
        """What else could move the control."""
        menu = QMenu(self)
        self.source_asked.emit(menu)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.source.mapToGlobal(QPoint(0, self.source.height() + 2)))


def combo(name: str, options: list[tuple[str, str, str]]) -> QComboBox:
    """A list of words; each with its id as data."""
    made = QComboBox(accessibleName=name, toolTip=name)
    made.setFixedHeight(24)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(7)
    for id, title, tip in options:
        made.addItem(title, id)
        made.setItemData(made.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made
