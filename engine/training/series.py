"""Columns of numbers that grow while a run goes on, and shrink where it went back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
FIRST = 256  # rows that a new series has room for


@dataclass(frozen=True)
class Series:
    """A quantity over the course of a run: values [N] at `images` [N] pictures shown, rising; both read-only."""

    images: FloatArray
    values: FloatArray

    @property
    def last(self) -> float | None:
        """The newest value."""
        return float(self.values[-1]) if len(self.values) else None


class Growing:
    """A series that is being read. What `view` gave never changes: rows are only added behind it."""

    def __init__(self) -> None:
        self.rows = np.empty((2, FIRST))
        self.count = 0

    def add(self, images: float, value: float) -> None:
        """One more value; those at this number of images or beyond it were taken back."""
        if self.count and self.rows[0, self.count - 1] >= images:
            self.cut(images)
        if self.count == self.rows.shape[1]:
            self.make_room(2 * self.count)
        self.rows[:, self.count] = images, value
        self.count += 1

    def cut(self, images: float) -> None:
        """Forget what lies at this number of images or beyond; views that were given keep their rows."""
        self.count = int(np.searchsorted(self.rows[0, : self.count], images))
        self.make_room(self.rows.shape[1])

    def make_room(self, rows: int) -> None:
        made = np.empty((2, rows))
        made[:, : self.count] = self.rows[:, : self.count]
        self.rows = made

    def view(self) -> Series:
        """What was read until now."""
        whole = self.rows[:, : self.count]
        whole.flags.writeable = False
        return Series(whole[0], whole[1])
