"""Both kinds of picture on one road to the screen, so that nothing but what they show gives one away."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

HALVED_FROM = 512  # a side from which on pictures can spare a half
LARGEST = 1024


def fair_side(sides: Sequence[int], *, photographs: bool) -> int:
    """The side at which pictures of these sides are compared: the smallest.

    photographs: some may have been JPEG files, whose blocks of 8 px would tell them; at half the side they are gone.
    """
    side = min(*sides, LARGEST)
    return side // 2 if photographs and side >= HALVED_FROM else side


def fair(picture: Pixels, side: int) -> Pixels:
    """The middle square of a picture [H, W, 3] at a side [side, side, 3]: a pixel is the mean of the area it covers."""
    square = middle_square(picture)
    if square.shape[0] == side:
        return np.ascontiguousarray(square)
    whole = square.shape[0] // side
    if square.shape[0] == whole * side:  # sums of slices are far quicker than the matrices
        parts = [square[down::whole, across::whole] for down in range(whole) for across in range(whole)]
        total = np.zeros((side, side, 3), np.uint32)
        for part in parts:
            total += part
        return ((total + len(parts) // 2) // len(parts)).astype(np.uint8)
    shares = area_shares(square.shape[0], side)  # [side, S]
    rows = np.tensordot(shares, square.astype(np.float32), (1, 0))  # [side, S, 3]
    both = np.tensordot(shares, rows, (1, 1)).swapaxes(0, 1)  # [side, side, 3]
    return np.clip(np.rint(both), 0, 255).astype(np.uint8)


def middle_square(picture: Pixels) -> Pixels:
    """The largest square about the middle."""
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return picture[top : top + side, left : left + side, :3]


@lru_cache(maxsize=8)
def area_shares(before: int, after: int) -> NDArray[np.float32]:
    """[after, before]: how much of each pixel before lies in each one after; rows add up to 1. Also enlarges."""
    edges = np.arange(after + 1) * before / after
    low, high = edges[:-1, None], edges[1:, None]
    pixels = np.arange(before)[None]
    covered = np.clip(np.minimum(high, pixels + 1) - np.maximum(low, pixels), 0, None)
    return np.asarray(covered / covered.sum(1, keepdims=True), np.float32)
