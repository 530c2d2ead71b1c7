"""What a slider counts in: its ends, its steps, and how its numbers are written and read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

MINUS = "\u2212"


@dataclass(frozen=True)
class Scale:
    """low, high: ends of the track; limits: what may be typed beyond them; origin: where the fill starts,
    None for the low end.

    decimals: of the number shown, which is the value times `factor`, then `suffix`; signed: a plus is written.
    step: one press of an arrow key; a tenth of it with Shift. names: words that stand for single values.
    """

    low: float
    high: float
    default: float = 0.0
    origin: float | None = None
    step: float = 0.01
    decimals: int = 2
    limits: tuple[float, float] | None = None
    factor: float = 1.0
    suffix: str = ""
    signed: bool = False
    names: Mapping[float, str] = field(default_factory=dict)

    @property
    def grain(self) -> float:
        """The smallest difference that is shown."""
        return 10**-self.decimals / self.factor

    @property
    def bounds(self) -> tuple[float, float]:
        """What a typed value must lie between."""
        return self.limits or (self.low, self.high)

    def rounded(self, value: float) -> float:
        """To the grain, so that what is shown is what is meant."""
        return round(round(value * self.factor, self.decimals) / self.factor, 12) + 0.0

    def kept(self, value: float) -> float:
        """On the track."""
        return self.rounded(min(max(value, self.low), self.high))

    def text(self, value: float) -> str:
        """As a person reads it."""
        if value in self.names:
            return self.names[value]
        number = f"{value * self.factor:{'+' if self.signed and self.rounded(value) else ''}.{self.decimals}f}"
        return number.replace("-", MINUS) + self.suffix

    def read(self, text: str) -> float:
        """As a person writes it; ValueError with one sentence for what is not a finite number."""
        plain = text.strip()
        for value, name in self.names.items():
            if plain.casefold() == name.casefold():
                return value
        plain = plain.removesuffix(self.suffix.strip()).strip().replace(MINUS, "-").replace(",", ".")
        try:
            value = float(plain) / self.factor
        except ValueError:
            raise ValueError(f"'{text.strip()}' is not a number") from None
        if not math.isfinite(value):
            raise ValueError(f"'{text.strip()}' is not a finite number")
        return self.rounded(value)
