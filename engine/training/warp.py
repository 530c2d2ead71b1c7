"""Affine warps of pictures, through which gradients of every order flow on every device.

A picture is doubled, read between its pixels on a grid of double density, and halved again, so that turning and
shrinking fold no fine detail into coarse (2006.06676, appendix B). It is read by gathering, as `grid_sample` has no
second derivative.
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor

LOBES = 3  # of the Lanczos window


def warp(pictures: Tensor, inverse: Tensor) -> Tensor:
    """pictures [N, C, H, W], inverse [N, 3, 3] -> [N, C, H, W].

    inverse takes a place of the result to the place that it shows, both (x, y, 1) in pixels from the centre. Beyond
    its borders a picture goes on as its mirror image. Turns by 90 degrees and reflections move pixels as they are.
    """
    height, width = pictures.shape[2:]
    rows, columns = (doubling(side).to(pictures) for side in (height, width))
    rows_back, columns_back = (halving(side).to(pictures) for side in (height, width))
    return rows_back @ gathered(rows @ pictures @ columns.T, inverse) @ columns_back.T


def gathered(doubled: Tensor, inverse: Tensor) -> Tensor:
    """Bilinear reading of doubled pictures [N, C, 2H, 2W] -> [N, C, 2H, 2W]."""
    height, width = doubled.shape[2:]
    x, y = places(inverse, height, width)
    pixels, total = doubled.flatten(2), torch.zeros_like(doubled)
    columns = neighbours(x, width)
    for row, down in neighbours(y, height):
        for column, across in columns:
            index = (row * width + column).flatten(1)[:, None].expand(-1, pixels.shape[1], -1)
            share = (across * down).to(doubled)[:, None]
            total = total + pixels.gather(2, index).view_as(doubled) * share
    return total


def neighbours(place: Tensor, side: int) -> list[tuple[Tensor, Tensor]]:
    """Indexes of the pixels before and after each place on an axis, and how much of either is seen."""
    before = place.floor()
    after = place - before
    return [(mirrored(before, side), 1 - after), (mirrored(before + 1, side), after)]


def places(inverse: Tensor, height: int, width: int) -> tuple[Tensor, Tensor]:
    """Column and row [N, height, width], of the doubled picture, that each of its places shows."""
    x, y = (torch.arange(side, device=inverse.device).to(inverse) - (side - 1) / 2 for side in (width, height))
    by_x, by_y, shift = inverse[:, :2, :, None, None].unbind(2)  # [N, 2, 1, 1]
    column, row = (by_x * x + by_y * y[:, None] + 2 * shift).unbind(1)
    return column + (width - 1) / 2, row + (height - 1) / 2


def mirrored(place: Tensor, side: int) -> Tensor:
    """Indexes into an axis that goes on as its mirror image, however far."""
    index = place.long() % (2 * side)
    return torch.minimum(index, 2 * side - 1 - index)


@lru_cache(maxsize=16)
def doubling(side: int) -> Tensor:
    """[2 side, side]: Lanczos interpolation a quarter of a pixel before and after every pixel of a mirrored axis."""
    matrix = torch.zeros(2 * side, side, dtype=torch.float64)
    for step in range(2 * side):
        place = (step - 0.5) / 2
        nearest = torch.arange(math.floor(place) - LOBES + 1, math.floor(place) + LOBES + 1)
        far = nearest.double() - place
        weights = torch.sinc(far) * torch.sinc(far / LOBES)
        matrix[step].index_add_(0, mirrored(nearest, side), weights / weights.sum())
    return matrix


@lru_cache(maxsize=16)
def halving(side: int) -> Tensor:
    """[side, 2 side]: the low-pass that brings a doubled axis back as it was, which is least squares."""
    back: Tensor = torch.linalg.pinv(doubling(side))
    return back
