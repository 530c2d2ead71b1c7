"""Frame rates as fractions, so that 23.976 is 24000/1001 and an hour stays an hour."""

from __future__ import annotations

import math
from fractions import Fraction

from msgspec import Struct

from engine.errors import RecipeError

LONGEST = 40  # letters
SLOWEST, FASTEST = Fraction(1, 10), Fraction(480)


class Rate(Struct, frozen=True, forbid_unknown_fields=True):
    """Frames a second: numerator / denominator."""

    numerator: int = 30
    denominator: int = 1

    def __post_init__(self) -> None:
        if self.denominator < 1 or not SLOWEST <= Fraction(self.numerator, self.denominator) <= FASTEST:
            raise RecipeError(
                f"{self.numerator}/{self.denominator} frames a second cannot be shown; it must be between 0.1 and 480"
            )

    @property
    def fraction(self) -> Fraction:
        """The exact number."""
        return Fraction(self.numerator, self.denominator)


def parse_rate(text: str) -> Rate:
    """A rate written as 25, 24000/1001, or 23.976 as people write it; RecipeError for anything else."""
    first, slash, last = text.strip().partition("/")
    try:
        if len(text) > LONGEST or "e" in text.lower():  # a power of ten could fill the memory
            raise ValueError
        number = Fraction(int(first), int(last)) if slash else Fraction(first)
    except (ValueError, ZeroDivisionError):
        raise RecipeError(f"a frame rate is written like 25, 23.976 or 24000/1001, not '{text[:40]}'") from None
    nominal = Fraction(math.ceil(number)) * 1000 / 1001
    if not slash and number.denominator != 1 and abs(number - nominal) < Fraction(1, 200):
        number = nominal  # 23.976, 29.97 and 59.94 are short for these
    if number.denominator > 10**6 or number.numerator > 10**9:
        raise RecipeError(f"the frame rate '{text[:40]}' has too many digits; write it like 24000/1001")
    return Rate(number.numerator, number.denominator)
