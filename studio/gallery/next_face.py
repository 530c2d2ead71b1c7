"""Which recipe a hand in the gallery leads to: another face, a mix, a neighbour, a child. Recipe algebra only."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from msgspec.structs import replace

from engine.blend import blend, breed, neighbour
from engine.mixes import with_rows
from engine.recipe import MOST_LEAVES, Latent, Recipe, SeedLatent, leaves
from studio.open_model import Band, OpenModel

PARENT_LEAVES = MOST_LEAVES // 3  # a point between two latents is a plane through three
NEIGHBOUR_LEAVES = MOST_LEAVES - 2


def face_of(seed: int, like: Recipe) -> Recipe:
    """The bare face of a seed, as the gallery shows it; model and label are those of another recipe."""
    return Recipe(model=like.model, latent=SeedLatent(seed), label=like.label)


def is_bare(recipe: Recipe) -> bool:
    """Whether a recipe says nothing but which face."""
    return recipe == Recipe(model=recipe.model, latent=recipe.latent, label=recipe.label)


def arriving(now: Recipe, there: Recipe) -> Recipe:
    """`there`; a bare face is shown with the truncation, the noise, the view and the growth of now."""
    if not is_bare(there):
        return there
    return replace(there, truncation=now.truncation, noise=now.noise, view=now.view, growth=now.growth)


def taking(recipe: Recipe, band: Band, source: Latent) -> Recipe:
    """The recipe with all of a band's rows from another latent; other rows keep their mixes."""
    style_rows = 1 + max(chain(band.rows, *(mix.rows for mix in recipe.mixes)))
    return replace(recipe, mixes=with_rows(recipe.mixes, style_rows, dict.fromkeys(band.rows, (source, 1.0))))


def halfway(a: Recipe, b: Recipe, model: OpenModel) -> Recipe:
    """The face in the middle between two."""
    return blend(light(a, PARENT_LEAVES, model), light(b, PARENT_LEAVES, model), 0.5, model.style_rows)


def child(a: Recipe, b: Recipe, shares: Sequence[float], model: OpenModel) -> Recipe:
    """A child that has shares[band] of b in each of the model's bands, the rest of a."""
    rows = [share for band, share in zip(model.bands, shares, strict=False) for _ in band.rows]
    return breed(light(a, PARENT_LEAVES, model), light(b, PARENT_LEAVES, model), rows)


def variation(recipe: Recipe, seed: int, radius: float, model: OpenModel) -> Recipe:
    """The recipe with a latent near its own, towards a seed; everything else is kept."""
    base = light(recipe, NEIGHBOUR_LEAVES, model)
    return replace(base, latent=neighbour(base.latent, seed, radius))


def light(recipe: Recipe, most: int, model: OpenModel) -> Recipe:
    """The same picture on a latent that stands on few others: one that stands on too many is given by its values."""
    if leaves(recipe.latent) <= most:
        return recipe
    return replace(recipe, latent=model.explicit(recipe.latent, recipe.label))
