"""The base of all panels: knows the document, shows its recipe, emits intents; holds no truth of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget

from engine.recipe import DirectionAmount, Recipe
from studio import theme
from studio.document import Document
from studio.icons import icon
from studio.messages import Messages
from studio.open_model import OpenModel
from studio.panels.control_menu import ControlMenu
from studio.scale import Scale
from studio.settings import Settings
from studio.slider import Slider
from studio.thumbnails import Thumbnails


@dataclass(frozen=True)
class Desk:
    """What every panel may reach."""

    document: Document
    messages: Messages
    thumbnails: Thumbnails
    settings: Settings
    controls: ControlMenu = field(default_factory=ControlMenu)


class Panel(QWidget):
    """One concept of the recipe. Subclasses set `title` and write build, show_recipe and, if need be, show_model."""

    title = ""
    rare = False  # not there until a model comes that it suits
    asked = Signal()  # someone looks for it: it wants to be seen

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.document = desk.document
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(2)
        self.build()
        self.document.recipe_changed.connect(self.on_recipe)
        self.document.model_changed.connect(self.on_model)
        self.show_recipe(self.document.recipe)

    def build(self) -> None:
        """Make the widgets; called once."""
        raise NotImplementedError

    def show_recipe(self, recipe: Recipe) -> None:
        """Show what the recipe says; never emits an intent."""
        raise NotImplementedError

    def show_model(self, model: OpenModel) -> None:
        """A model was opened."""

    def suits(self, model: OpenModel) -> bool:
        """Whether a model has what this is about; a panel that does not suit is not there."""
        return True

    def header_widgets(self) -> list[QWidget]:
        """Small widgets at the right of the section's heading."""
        return []

    @property
    def recipe(self) -> Recipe:
        """The recipe on show."""
        return self.document.recipe

    def edit(self, text: str, *, moving: str | None = None, **changes: Any) -> None:
        """Send an intent; see Document.edit."""
        self.document.edit(text, moving=moving, **changes)

    def slider(
        self,
        label: str,
        scale: Scale,
        hint: str = "",
        fill: str = theme.ACCENT,
        lead: QWidget | None = None,
        beside: Sequence[QWidget] = (),
        address: str = "",
    ) -> Slider:
        """A slider in this panel's column; address: of the control that it moves, if it is one of `engine.controls`."""
        made = Slider(label, scale, hint, fill, lead, beside, self)
        made.address = address
        made.mapping_wanted.connect(self.document.mapping_wanted)
        if address:
            made.menu_opens.connect(partial(self.offer, address, None))
        made.rested.connect(self.document.rest)
        made.refused.connect(self.desk.messages.warn)
        self.column.addWidget(made)
        return made

    def offer(self, address: str, move: DirectionAmount | None, menu: QMenu) -> None:
        """Let the program add to the menu of a control."""
        self.desk.controls.opens.emit(menu, address, move)

    def on_recipe(self, old: Recipe, new: Recipe) -> None:
        self.show_recipe(new)

    def on_model(self, model: OpenModel) -> None:
        self.show_model(model)
        self.show_recipe(self.recipe)


def tool(name: str, tip: str, size: int = 16) -> QToolButton:
    """A small flat button with an icon; reached by Tab like everything else."""
    button = QToolButton()
    button.setIcon(icon(name))
    button.setIconSize(QSize(size, size))
    button.setFixedSize(26, 26)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    return button
