"""The View section: where the picture plane is looked at."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace
from PySide6.QtWidgets import QWidget

from engine.recipe import Recipe, View
from studio.panels.panel import Panel, tool
from studio.scale import Scale

SHIFT = Scale(-0.5, 0.5, 0.0, origin=0.0, step=0.01, decimals=0, limits=(-10.0, 10.0), factor=100, suffix=" %")
TURN = Scale(-180.0, 180.0, 0.0, origin=0.0, step=1.0, decimals=1, limits=(-3600.0, 3600.0), suffix="°")
ZOOM = Scale(0.5, 2.0, 1.0, origin=1.0, step=0.02, limits=(0.01, 100.0), suffix="×")

# field of the view -> its label, its scale, what it does
SLIDERS = {
    "x": ("x", SHIFT, "Moves the picture to the right, in parts of its width"),
    "y": ("y", SHIFT, "Moves the picture down, in parts of its height"),
    "rotation": ("rotation", TURN, "Turns the picture counter-clockwise"),
    "zoom": ("zoom", ZOOM, "Larger or smaller; 1 is as the network draws it"),
}


class ViewPanel(Panel):
    """The view of the recipe. A network that cannot follow it itself has its finished picture moved."""

    title = "View"

    def build(self) -> None:
        self.sliders = {}
        for field, (label, scale, tip) in SLIDERS.items():
            slider = self.slider(label, scale, address=f"view.{field}")
            slider.setToolTip(tip)
            slider.moved.connect(partial(self.change, field))
            self.sliders[field] = slider
        self.back = tool("reset", "The picture as the network draws it")
        self.back.clicked.connect(self.reset)

    def header_widgets(self) -> list[QWidget]:
        return [self.back]

    def on_recipe(self, old: Recipe, new: Recipe) -> None:
        if old.view != new.view:
            self.show_recipe(new)

    def show_recipe(self, recipe: Recipe) -> None:
        for field, slider in self.sliders.items():
            slider.show_value(getattr(recipe.view, field))
        self.back.setEnabled(recipe.view != View())

    def change(self, field: str, value: float) -> None:
        """One number of the view."""
        self.edit("View", moving=f"view {field}", view=replace(self.recipe.view, **{field: value}))

    def reset(self) -> None:
        """The picture as the network draws it."""
        self.edit("Reset view", view=View())
