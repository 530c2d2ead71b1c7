"""How long to train: a slider over numbers of pictures that reads as time once this machine was measured."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from studio.scale import Scale
from studio.training.draft import in_words
from studio.training.words import pictures

FEWEST, MOST = 3.0, 8.0  # powers of ten of pictures
SECONDS = {"s": 1, "sec": 1, "min": 60, "m": 60, "h": 3600, "hour": 3600, "hours": 3600, "d": 86400, "days": 86400}
PICTURES = {"": 1e3, "k": 1e3, "thousand": 1e3, "M": 1e6, "million": 1e6}


@dataclass(frozen=True)
class BudgetScale(Scale):
    """Powers of ten of pictures. each: seconds that one picture takes here, 0 where that is not known yet."""

    each: float = 0.0

    def of(self, images: int) -> float:
        """Where a number of pictures lies on it."""
        return self.rounded(math.log10(max(images, 1)))

    def text(self, value: float) -> str:
        """A time where it is known, else a number of pictures."""
        images = round(10**value)
        return in_words(images * self.each).removeprefix("about ") if self.each else pictures(images)

    def read(self, text: str) -> float:
        """A time such as 3 h or 25 min, or thousands of pictures such as 500; ValueError for anything else."""
        plain = text.strip().removeprefix("about").replace(",", ".").strip()
        found = re.fullmatch(r"(\d+(?:\.\d*)?)\s*([A-Za-z]*)", plain)
        if found is None:
            raise ValueError(f"'{text.strip()}' is neither a time, such as 3 h, nor thousands of pictures, such as 500")
        number, unit = float(found[1]), found[2]
        if unit in PICTURES:
            images = number * PICTURES[unit]
        elif unit.lower() not in SECONDS:
            raise ValueError(f"'{unit}' is no unit of time; write s, min, h or days")
        elif not self.each:
            raise ValueError("this machine has not been measured yet; give thousands of pictures, such as 500")
        else:
            images = number * SECONDS[unit.lower()] / self.each
        if images < 1:
            raise ValueError("that is less than one picture")
        return self.rounded(math.log10(images))


def budget_scale(usual: int, each: float = 0.0) -> BudgetScale:
    """usual: pictures of the preset, which a double click comes back to."""
    return BudgetScale(FEWEST, MOST, round(math.log10(usual), 3), step=0.05, decimals=3, limits=(2.0, 10.0), each=each)
