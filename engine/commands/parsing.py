"""The argument parser whose errors are one sentence, and the notations that options share."""

from __future__ import annotations

import argparse
import math
from typing import NoReturn

from engine.checks import check_number, check_seed, parse_rows
from engine.errors import RecipeError, VisagistError
from engine.recipe import Mix, NoiseLevel, SeedLatent

SEEDS_LIMIT = 10_000
SEED_DIGITS = 40


class Parser(argparse.ArgumentParser):
    """Raises VisagistError where argparse would print its usage and exit."""

    def error(self, message: str) -> NoReturn:
        raise VisagistError(f"{message}; `{self.prog} --help` shows what can be said")


def parse_seed(text: str) -> int:
    """A seed; RecipeError unless it is a whole number of 64 bits."""
    digits = text.strip().removeprefix("-")
    if not digits.isascii() or not digits.isdecimal():
        raise RecipeError(f"a seed is a whole number, not '{text}'")
    if len(digits) > SEED_DIGITS:  # Python refuses to read thousands of digits as a number
        raise RecipeError(
            f"seed {text.strip()[:SEED_DIGITS]}… does not fit; a seed is a whole number from 0 to 2^64 - 1"
        )
    seed = int(text)
    check_seed(seed)
    return seed


def parse_seeds(text: str) -> list[int]:
    """Seeds written as '1-24' or '1,5,9-12', in that order."""
    seeds: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        start = parse_seed(first or part)
        stop = parse_seed(last) if dash else start
        if stop < start:
            raise RecipeError(f"seeds run upwards, so '{part.strip()}' should be '{stop}-{start}'")
        if len(seeds) + stop - start >= SEEDS_LIMIT:
            raise RecipeError(f"'{text}' names more than {SEEDS_LIMIT} seeds; choose fewer")
        seeds.extend(range(start, stop + 1))
    return seeds


def parse_mix(text: str) -> Mix:
    """A style mix written as seed:rows or seed:rows:amount, like 9:0-4 or 9:0-4:0.5."""
    seed, *rest = text.split(":")
    if len(rest) not in (1, 2):
        raise RecipeError(f"a style mix is written like 9:0-4 or 9:0-4:0.5, not '{text}'")
    amount = parse_amount(rest[1], text) if len(rest) == 2 else 1.0
    return Mix(SeedLatent(parse_seed(seed)), parse_rows(rest[0]), amount)


def parse_move(text: str) -> tuple[str, float, tuple[int, ...] | None]:
    """A direction written as name=amount or name=amount:rows; rows None means the direction's own."""
    name, equals, rest = text.rpartition("=")
    if not equals or not name.strip():
        raise RecipeError(f"a direction is written like Turn=2 or Turn=2:0-4, not '{text}'")
    amount, colon, rows = rest.partition(":")
    return name.strip(), parse_amount(amount, text), parse_rows(rows) if colon else None


def parse_level(text: str) -> NoiseLevel:
    """A noise level written as side=factor, like 256=0.5."""
    side, equals, factor = text.partition("=")
    if not equals or not side.strip().isdecimal() or len(side) > 6:
        raise RecipeError(f"a noise level is written like 256=0.5, not '{text}'")
    return NoiseLevel(int(side), parse_amount(factor, text))


def parse_amount(text: str, whole: str) -> float:
    """A finite number inside a longer notation."""
    try:
        amount = float(text)
    except ValueError:
        raise RecipeError(f"'{text}' in '{whole}' is not a number") from None
    check_number(f"the amount in '{whole}'", amount, -math.inf, math.inf)
    return amount
