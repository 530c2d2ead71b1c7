"""Reading what a person made out of a JSON file that somebody gives; recipes inside pictures are `engine.export`'s."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from engine.errors import RecipeError, VisagistError
from engine.recipe import Recipe, from_json

T = TypeVar("T")

LIMIT = 16 * 2**20  # bytes; the largest w+ of any known model is a twentieth of it


def read_recipe(path: Path) -> Recipe:
    """The recipe of a JSON file; VisagistError that names the file where it cannot be read or followed."""
    return read_as(path, LIMIT, "recipe", from_json)


def read_as(path: Path, limit: int, what: str, read: Callable[[bytes], T]) -> T:
    """What `read` makes of a file of at most so many bytes; VisagistError that names the file where it cannot."""
    try:
        with path.open("rb") as file:
            text = file.read(limit + 1)
    except OSError as error:
        raise VisagistError(f"{path}: it cannot be read ({error.strerror or error})") from error
    if len(text) > limit:
        raise RecipeError(f"{path}: it is longer than any {what}")
    try:
        return read(text)
    except RecipeError as error:
        raise RecipeError(f"{path}: {error}") from error
