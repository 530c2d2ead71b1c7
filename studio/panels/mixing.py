"""The Style mix section: coarse, middle and fine style rows from other faces."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace
from PySide6.QtWidgets import QLabel, QWidget

from engine.checks import rows_text
from engine.recipe import Mix, Recipe, SeedLatent
from studio import theme
from studio.open_model import Band, OpenModel
from studio.panels.panel import Panel, tool
from studio.scale import Scale
from studio.seed_box import SeedBox, random_seed
from studio.slider import Slider
from studio.thumb import Thumb

AMOUNT = Scale(0.0, 1.0, 0.0, step=0.05, decimals=0, factor=100, suffix=" %", limits=(-10.0, 10.0))
FACE = 36
FIRST_SOURCES = (11, 12, 13)  # what a band offers before a person chose a face for it


class MixingPanel(Panel):
    """One slider and one source for each band of rows; a mix on other rows is left alone and told of."""

    title = "Style mix"

    def build(self) -> None:
        self.bands: list[BandRow] = []
        self.others = QLabel(wordWrap=True)
        self.others.setProperty("muted", True)
        self.reset = tool("reset", "No style mix")
        self.reset.clicked.connect(lambda: self.edit("No style mix", mixes=()))
        self.column.addWidget(self.others)

    def header_widgets(self) -> list[QWidget]:
        return [self.reset]

    def show_model(self, model: OpenModel) -> None:
        for row in self.bands:
            row.slider.setParent(None)
            row.slider.deleteLater()
        self.bands = [self.band_row(band, source) for band, source in zip(model.bands, FIRST_SOURCES, strict=False)]
        self.column.removeWidget(self.others)
        self.column.addWidget(self.others)

    def band_row(self, band: Band, source: int) -> BandRow:
        """The widgets of one band."""
        rows, name = rows_text(band.rows), band.name.lower()
        face, seed, dice = (
            Thumb(self.desk.thumbnails, FACE, f"The face that gives style rows {rows}"),
            SeedBox(f"Seed of the {name} rows"),
            tool("dice", f"Random face for the {name} rows", 14),
        )
        seed.setToolTip(f"Seed of the face that gives style rows {rows}")
        seed.make_small()
        dice.setFixedSize(24, 24)
        slider = self.slider(band.name, AMOUNT, band.hint, theme.SECOND, face, (seed, dice))
        row = BandRow(band, source, slider, face, seed)
        slider.moved.connect(lambda amount: self.set_mix(row, amount=amount))
        seed.changed.connect(lambda number: self.set_mix(row, seed=number))
        seed.refused.connect(self.desk.messages.warn)
        dice.clicked.connect(lambda: self.set_mix(row, seed=random_seed()))
        return row

    def show_recipe(self, recipe: Recipe) -> None:
        for row in self.bands:
            mix = mix_of(recipe, row.band)
            row.slider.show_value(0.0 if mix is None else mix.amount)
            theme.brighten(row.seed, bright=mix is not None and mix.amount != 0)
            source = SeedLatent(row.first_source) if mix is None else mix.source
            row.face.show_recipe(Recipe(latent=source))
            if isinstance(source, SeedLatent):
                row.seed.show_seed(source.seed)
            else:
                row.seed.show_seed(None, "no seed")
        known = {row.band.rows for row in self.bands}
        more = [mix for mix in recipe.mixes if mix.rows not in known]
        self.others.setText(f"and on rows {'; '.join(rows_text(mix.rows) for mix in more)} by the recipe")
        self.others.setVisible(bool(more) and bool(self.bands))
        self.reset.setEnabled(bool(recipe.mixes))

    def set_mix(self, row: BandRow, *, amount: float | None = None, seed: int | None = None) -> None:
        """Change what a band takes; a mix of amount 0 stays in the recipe, since it holds the face that was chosen."""
        old = mix_of(self.recipe, row.band) or Mix(SeedLatent(row.first_source), row.band.rows, 0.0)
        new = replace(
            old,
            source=old.source if seed is None else SeedLatent(seed),
            amount=old.amount if amount is None else amount,
        )
        others = tuple(mix for mix in self.recipe.mixes if mix.rows != row.band.rows)
        moving = f"mix {row.band.name}" if amount is not None else None
        self.edit(
            f"{row.band.name} style mix", moving=moving, mixes=tuple(sorted((*others, new), key=lambda m: m.rows))
        )


@dataclass(frozen=True)
class BandRow:
    """The widgets of one band."""

    band: Band
    first_source: int
    slider: Slider
    face: Thumb
    seed: SeedBox


def mix_of(recipe: Recipe, band: Band) -> Mix | None:
    """The recipe's mix on exactly these rows."""
    return next((mix for mix in recipe.mixes if mix.rows == band.rows), None)
