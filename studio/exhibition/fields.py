"""The parts of the show's settings: sliders and rows in a column, each bound to one field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from engine.easing import EASINGS
from engine.timeline.easings import Ease, Easing
from studio import theme
from studio.choice import Choice, toggle
from studio.exhibition.show_desk import ShowDesk
from studio.scale import Scale
from studio.slider import Slider
from studio.training.form import Row, heading

Edit = Callable[..., None]
SECONDS = {"decimals": 0, "suffix": " s", "step": 5.0}


class Fields(QWidget):
    """A column of settings. Subclasses build it in `__init__` and write `show_values`."""

    def __init__(self, desk: ShowDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(18, 16, 18, 18)
        self.column.setSpacing(10)

    def head(self, text: str) -> QLabel:
        """A heading."""
        made = heading(text)
        self.column.addWidget(made)
        return made

    def note(self, text: str) -> QLabel:
        """A muted sentence."""
        made = QLabel(text, wordWrap=True)
        made.setProperty("muted", True)
        made.setFont(theme.font(theme.VALUE_PX))
        self.column.addWidget(made)
        return made

    def slider(self, name: str, scale: Scale, edit: Edit, field: str, tip: str = "") -> Slider:
        """A number of the show."""
        made = Slider(name, scale)
        made.setToolTip(tip)
        whole = scale.decimals == 0 and scale.factor == 1 and not scale.suffix
        kind = round if whole else float
        made.moved.connect(lambda value: edit(name, moving=f"show {name}", **{field: kind(value)}))
        made.rested.connect(self.desk.document.rest)
        made.refused.connect(self.desk.messages.warn)
        self.column.addWidget(made)
        return made

    def choice(self, name: str, options: Mapping[str, tuple[str, str]], chosen: Callable[[str], None]) -> Choice:
        """One of a few words."""
        made = Choice(name, options)
        made.chosen.connect(chosen)
        self.column.addWidget(Row(name, made))
        return made

    def combo(self, name: str, tip: str, chosen: Callable[[Any], None]) -> QComboBox:
        """One of many."""
        made = QComboBox(accessibleName=name, toolTip=tip)
        made.setMinimumContentsLength(8)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.activated.connect(lambda index: chosen(made.itemData(index)))
        self.column.addWidget(Row(name, made))
        return made

    def easing(self, edit: Edit, name: str = "Easing") -> QComboBox:
        """A named curve; one with handles, that a timeline brought, is left as it is."""
        made = self.combo(name, "How a way begins and ends", lambda id: edit("Easing", easing=Ease(id)) if id else None)
        for id, easing in EASINGS.items():
            made.addItem(easing.title, id)
        return made

    def line(self, name: str, tip: str, entered: Callable[[str], None], most: int = 80) -> QLineEdit:
        """A text, taken with Enter or when it is left."""
        made = QLineEdit(accessibleName=name, toolTip=tip, maxLength=most)

        def take() -> None:
            if made.isModified():
                made.setModified(False)
                entered(made.text().strip())

        made.editingFinished.connect(take)
        self.column.addWidget(Row(name, made))
        return made

    def switch(self, text: str, tip: str, switched: Callable[[bool], None]) -> QWidget:
        """A word that is on or off."""
        made = toggle(text, tip)
        made.setProperty("toggle", False)
        made.setProperty("option", True)
        made.clicked.connect(switched)
        self.column.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
        return made

    def show_values(self) -> None:
        """Show what the show says; tells nobody."""
        raise NotImplementedError


def show_easing(combo: QComboBox, easing: Easing) -> None:
    """A curve of the table, or nothing for one of another kind."""
    combo.setCurrentIndex(combo.findData(easing.id) if isinstance(easing, Ease) else -1)


def show_text(line: QLineEdit, text: str) -> None:
    """Without disturbing who types."""
    if not line.isModified() and line.text() != text:
        line.setText(text)
