"""One-sentence checks of what people give: seeds, numbers, style rows."""

from __future__ import annotations

import math
from collections.abc import Iterable

from engine.errors import RecipeError

SEED_LIMIT = 2**64


def check_seed(seed: int) -> None:
    """A seed is a whole number of 64 bits."""
    if not 0 <= seed < SEED_LIMIT:
        raise RecipeError(f"seed {seed} does not fit; a seed is a whole number from 0 to 2^64 - 1")


def check_number(name: str, value: float, low: float, high: float) -> None:
    """A number that a picture can be made from: finite and within reason."""
    if not math.isfinite(value):
        raise RecipeError(f"{name} is {value}; it must be a finite number")
    if not low <= value <= high:
        raise RecipeError(f"{name} is {value:g}; it must lie between {low:g} and {high:g}")


def check_rows(name: str, rows: Iterable[int]) -> None:
    """Style rows are ascending, without repeats; whether the model has them is checked against the model."""
    listed = list(rows)
    if not listed:
        raise RecipeError(f"{name} names no style row; name at least one")
    if listed[0] < 0 or listed != sorted(set(listed)):
        raise RecipeError(f"the style rows of {name} must be ascending numbers from 0, each once")


def parse_rows(text: str) -> tuple[int, ...]:
    """Style rows written as '0-4', '3' or '0-4,7'; ascending and without repeats."""
    rows: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()) or len(first) > 4 or len(last) > 4:
            raise RecipeError(f"style rows are written like 0-4 or 0-4,7, not '{text}'")
        start, stop = int(first), int(last) if dash else int(first)
        if stop < start:
            raise RecipeError(f"style rows run upwards, so '{part.strip()}' should be '{stop}-{start}'")
        rows.update(range(start, stop + 1))
    return tuple(sorted(rows))


def rows_text(rows: Iterable[int]) -> str:
    """Style rows as `parse_rows` reads them: 0-4, or 0-4,7."""
    runs: list[list[int]] = []
    for row in sorted(rows):
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
