"""Reading a recipe from a JSON file that somebody gives; recipes inside pictures are `engine.export`'s."""

from __future__ import annotations

from pathlib import Path

from engine.errors import RecipeError, VisagistError
from engine.recipe import Recipe, from_json

LIMIT = 16 * 2**20  # bytes; the largest w+ of any known model is a twentieth of it


def read_recipe(path: Path) -> Recipe:
    """The recipe of a JSON file; VisagistError that names the file where it cannot be read or followed."""
    try:
        with path.open("rb") as file:
            text = file.read(LIMIT + 1)
    except OSError as error:
        raise VisagistError(f"{path}: it cannot be read ({error.strerror or error})") from error
    if len(text) > LIMIT:
        raise RecipeError(f"{path}: it is longer than any recipe")
    try:
        return from_json(text)
    except RecipeError as error:
        raise RecipeError(f"{path}: {error}") from error
