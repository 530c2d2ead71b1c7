"""3x3 convolution by Winograd's minimal filtering F(4x4, 3x3) (Lavin & Gray 2015, 1509.09308), in float32.

It stands in for the fused kernel where that does not run. It needs a quarter of the multiplications and rounds about
ten times as coarsely, which float32 can spare and half precision can not.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.kernels.winograd_program import INPUT, OUTPUT, WEIGHT, Matrix

TILE, SIDE = 4, 6  # a tile of 4x4 outputs reads 6x6 inputs
TILES = 128  # of a strip, which stays in the processor's cache
FEWEST = 96  # channels, below which the transforms cost more than they save
SMALLEST = 16  # side of the input, below which reading the weight costs most, which is four times as large here


def suits(weight: Tensor, side: int) -> bool:
    """Whether a convolution of an input of this side with this weight [O, I, k, k] is faster this way."""
    return tuple(weight.shape[2:]) == (3, 3) and min(weight.shape[:2]) >= FEWEST and side >= SMALLEST


class Winograd:
    """Convolution of stride 1 whose channels are scaled before and after it.

    weight [O, I, 3, 3], which counts times gain; padding: zeros around the input.
    """

    def __init__(self, weight: Tensor, padding: int, gain: float = 1.0) -> None:
        outside, inside = weight.shape[:2]
        g = matrix(WEIGHT) * gain**0.5
        columns = weight.float().permute(2, 3, 1, 0).reshape(9, inside * outside)
        self.weight = (torch.kron(g, g) @ columns).view(SIDE * SIDE, inside, outside)
        b, a = matrix(INPUT), matrix(OUTPUT)
        self.before, self.after = torch.kron(b, b), torch.kron(a, a)  # [36, 36], [16, 36]
        self.padding = padding

    def __call__(self, x: Tensor, style: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
        """x [N, I, H, W], style [N, I], scale [N, O] or [N, 1], bias [O] -> [N, O, H', W'], the channels last."""
        height, width = (side + 2 * self.padding - 2 for side in x.shape[2:])
        down, across = -(-height // TILE), -(-width // TILE)
        shape = (len(x), down, TILE, across, TILE, self.weight.shape[2])
        out = torch.empty(shape)
        rows = max(1, TILES // across)
        for sample in range(len(x)):
            source = x[sample].permute(1, 2, 0)
            for first in range(0, down, rows):
                count = min(rows, down - first)
                tiles = self.tiles(source, style[sample], first, count, across)
                products = torch.bmm(tiles.permute(1, 0, 2), self.weight).permute(1, 0, 2)  # [tiles, 36, O]
                made = torch.bmm(self.after.expand(len(tiles), -1, -1), products)  # [tiles, 16, O]
                made = made.view(count, across, TILE, TILE, -1).permute(0, 2, 1, 3, 4)
                torch.addcmul(bias, made, scale[sample], out=out[sample, first : first + count])
        whole = out.view(len(x), down * TILE, across * TILE, -1).permute(0, 3, 1, 2)
        return whole[:, :, :height, :width]

    def tiles(self, source: Tensor, style: Tensor, first: int, count: int, across: int) -> Tensor:
        """Transformed tiles of some rows of tiles: source [H, W, I] -> [count * across, 36, I]."""
        height, width, channels = source.shape
        tall, wide = TILE * count + 2, TILE * across + 2
        top, left = first * TILE - self.padding, -self.padding
        padded = torch.zeros(tall, wide, channels)
        rows, columns = slice(max(top, 0), min(top + tall, height)), slice(max(left, 0), min(left + wide, width))
        inside = padded[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
        torch.mul(source[rows, columns], style, out=inside)
        line = wide * channels
        windows = padded.as_strided(
            (count, across, SIDE, SIDE, channels), (TILE * line, TILE * channels, line, channels, 1)
        )
        windows = windows.reshape(count * across, SIDE * SIDE, channels)
        return torch.bmm(self.before.expand(len(windows), -1, -1), windows)


def matrix(table: dict[int, Matrix]) -> Tensor:
    """One of the transforms."""
    return torch.tensor(table[TILE], dtype=torch.float32)
