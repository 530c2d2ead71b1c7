"""The Style mix section: style rows from other faces, by bands or row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QToolButton, QWidget

from engine.errors import VisagistError
from engine.mixes import Take, amount_of, rows_of, source_of, with_rows
from engine.recipe import Latent, Recipe, SeedLatent
from studio.mixing.console import Console
from studio.mixing.source_slider import SourceSlider
from studio.open_model import Band, OpenModel
from studio.panels.panel import Panel, tool

FIRST_SOURCES = tuple(map(SeedLatent, (11, 12, 13)))  # what a band offers before a person chose a face for it


class MixingPanel(Panel):
    """One slider and one source for each band of rows; or a fader for each row, and slider and source for one of them.

    by_row: whether single rows are shown was switched.
    """

    title = "Style mix"
    by_row = Signal(bool)

    def build(self) -> None:
        self.bands: dict[Band, SourceSlider] = {}
        self.console = Console()
        self.console.moved.connect(lambda amounts: self.set_rows(amounts, "Style row", moving="rows", amounts=amounts))
        self.console.rested.connect(self.document.rest)
        self.console.chosen.connect(lambda row: self.show_recipe(self.recipe))
        self.console.dropped.connect(self.drop)
        self.one = self.source_slider("Row", "chosen row", "")
        self.console.typed.connect(self.one.box.begin)
        self.column.addWidget(self.console)
        self.column.addWidget(self.one)
        self.per_row = QToolButton(text="per row", checkable=True)
        self.per_row.setToolTip("One fader for each style row: sweep across them, drop faces on them")
        self.per_row.setMinimumHeight(24)
        self.per_row.toggled.connect(self.switch)
        self.reset = tool("reset", "No style mix")
        self.reset.clicked.connect(self.clear)
        self.switch(False)

    def header_widgets(self) -> list[QWidget]:
        return [self.per_row, self.reset]

    def source_slider(self, name: str, what: str, hint: str) -> SourceSlider:
        """A slider with its source, connected."""
        made = SourceSlider(name, what, hint, self.desk.thumbnails, self)
        text = f"{name} style mix"
        made.moved.connect(
            lambda amount: self.set_rows(
                made.rows, text, moving=f"mix {name}", amounts=dict.fromkeys(made.rows, amount)
            )
        )
        made.rested.connect(self.document.rest)
        made.refused.connect(self.desk.messages.warn)
        made.mapping_wanted.connect(self.document.mapping_wanted)
        made.sourced.connect(lambda source: self.set_rows(made.rows, text, source=source))
        made.mine.connect(lambda: self.set_rows(made.rows, text, source=self.recipe.latent))
        made.dropped.connect(lambda recipe: self.take(made.rows, text, recipe))
        made.visited.connect(lambda source: self.edit("Go to a source", latent=source, mixes=()))
        return made

    def clear(self) -> None:
        """Every row its own again."""
        self.edit("No style mix", mixes=())

    def switch(self, by_row: bool) -> None:
        """Bands, or single rows."""
        self.per_row.setChecked(by_row)
        for slider in self.bands.values():
            slider.setHidden(by_row)
        for widget in (self.console, self.one):
            widget.setVisible(by_row and bool(self.bands))
        self.show_recipe(self.recipe)
        self.by_row.emit(by_row)

    def suits(self, model: OpenModel) -> bool:
        return model.mixes

    def show_model(self, model: OpenModel) -> None:
        for slider in self.bands.values():
            slider.setParent(None)
            slider.deleteLater()
        self.bands = {
            band: self.source_slider(band.name, f"{band.name.lower()} rows", band.hint) for band in model.bands
        }
        for slider in self.bands.values():
            self.column.addWidget(slider)
        self.console.set_bands(model.bands)
        self.switch(self.per_row.isChecked())

    def on_recipe(self, old: Recipe, new: Recipe) -> None:
        if (old.mixes, old.latent, old.label) != (new.mixes, new.latent, new.label):
            self.show_recipe(new)

    def show_recipe(self, recipe: Recipe) -> None:
        self.reset.setEnabled(bool(recipe.mixes))
        if not self.bands:
            return
        chains = rows_of(recipe.mixes, len(self.console.faders))
        if not self.per_row.isChecked():
            for band, slider in self.bands.items():
                slider.show_rows(band.rows, chains, self.source_for(band.rows[0]), recipe)
            return
        self.console.show_rows(chains)
        row = self.console.row
        self.one.rename(f"Row {row}", self.band_of(row).name.lower())
        self.one.show_rows((row,), chains, self.source_for(row), recipe)

    def band_of(self, row: int) -> Band:
        """The band that a row belongs to."""
        return next(band for band in self.bands if row in band.rows)

    def source_for(self, row: int) -> Latent:
        """What a row without a source would take: what its band takes, or what is offered at first."""
        band = self.band_of(row)
        chains = rows_of(self.recipe.mixes, len(self.console.faders))
        found = (source_of(chains[other]) for other in band.rows)
        first = FIRST_SOURCES[list(self.bands).index(band) % len(FIRST_SOURCES)]
        return next((source for source in found if source is not None), first)

    def set_rows(
        self,
        rows: Iterable[int],
        text: str,
        *,
        moving: str | None = None,
        source: Latent | None = None,
        amounts: Mapping[int, float] | None = None,
    ) -> None:
        """Change what rows take. A mix of amount 0 stays in the recipe, since it holds the face that was chosen."""
        chains = rows_of(self.recipe.mixes, len(self.console.faders))
        takes: dict[int, Take] = {
            row: (
                source or source_of(chains[row]) or self.source_for(row),
                amount_of(chains[row]) if amounts is None else amounts[row],
            )
            for row in rows
        }
        self.edit(text, moving=moving, mixes=with_rows(self.recipe.mixes, len(chains), takes))

    def take(self, rows: tuple[int, ...], text: str, recipe: Recipe) -> None:
        """The latent of a recipe from somewhere becomes the source."""
        source = self.latent_of(recipe)
        if source is not None:
            self.set_rows(rows, text, source=source)

    def drop(self, rows: tuple[int, ...], recipe: Recipe) -> None:
        """The same for faders, which show no face: those that took nothing take all, so that something is seen."""
        source = self.latent_of(recipe)
        if source is not None:
            chains = rows_of(self.recipe.mixes, len(self.console.faders))
            amounts = {row: amount_of(chains[row]) or 1.0 for row in rows}
            self.set_rows(rows, "Style row", source=source, amounts=amounts)

    def latent_of(self, recipe: Recipe) -> Latent | None:
        """The latent of a recipe from somewhere, if this model can follow it; says so where not."""
        assert self.document.model is not None
        try:
            return self.document.model.accept(Recipe(model=recipe.model, latent=recipe.latent)).latent
        except VisagistError as error:
            self.desk.messages.fail("mixing", error)
            return None
