"""The size of drafts, picked from how long pictures took."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import pairwise

BUDGET_S = 0.065  # leaves room to paint within 1/12 s
BARRED_S = 5.0
GROWTH = 1.3  # time grows with less than the square of the side: early stages are shared by all sizes


class Pace:
    """Remembers the time of each picture size and finds the largest that keeps up with a moving hand.

    A size that was too slow is barred for a while, so that the picture does not flicker between two sizes.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.seconds: dict[int, float] = {}
        self.barred: dict[int, float] = {}
        self.final = 0.0

    def note_draft(self, size: int, seconds: float) -> None:
        """A first picture of a recipe took so long."""
        self.seconds[size] = 0.5 * self.seconds.get(size, seconds) + 0.5 * seconds
        if self.seconds[size] > BUDGET_S:
            self.barred[size] = self.clock() + BARRED_S
            del self.seconds[size]

    def note_final(self, seconds: float) -> None:
        """The final that followed a draft took so long."""
        self.final = seconds

    def draft(self, sizes: Sequence[int]) -> int:
        """The largest of `sizes` (ascending) expected to keep within the budget; the smallest when none does."""
        best = sizes[0]
        for smaller, size in pairwise(sizes):
            if self.barred.get(size, 0.0) > self.clock() or self.expected(smaller, size) > BUDGET_S:
                break
            best = size
        return best

    def expected(self, smaller: int, size: int) -> float:
        """Seconds for `size`: as measured, or guessed from the smaller size."""
        guess = self.seconds.get(smaller, float("inf")) * (size / smaller) ** GROWTH
        return self.seconds.get(size, guess)
