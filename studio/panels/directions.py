"""The Directions section: named directions of the model, one slider each."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from engine.recipe import DirectionAmount, Recipe
from studio.open_model import DirectionFacts, OpenModel
from studio.panels.panel import Panel, tool
from studio.scale import Scale
from studio.slider import Slider

SHOWN = 8


class DirectionsPanel(Panel):
    """The first directions of the model, and those that a recipe uses beyond them."""

    title = "Directions"

    def build(self) -> None:
        self.sliders: dict[str, Slider] = {}
        self.facts: dict[str, DirectionFacts] = {}
        self.none = QLabel("This model has no directions yet.", wordWrap=True)
        self.none.setProperty("muted", True)
        self.column.addWidget(self.none)
        self.reset = tool("reset", "All directions to 0")
        self.reset.clicked.connect(lambda: self.edit("No directions", directions=()))

    def header_widgets(self) -> list[QWidget]:
        return [self.reset]

    def show_model(self, model: OpenModel) -> None:
        for slider in self.sliders.values():
            slider.setParent(None)
            slider.deleteLater()
        self.sliders.clear()
        self.facts = {facts.id: facts for facts in model.directions}
        for facts in model.directions[:SHOWN]:
            self.add(facts)
        self.none.setVisible(not model.directions)

    def show_recipe(self, recipe: Recipe) -> None:
        amounts = {move.id: move.amount for move in recipe.directions}
        # a slider that was added stays, so that dragging it to 0 does not pull it from under the hand
        for id in amounts.keys() & self.facts.keys() - self.sliders.keys():
            self.add(self.facts[id])
        for id, slider in self.sliders.items():
            slider.show_value(amounts.get(id, 0.0))
        self.reset.setEnabled(bool(amounts))

    def add(self, facts: DirectionFacts) -> None:
        """A slider over the calibrated range; more may be typed."""
        most = 3 * max(abs(facts.low), abs(facts.high))
        scale = Scale(facts.low, facts.high, 0.0, origin=0.0, step=0.1, signed=True, limits=(-most, most))
        slider = self.slider(facts.name, scale)
        slider.moved.connect(lambda amount: self.set_amount(facts, amount))
        self.sliders[facts.id] = slider

    def set_amount(self, facts: DirectionFacts, amount: float) -> None:
        """Move along a direction; amount 0 leaves the recipe. The rows that a recipe chose are kept."""
        before = {move.id: move for move in self.recipe.directions}
        rows = before[facts.id].rows if facts.id in before else facts.rows
        moves = {**before, facts.id: DirectionAmount(facts.name, facts.id, amount, rows)}
        kept = tuple(move for move in moves.values() if move.amount)
        self.edit(facts.name, moving=f"direction {facts.id}", directions=kept)
