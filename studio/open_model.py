"""What the window may know of the open model: facts, never the network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from engine.directions.headings import DISCOVERED
from engine.errors import RecipeError
from engine.recipe import ExplicitLatent, Latent, Recipe
from studio.directions.told import told

if TYPE_CHECKING:
    from engine.directions.pack import Known

UNLABELLED = ("sefa", "pca")
BANDS = (("Coarse", "pose, shape", 0, 4), ("Middle", "features", 5, 8), ("Fine", "colour, light", 9, None))


@dataclass(frozen=True)
class Band:
    """A range of style rows with a name: what people mix by."""

    name: str
    hint: str
    rows: tuple[int, ...]


@dataclass(frozen=True)
class DirectionFacts:
    """A direction as a slider needs it: id, name, rows, its calibrated range in units, and where it stands.

    method: how it was found; told: what was measured of it, in plain words. own: it stands in the person's own pack;
    made: nowhere else. passed: it came at once, and since then some were found that were looked at on pictures.
    """

    id: str
    name: str
    rows: tuple[int, ...]
    low: float
    high: float
    heading: str = DISCOVERED
    method: str = ""
    own: bool = False
    made: bool = False
    told: str = ""
    passed: bool = False


def facts_of(known: Known) -> tuple[DirectionFacts, ...]:
    """The facts of a model's directions; one without a range cannot be a slider."""
    searched = any(d.method in UNLABELLED and d.measured for d in known.pack.directions)
    return tuple(
        DirectionFacts(
            d.id,
            d.name,
            d.rows,
            d.low,
            d.high,
            d.heading,
            d.method,
            own=d.id in known.own,
            made=d.id in known.own - known.elsewhere,
            told=told(d.statistics),
            passed=searched and d.method in UNLABELLED and not d.measured and d.id not in known.own,
        )
        for d in known.pack.directions
        if d.low < d.high
    )


@dataclass(frozen=True)
class OpenModel:
    """number: which opening this is, so that results of an earlier one are known; sizes: of pictures, ascending.

    noise_resolutions: sides of the layers that add noise, ascending; label_dim: classes, 0 of an unconditional model.
    has_w: whether there is a w to truncate and to mix in; follows_view: whether the network itself follows the view.
    road: what computes its pictures, in short words. growth_sides: of the stages of a network that grew, ascending,
    none for any other; growth: the level of detail at which its file stands.
    check raises RecipeError where the model cannot follow a recipe. card: what is told of it, Markdown.
    facts: what else is told of it, name and value; explicit: a latent, under a label, by its values.
    """

    number: int
    hash: str
    name: str
    title: str
    licence: str
    provenance: str
    card: str
    style_rows: int
    sizes: tuple[int, ...]
    device: str
    precision: str
    directions: tuple[DirectionFacts, ...]
    check: Callable[[Recipe], None]
    explicit: Callable[[Latent, tuple[float, ...]], ExplicitLatent]
    noise_resolutions: tuple[int, ...] = ()
    label_dim: int = 0
    facts: tuple[tuple[str, str], ...] = ()
    has_w: bool = True
    follows_view: bool = False
    road: str = ""
    growth_sides: tuple[int, ...] = ()
    growth: float = 0.0

    @property
    def offered(self) -> tuple[DirectionFacts, ...]:
        """The directions that a list names; what was passed is there for recipes that use it."""
        return tuple(facts for facts in self.directions if not facts.passed)

    @property
    def resolution(self) -> int:
        """Side of the final picture in pixels."""
        return self.sizes[-1]

    @property
    def mixes(self) -> bool:
        """Whether faces can be mixed by style rows."""
        return self.has_w and self.style_rows > 1

    @property
    def bands(self) -> tuple[Band, ...]:
        """Coarse, middle and fine style rows, as far as this model has them."""
        if not self.mixes:
            return (Band("Whole", "face", tuple(range(self.style_rows))),)
        ranges = (
            Band(name, hint, tuple(range(first, min(self.style_rows, self.style_rows if last is None else last + 1))))
            for name, hint, first, last in BANDS
        )
        return tuple(band for band in ranges if band.rows)

    def fitted(self, recipe: Recipe) -> Recipe:
        """The recipe for this model; what this model cannot follow is left out."""
        mine = replace(
            recipe,
            model=self.hash,
            mixes=recipe.mixes if self.mixes else (),
            growth=recipe.growth if (recipe.growth or 0) < len(self.growth_sides) else None,
        )
        attempts = (
            mine,
            replace(mine, directions=()),
            replace(mine, directions=(), mixes=(), label=(), truncation=replace(mine.truncation, cutoff=None)),
        )
        for attempt in (*attempts, Recipe(model=self.hash)):
            try:
                self.check(attempt)
            except RecipeError:
                continue
            return attempt
        raise AssertionError("every model follows the plain recipe")

    def accept(self, recipe: Recipe) -> Recipe:
        """A recipe from outside, for this model; RecipeError with one sentence where it was made for another."""
        if recipe.model not in (None, self.hash):
            raise RecipeError(
                f"the recipe was made with model {recipe.model[:12]} and the open model is {self.hash[:12]} "
                f"({self.title}); open the model it was made with"
            )
        mine = replace(recipe, model=self.hash)
        self.check(mine)
        return mine
