"""Near-duplicates: a perceptual hash finds candidates, a look at small grey pictures decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.training.dataset import Pictures

GREY_SIDE = 32
BITS = 64
HASH_DISTANCE = 8  # bits; the same picture saved as a poor JPEG, halved or brightened stays within 6
LOOK_SIDE = 16
LOOK_DISTANCE = 0.15  # of a standard deviation; those stay within 0.16, two rendered faces of one pose are 0.26 apart
FREQUENCIES = sorted(((u, v) for u in range(12) for v in range(12) if u + v), key=lambda uv: (sum(uv), uv))[:BITS]
U, V = (np.array(axis) for axis in zip(*FREQUENCIES, strict=True))


def cosines(side: int, count: int) -> NDArray[np.float32]:
    """Rows of the DCT-II: [count, side]."""
    angle = np.pi / side * np.outer(np.arange(count), np.arange(side) + 0.5)
    return np.cos(angle).astype(np.float32)


COSINES = cosines(GREY_SIDE, 12)


def perceptual_hash(grey: NDArray[np.uint8]) -> int:
    """64 bits of a grey picture [32, 32]: which of its lowest frequencies lie above their median (Zauner 2010)."""
    spectrum = COSINES @ grey.astype(np.float32) @ COSINES.T
    lowest = spectrum[U, V]
    return int.from_bytes(np.packbits(lowest > np.median(lowest)).tobytes(), "big")


def likeness_distance(one: Pictures, other: Pictures) -> float:
    """How far two small pictures [s, s, 3] differ, whatever their brightness and contrast; 0 is equal."""
    return float(np.sqrt(np.mean((standardised(one) - standardised(other)) ** 2)))


def standardised(picture: Pictures) -> NDArray[np.float64]:
    grey = picture.astype(np.float64).mean(-1)
    return np.asarray((grey - grey.mean()) / max(grey.std(), 1.0))


class Duplicates:
    """What was seen so far.

    look: gives the small picture [s, s, 3] of an earlier one by its number.
    """

    def __init__(self, look: Callable[[int], Pictures]) -> None:
        self.look = look
        self.hashes = np.zeros(1024, np.uint64)
        self.numbers: list[int] = []

    def find(self, fingerprint: int, levels: Sequence[Pictures]) -> int | None:
        """The number of the most similar earlier picture that counts as the same; None for a new one."""
        known = self.hashes[: len(self.numbers)]
        apart = np.bitwise_count(known ^ np.uint64(fingerprint))
        near = np.flatnonzero(apart <= HASH_DISTANCE)
        if not near.size:
            return None
        small = look_level(levels)
        for place in map(int, near[np.argsort(apart[near], kind="stable")]):
            if likeness_distance(small, self.look(self.numbers[place])) <= LOOK_DISTANCE:
                return self.numbers[place]
        return None

    def add(self, fingerprint: int, number: int) -> None:
        """Remember a picture."""
        if len(self.numbers) == len(self.hashes):
            self.hashes = np.concatenate([self.hashes, np.zeros_like(self.hashes)])
        self.hashes[len(self.numbers)] = fingerprint
        self.numbers.append(number)


def look_level(levels: Sequence[Pictures]) -> Pictures:
    """The resolution at which pictures are compared: 16 pixels, or the largest there is."""
    return next((level for level in levels if level.shape[0] == LOOK_SIDE), levels[0])
