"""The Growth section: the picture of a network that grew, at any stage of its growth."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from engine.errors import RecipeError
from engine.growth import growth_at, growth_text
from engine.recipe import Recipe
from studio.open_model import OpenModel
from studio.panels.panel import Panel, tool
from studio.scale import Scale

STEP = 0.05
BOX_WIDTH = 84  # "1024 + 40 %"


@dataclass(frozen=True)
class GrowthScale(Scale):
    """Levels from the first, 0, to the full picture; written and read as the side in pixels."""

    sides: tuple[int, ...] = (4, 8)

    def text(self, value: float) -> str:
        return growth_text(len(self.sides) - 1 - self.kept(value), self.sides)

    def read(self, text: str) -> float:
        try:
            return self.rounded(len(self.sides) - 1 - growth_at(text, self.sides))
        except RecipeError as error:
            raise ValueError(str(error)) from error


class GrowthPanel(Panel):
    """The growth of the recipe."""

    title = "Growth"
    rare = True

    def build(self) -> None:
        self.sides: tuple[int, ...] = (4, 8)
        self.stands_at = 0.0
        self.side = self.slider("side", scale_of(self.sides, self.stands_at), address="growth")
        self.side.box.setFixedWidth(BOX_WIDTH)
        self.side.setToolTip("How far the network has grown: 4 px is its first stage; between two, the next fades in")
        self.side.moved.connect(self.set_level)
        self.back = tool("reset", "As far as the network has grown")
        self.back.clicked.connect(self.reset)

    def header_widgets(self) -> list[QWidget]:
        return [self.back]

    def suits(self, model: OpenModel) -> bool:
        return len(model.growth_sides) > 1

    def show_model(self, model: OpenModel) -> None:
        if self.suits(model):
            self.sides, self.stands_at = model.growth_sides, model.growth
            self.side.set_scale(scale_of(self.sides, self.stands_at))

    def on_recipe(self, old: Recipe, new: Recipe) -> None:
        if old.growth != new.growth:
            self.show_recipe(new)

    def show_recipe(self, recipe: Recipe) -> None:
        lod = self.stands_at if recipe.growth is None else recipe.growth
        self.side.show_value(len(self.sides) - 1 - lod)
        self.back.setEnabled(recipe.growth is not None)

    def set_level(self, level: float) -> None:
        """A level counted from the first; where the file stands is no wish."""
        lod = round(len(self.sides) - 1 - level, 2)
        self.edit("Growth", moving="growth", growth=None if lod == round(self.stands_at, 2) else lod)

    def reset(self) -> None:
        """As far as the network has grown."""
        self.edit("Reset growth", growth=None)


def scale_of(sides: tuple[int, ...], stands_at: float) -> GrowthScale:
    """From the first stage to the last, one level a whole number."""
    last = len(sides) - 1
    return GrowthScale(0.0, float(last), last - stands_at, step=STEP, sides=sides)
