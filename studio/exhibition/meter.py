"""What a soak measures: memory over time, and how long the wall was black."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

HOUR_S, MB = 3600.0, 2**20
FEWEST = 8  # measurements for a slope
PATCH, DARKEST = 24, 6  # pixels in the middle of the window, and the largest value that is still black


@dataclass(frozen=True)
class Slope:
    """MB an hour, and its standard error; not a number where there are too few measurements."""

    value: float
    error: float


def slope(times: list[float], sizes: list[float]) -> Slope:
    """The straight line through measurements. times in seconds, sizes in bytes."""
    if len(times) < FEWEST:
        return Slope(math.nan, math.nan)
    x, y = np.array(times) / HOUR_S, np.array(sizes) / MB
    x -= x.mean()
    value = float((x * y).sum() / (x * x).sum())
    rest = y - y.mean() - value * x
    return Slope(value, float(np.sqrt((rest * rest).sum() / (len(x) - 2) / (x * x).sum())))


class Darkness:
    """Looks at what a window paints. It counts from the first picture on."""

    def __init__(self, window: QWidget, clock: Callable[[], float]) -> None:
        self.window, self.clock = window, clock
        self.seen = False  # whether there has been a picture
        self.since: float | None = None
        self.longest = 0.0

    def look(self) -> None:
        """Once in a while, oftener than twice in the time that is of interest."""
        middle = QRect(0, 0, PATCH, PATCH)
        middle.moveCenter(self.window.rect().center())
        black = is_black(self.window.grab(middle).toImage())
        self.seen |= not black
        if not black:
            self.since = None
        elif self.seen:
            self.since = self.clock() if self.since is None else self.since
            self.longest = max(self.longest, self.clock() - self.since)


def is_black(image: QImage) -> bool:
    """Whether nothing can be seen in a picture."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.width(), 4)
    return int(pixels[..., :3].max()) <= DARKEST
