"""The Latent section: which face."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout

from engine.recipe import PlaneLatent, Recipe, SeedLatent
from studio.panels.panel import Panel, tool
from studio.seed_box import SeedBox, random_seed


class LatentPanel(Panel):
    """The seed, its neighbours and the dice."""

    title = "Latent"

    def build(self) -> None:
        self.seed = SeedBox("Seed")
        self.seed.setToolTip("Seed of the face: a whole number from 0 to 2^64 - 1")
        self.seed.changed.connect(self.go_to)
        self.seed.refused.connect(self.desk.messages.warn)
        self.previous = tool("previous", "Previous seed (Alt+Left)")
        self.next = tool("next", "Next seed (Alt+Right)")
        self.dice = tool("dice", "Random seed (Space)")
        self.previous.clicked.connect(self.previous_seed)
        self.next.clicked.connect(self.next_seed)
        self.dice.clicked.connect(self.randomise)
        row = QHBoxLayout()
        row.setSpacing(4)
        for widget in (self.seed, self.previous, self.next, self.dice):
            row.addWidget(widget)
        self.column.addLayout(row)

    def show_recipe(self, recipe: Recipe) -> None:
        if isinstance(recipe.latent, SeedLatent):
            self.seed.show_seed(recipe.latent.seed)
        elif isinstance(recipe.latent, PlaneLatent):
            self.seed.show_seed(None, "between faces")
        else:
            self.seed.show_seed(None, "given by its numbers")

    def go_to(self, seed: int) -> None:
        """The face of this seed."""
        self.edit("Seed", latent=SeedLatent(seed))

    def next_seed(self) -> None:
        """The face of the next seed."""
        self.seed.step(1)

    def previous_seed(self) -> None:
        """The face of the seed before."""
        self.seed.step(-1)

    def randomise(self) -> None:
        """Any face."""
        self.go_to(random_seed())
