"""The table of style mixes of the StyleGAN paper (1812.04948, figure 3), as recipes. No tensors live here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.mixes import crossed
from engine.recipe import Recipe


@dataclass(frozen=True)
class MixingTable:
    """Sources across, destinations down; each cell is its destination with these style rows of its source."""

    sources: tuple[Recipe, ...]
    destinations: tuple[Recipe, ...]
    rows: tuple[int, ...]
    style_rows: int

    def cell(self, destination: int, source: int) -> Recipe:
        """The recipe of a cell, counted from 0."""
        return crossed(self.destinations[destination], self.sources[source], self.rows, self.style_rows)

    @property
    def lines(self) -> Sequence[Sequence[Recipe | None]]:
        """The whole table in reading order with its headers; the corner is empty."""
        return [
            [None, *self.sources],
            *(
                [head, *(self.cell(down, across) for across in range(len(self.sources)))]
                for down, head in enumerate(self.destinations)
            ),
        ]

    @property
    def recipes(self) -> list[Recipe]:
        """Every recipe in reading order, headers included."""
        return [recipe for line in self.lines for recipe in line if recipe is not None]
