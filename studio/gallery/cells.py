"""What stands in the cells of the gallery's grid: every seed there is, or the starred faces."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol

from engine.checks import SEED_LIMIT
from engine.project import Star
from engine.recipe import Recipe, SeedLatent
from studio.gallery.next_face import face_of, is_bare


class Cells(Protocol):
    """Faces by their number, from 0 on. A key tells a face apart, whatever its number is now."""

    count: int
    nothing: str  # what is said where there is none

    def key(self, index: int) -> Hashable: ...

    def index(self, key: Hashable) -> int | None:
        """The number of a key; None where it is not among these."""

    def recipe(self, index: int) -> Recipe: ...

    def tags(self, index: int) -> tuple[str, ...] | None:
        """The tags of a starred face; None for one that has no star."""

    def shown(self, recipe: Recipe) -> int | None:
        """The number of the face that a recipe shows."""


class Seeds:
    """All 2^64 seeds; like: the recipe whose model and label they are shown with."""

    count = SEED_LIMIT
    nothing = ""

    def __init__(self, like: Recipe, stars: tuple[Star, ...]) -> None:
        self.like = like
        self.starred = {
            star.recipe.latent.seed: star.tags
            for star in stars
            if isinstance(star.recipe.latent, SeedLatent) and star.recipe == face_of(star.recipe.latent.seed, like)
        }

    def key(self, index: int) -> Hashable:
        return index

    def index(self, key: Hashable) -> int | None:
        return key if isinstance(key, int) else None

    def recipe(self, index: int) -> Recipe:
        return face_of(index, self.like)

    def tags(self, index: int) -> tuple[str, ...] | None:
        return self.starred.get(index)

    def shown(self, recipe: Recipe) -> int | None:
        return recipe.latent.seed if isinstance(recipe.latent, SeedLatent) else None


class Starred:
    """Starred recipes. nothing: what is said where there is none."""

    def __init__(self, stars: tuple[Star, ...], nothing: str) -> None:
        self.stars, self.nothing = stars, nothing
        self.count = len(stars)
        self.numbers: dict[Hashable, int] = {star.recipe: number for number, star in enumerate(stars)}

    def key(self, index: int) -> Hashable:
        return self.stars[index].recipe

    def index(self, key: Hashable) -> int | None:
        return self.numbers.get(key)

    def recipe(self, index: int) -> Recipe:
        return self.stars[index].recipe

    def tags(self, index: int) -> tuple[str, ...] | None:
        return self.stars[index].tags

    def shown(self, recipe: Recipe) -> int | None:
        exactly = self.numbers.get(recipe)
        if exactly is not None:
            return exactly
        bare = Recipe(model=recipe.model, latent=recipe.latent, label=recipe.label)
        return self.numbers.get(bare) if not recipe.mixes and not recipe.directions else None


def name_of(cells: Cells, index: int) -> str:
    """A face in words."""
    recipe, tags = cells.recipe(index), cells.tags(index)
    seed = recipe.latent.seed if isinstance(recipe.latent, SeedLatent) else None
    which = "a face of your own" if seed is None else f"seed {seed}" if is_bare(recipe) else f"seed {seed}, changed"
    return which if tags is None else ", ".join((which, "starred", *tags))
