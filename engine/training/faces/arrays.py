"""The kinds of arrays and colours that the face renderer passes around."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ints = NDArray[np.int32]
Bytes = NDArray[np.uint8]
RGB = tuple[float, float, float]  # linear light


def linear(colour: tuple[int, int, int]) -> Array:
    """An 8-bit sRGB colour as linear light, [3]."""
    c = np.asarray(colour, np.float64) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def srgb(light: Array) -> Array:
    """Linear light as sRGB, 0..1; what lies outside is cut."""
    x = np.clip(light, 0, 1)
    return np.where(x <= 0.0031308, x * 12.92, 1.055 * np.power(x, 1 / 2.4) - 0.055)


def rgb(colour: Array) -> RGB:
    """A colour as the three numbers that kernels take."""
    return float(colour[0]), float(colour[1]), float(colour[2])
