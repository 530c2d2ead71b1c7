"""The Truncation section: how far from the mean face."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtWidgets import QHBoxLayout, QLabel

from engine.recipe import Recipe, Truncation
from studio.choice import Choice
from studio.open_model import OpenModel
from studio.panels.panel import Panel
from studio.scale import Scale

CENTRES = {
    "mean": ("Mean", "psi pulls towards the mean of all faces"),
    "nearest": ("Nearest", "psi pulls towards the nearest of several centres, so that faces stay different"),
}
PSI = Scale(-1.0, 1.5, Truncation().psi, origin=0.0, step=0.05, limits=(-10.0, 10.0))


class TruncationPanel(Panel):
    """psi, cutoff and centre of the recipe."""

    title = "Truncation"

    def build(self) -> None:
        self.psi = self.slider("psi", PSI, address="truncation.psi")
        self.psi.setToolTip("1 leaves the face alone, 0 is the centre, below 0 its opposite")
        self.psi.moved.connect(self.set_psi)
        self.cutoff = self.slider("cutoff", cutoff_scale(1), address="truncation.cutoff")
        self.cutoff.setToolTip("Style rows from this one on are left alone")
        self.cutoff.moved.connect(self.set_cutoff)
        self.centre = Choice("Centre", CENTRES)
        self.centre.chosen.connect(self.set_centre)
        word = QLabel("centre")
        word.setProperty("muted", True)
        row = QHBoxLayout()
        row.addWidget(word)
        row.addStretch()
        row.addWidget(self.centre)
        self.column.addLayout(row)

    def suits(self, model: OpenModel) -> bool:
        return model.has_w

    def show_model(self, model: OpenModel) -> None:
        self.cutoff.set_scale(cutoff_scale(model.style_rows))

    def on_recipe(self, old: Recipe, new: Recipe) -> None:
        if old.truncation != new.truncation:
            self.show_recipe(new)

    def show_recipe(self, recipe: Recipe) -> None:
        cutoff = recipe.truncation.cutoff
        self.psi.show_value(recipe.truncation.psi)
        self.centre.show_choice(recipe.truncation.centre)
        self.cutoff.show_value(self.cutoff.scale.default if cutoff is None else float(cutoff))

    def set_psi(self, value: float) -> None:
        self.edit("Truncation", moving="psi", truncation=replace(self.recipe.truncation, psi=value))

    def set_cutoff(self, value: float) -> None:
        cutoff = None if value >= self.cutoff.scale.default else int(value)
        self.edit("Cutoff", moving="cutoff", truncation=replace(self.recipe.truncation, cutoff=cutoff))

    def set_centre(self, centre: str) -> None:
        self.edit(f"Centre: {centre}", truncation=replace(self.recipe.truncation, centre=centre))

    def other_centre(self) -> None:
        """From the mean to the nearest centre, and back."""
        self.set_centre("mean" if self.recipe.truncation.centre == "nearest" else "nearest")


def cutoff_scale(rows: int) -> Scale:
    """Whole style rows; the last stop is all of them."""
    return Scale(0, rows, rows, origin=rows, step=1, decimals=0, names={float(rows): "all rows"})
