"""Stars and tags of the board: which there are, and how they become others. Values only, no widgets."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from engine.project import Star
from engine.recipe import Recipe

Stars = tuple[Star, ...]


def of_model(stars: Stars, model: str | None) -> Stars:
    """Stars that the open model can show, the newest first."""
    return tuple(star for star in reversed(stars) if model is None or star.recipe.model in (None, model))


def toggled(stars: Stars, recipes: Collection[Recipe]) -> Stars:
    """Star what is not starred yet; where all are, take the stars away."""
    known = {star.recipe for star in stars}
    missing = [recipe for recipe in dict.fromkeys(recipes) if recipe not in known]
    if missing:
        return (*stars, *map(Star, missing))
    return tuple(star for star in stars if star.recipe not in recipes)


def tagged(stars: Stars, recipes: Collection[Recipe], tags: Iterable[str]) -> Stars:
    """Give recipes these tags and no others; what has no star yet gets one. Raises RecipeError for a tag that is none.

    Without any tag nothing new is starred.
    """
    tags = tuple(dict.fromkeys(tags))
    whole = toggled(stars, recipes) if tags and not {star.recipe for star in stars}.issuperset(recipes) else stars
    return tuple(replace(star, tags=tags) if star.recipe in recipes else star for star in whole)


def tags_of(stars: Stars, recipes: Collection[Recipe]) -> tuple[str, ...]:
    """The tags that any of these recipes has."""
    return tuple(dict.fromkeys(tag for star in stars if star.recipe in recipes for tag in star.tags))


def all_tags(stars: Stars) -> tuple[str, ...]:
    """Every tag there is, by the alphabet."""
    return tuple(sorted({tag for star in stars for tag in star.tags}, key=str.casefold))


def having(stars: Stars, text: str) -> Stars:
    """Stars with a tag that holds this text."""
    return tuple(star for star in stars if any(text.casefold() in tag.casefold() for tag in star.tags))


def tags_in(text: str) -> tuple[str, ...]:
    """Tags as a person writes them: commas between."""
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
