"""A stage of growth in people's words: the side that has been reached, and how far the next has faded in."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.errors import RecipeError


def growth_text(lod: float, sides: Sequence[int]) -> str:
    """A level of detail as "64 px", or "64 + 40 %" while the next level fades in; sides: of all levels, ascending."""
    grown = round(len(sides) - 1 - lod, 2)
    side, share = sides[math.floor(grown)], round(grown % 1 * 100)
    return f"{side} + {share} %" if share else f"{side} px"


def parse_growth(text: str) -> tuple[int, float]:
    """A stage written as 64, 64 px or 64+40%: a side, and the share of the next that has faded in, below 1."""
    side, plus, share = text.strip().partition("+")
    side, share = side.strip().removesuffix("px").strip(), share.strip().removesuffix("%").strip()
    numbers = (side, share) if plus else (side,)
    if not all(number.isascii() and number.isdecimal() and len(number) < 7 for number in numbers):
        raise RecipeError(f"a stage of growth is written like 64 or 64+40%, not '{text[:40]}'")
    if plus and int(share) >= 100:
        raise RecipeError(f"'{text}' fades in {share} %; from 100 % on it is the next side")
    return int(side), int(share) / 100 if plus else 0.0


def growth_at(text: str, sides: Sequence[int]) -> float:
    """The level of detail of a stage as people write it; RecipeError where a model of these sides has it not."""
    side, share = parse_growth(text)
    if side not in sides:
        there = f"choose one of {', '.join(map(str, sides))}" if sides else "it did not grow"
        raise RecipeError(f"this model has no stage of growth at {side} px; {there}")
    if side == sides[-1] and share:
        raise RecipeError(f"at {side} px this model is fully grown; nothing fades in after it")
    return round(len(sides) - 1 - list(sides).index(side) - share, 2)
