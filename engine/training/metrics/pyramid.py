"""The Laplacian pyramid of a batch of pictures (Burt & Adelson 1983), as the ProGAN paper cuts it."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from engine.errors import VisagistError

SMALLEST = 16  # side of the last level (ProGAN, 1710.10196, section 5)
TAPS = (1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16)

Pictures = NDArray[np.uint8]


def levels_of(side: int) -> tuple[int, ...]:
    """Sides of the levels, from the full one down to 16; VisagistError for a side that has none."""
    if side < SMALLEST or side & (side - 1):
        raise VisagistError(f"pictures of {side} px cannot be compared level by level; give a power of two from 16 on")
    return tuple(side >> halvings for halvings in range((side // SMALLEST).bit_length()))


def laplacian(pictures: Pictures) -> list[Tensor]:
    """uint8 [N, S, S, 3] -> one float32 [N, 3, s, s] a level, largest first.

    Each level holds what the next smaller one lacks, in units of 1/255; the last holds the rest.
    """
    sides = levels_of(pictures.shape[1])
    levels = [torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float()]  # [N, 3, S, S]
    for _ in sides[1:]:
        smaller = halve(levels[-1])
        levels[-1] = levels[-1] - double(smaller)
        levels.append(smaller)
    return levels


def halve(x: Tensor) -> Tensor:
    """Smooth by the five taps and keep every second pixel; the edge is mirrored about its outermost pixel."""
    padded = F.pad(x, (2, 2, 2, 2), mode="reflect")
    return halve_rows(halve_rows(padded.transpose(2, 3)).transpose(2, 3))


def halve_rows(padded: Tensor) -> Tensor:
    """[N, C, H + 4, W] -> [N, C, H / 2, W]."""
    end = padded.shape[2] - 4
    smooth = TAPS[0] * padded[:, :, 0:end:2]
    for tap, weight in enumerate(TAPS[1:], 1):
        smooth = smooth + weight * padded[:, :, tap : tap + end : 2]
    return smooth


def double(x: Tensor) -> Tensor:
    """Put zeros between the pixels and smooth by twice the taps, along both sides."""
    return double_rows(double_rows(x.transpose(2, 3)).transpose(2, 3))


def double_rows(x: Tensor) -> Tensor:
    """[N, C, H, W] -> [N, C, 2 H, W]: even rows hear three pixels, odd ones two, so that no zero is multiplied."""
    padded = torch.cat([x[:, :, 1:2], x, x[:, :, -1:]], 2)
    before, here, after = padded[:, :, :-2], padded[:, :, 1:-1], padded[:, :, 2:]
    even = 2 * (TAPS[0] * (before + after) + TAPS[2] * here)
    odd = 2 * TAPS[1] * (here + after)
    return torch.stack([even, odd], 3).flatten(2, 3)
