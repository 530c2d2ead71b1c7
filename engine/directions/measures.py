"""What pictures are measured by: the protocol of a measurer, and measures of pixels that need no network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Pictures = NDArray[np.uint8]  # [N, H, W, 3], RGB
Numbers = NDArray[np.float64]

LUMA = np.array([0.2126, 0.7152, 0.0722]) / 255  # ITU-R BT.709


class Measurer(Protocol):
    """Anything that puts numbers to pictures: a network, or the table below."""

    @property
    def names(self) -> tuple[str, ...]:
        """One word for each number."""

    def __call__(self, pictures: Pictures) -> Numbers:
        """Pictures uint8 [N, H, W, 3] -> [N, len(names)]; nan where a picture cannot be measured."""


class Functions:
    """A measurer of separate functions, each pictures [N, H, W, 3] -> [N]."""

    def __init__(self, table: Mapping[str, Callable[[Pictures], Numbers]]) -> None:
        self.table = dict(table)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.table)

    def __call__(self, pictures: Pictures) -> Numbers:
        return np.stack([measure(pictures) for measure in self.table.values()], axis=1)


class Together:
    """Several measurers as one; of two numbers of the same name the first measurer's counts."""

    def __init__(self, measurers: Sequence[Measurer]) -> None:
        self.measurers = tuple(measurers)
        named = [name for measurer in self.measurers for name in measurer.names]
        self.first = [named.index(name) for name in dict.fromkeys(named)]
        self.named = tuple(dict.fromkeys(named))

    @property
    def names(self) -> tuple[str, ...]:
        return self.named

    def __call__(self, pictures: Pictures) -> Numbers:
        return np.concatenate([measurer(pictures) for measurer in self.measurers], axis=1)[:, self.first]


def pixel_measures() -> Functions:
    """The measures of pixels, each with its word."""
    return Functions(PIXELS)


def light(pictures: Pictures) -> Numbers:
    """Luma of each pixel, 0 to 1: [N, H, W]."""
    return np.asarray(pictures @ LUMA)


def brightness(pictures: Pictures) -> Numbers:
    """Mean luma, 0 to 1."""
    return np.asarray(light(pictures).mean((1, 2)))


def contrast(pictures: Pictures) -> Numbers:
    """Standard deviation of luma."""
    return np.asarray(light(pictures).std((1, 2)))


def warmth(pictures: Pictures) -> Numbers:
    """Mean of red less blue, -1 to 1."""
    means = pictures.mean((1, 2))
    return np.asarray((means[:, 0] - means[:, 2]) / 255)


def colourfulness(pictures: Pictures) -> Numbers:
    """How colourful people call it (Hasler & Süsstrunk 2003, Measuring colourfulness in natural images, eq. 4)."""
    red, green, blue = np.moveaxis(pictures.astype(np.float64), 3, 0)
    one, other = red - green, (red + green) / 2 - blue
    spread = np.hypot(one.std((1, 2)), other.std((1, 2)))
    return np.asarray(spread + 0.3 * np.hypot(one.mean((1, 2)), other.mean((1, 2))))


def light_side(pictures: Pictures) -> Numbers:
    """Luma of the right half of the middle less that of the left, over their sum: positive is lit from the right."""
    height, width = pictures.shape[1:3]
    middle = light(pictures)[:, height // 4 : height - height // 4, width // 4 : width - width // 4]
    half = middle.shape[2] // 2
    left, right = middle[:, :, :half].mean((1, 2)), middle[:, :, -half:].mean((1, 2))
    return np.asarray((right - left) / np.maximum(right + left, 1e-6))


def light_height(pictures: Pictures) -> Numbers:
    """Luma of the upper half of the middle less that of the lower, over their sum."""
    return light_side(pictures.transpose(0, 2, 1, 3)[:, :, ::-1])


def background(pictures: Pictures) -> Numbers:
    """Luma of the two upper corners, where a portrait shows what is behind the head."""
    side = max(1, pictures.shape[2] // 8)
    seen = light(pictures)[:, : 2 * side]
    return np.asarray((seen[:, :, :side].mean((1, 2)) + seen[:, :, -side:].mean((1, 2))) / 2)


def detail(pictures: Pictures) -> Numbers:
    """Root mean square of the slopes of luma: sharp and rough against soft and smooth."""
    seen = light(pictures)
    across, down = np.diff(seen, axis=2)[:, :-1], np.diff(seen, axis=1)[:, :, :-1]
    return np.asarray(np.sqrt((across**2 + down**2).mean((1, 2))))


PIXELS: dict[str, Callable[[Pictures], Numbers]] = {
    "brightness": brightness,
    "contrast": contrast,
    "warmth": warmth,
    "colourfulness": colourfulness,
    "light_side": light_side,
    "light_height": light_height,
    "background": background,
    "detail": detail,
}
