"""A slider of the Style mix section: how much some style rows take, and from which face."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from engine.checks import rows_text
from engine.mixes import Chain, amount_of, source_of
from engine.recipe import Latent, PlaneLatent, Recipe, SeedLatent
from studio import theme
from studio.mixing.source_menu import offer
from studio.panels.panel import tool
from studio.scale import Scale
from studio.seed_box import SeedBox, random_seed
from studio.slider import Slider
from studio.thumb import Thumb
from studio.thumbnails import Thumbnails

AMOUNT = Scale(0.0, 1.0, 0.0, step=0.05, decimals=0, factor=100, suffix=" %", limits=(-10.0, 10.0))
FACE = 36


class SourceSlider(Slider):
    """For the style rows `rows`, which `what` describes to a screen reader.

    sourced: take the rows from this latent; dropped: from what was dropped; mine: from the face on show;
    visited: go to the source's own face.
    """

    sourced = Signal(object)  # Latent
    dropped = Signal(object)  # Recipe
    mine = Signal()
    visited = Signal(object)  # Latent

    def __init__(self, name: str, what: str, hint: str, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        self.rows: tuple[int, ...] = ()
        self.source: Latent = SeedLatent(0)
        self.own_hint = hint
        self.face = Thumb(thumbnails, FACE, f"The face that gives the {what}")
        self.seed = SeedBox(f"Seed of the {what}")
        self.dice = tool("dice", f"Random face for the {what}", 14)
        self.seed.make_small()
        self.dice.setFixedSize(24, 24)
        super().__init__(name, AMOUNT, hint, theme.SECOND, self.face, (self.seed, self.dice), parent)
        self.face.clicked.connect(self.offer)
        self.face.dropped.connect(self.dropped)
        self.seed.changed.connect(lambda seed: self.sourced.emit(SeedLatent(seed)))
        self.seed.refused.connect(self.refused)
        self.dice.clicked.connect(self.randomise)

    def randomise(self) -> None:
        """Any face."""
        self.sourced.emit(SeedLatent(random_seed()))

    def offer(self) -> None:
        """What can be done with the source."""
        offer(self.face, self.randomise, self.mine.emit, lambda: self.visited.emit(self.source))

    def rename(self, name: str, hint: str) -> None:
        """It is for other rows now."""
        self.name, self.own_hint = name, hint
        self.track.setAccessibleName(name)
        self.box.setAccessibleName(f"{name}, value")

    def show_rows(self, rows: tuple[int, ...], chains: Sequence[Chain], first_source: Latent, look: Recipe) -> None:
        """Show what these rows take, without telling anyone. chains: of all rows; look: how thumbnails are made."""
        mine = [chains[row] for row in rows]
        alike = len(set(mine)) == 1
        self.rows = rows
        self.source = next((source for chain in mine if (source := source_of(chain)) is not None), first_source)
        seed = self.source.seed if isinstance(self.source, SeedLatent) else None
        self.address = "" if seed is None else f"mix/{seed}:{rows_text(rows)}"
        amount = sum(map(amount_of, mine)) / len(mine)
        self.hint = "varies" if not alike else "several faces" if len(mine[0]) > 1 else self.own_hint
        self.show_value(amount)
        self.face.show_recipe(Recipe(model=look.model, latent=self.source, label=look.label))
        where = f"style row{'s' * (len(rows) > 1)} {rows_text(rows)}"
        self.face.setToolTip(f"The face that gives {where}; click for more, or drop a face here")
        self.seed.setToolTip(f"Seed of the face that gives {where}")
        theme.brighten(self.seed, bright=any(amount_of(chain) for chain in mine))
        if isinstance(self.source, SeedLatent):
            self.seed.show_seed(self.source.seed)
        else:
            self.seed.show_seed(None, "walk" if isinstance(self.source, PlaneLatent) else "numbers")
