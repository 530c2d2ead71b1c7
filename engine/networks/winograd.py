"""3x3 convolution by Winograd's minimal filtering F(4x4, 3x3) (Lavin & Gray 2015, 1509.09308), in float32.

It needs a quarter of the multiplications and rounds about ten times as coarsely, which float32 can spare and half
precision can not.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.networks.on_torch import refuse_gradients

TILE, SIDE = 4, 6  # a tile of 4x4 outputs reads 6x6 inputs
TILES = 128  # of a strip, which stays in the processor's cache
FEWEST = 96  # channels, below which the transforms cost more than they save
SMALLEST = 16  # side of the input, below which reading the weight costs most, which is four times as large here

INPUT = [
    [4.0, 0, -5, 0, 1, 0],
    [0, -4, -4, 1, 1, 0],
    [0, 4, -4, -1, 1, 0],
    [0, -2, -1, 2, 1, 0],
    [0, 2, -1, -2, 1, 0],
    [0, 4, 0, -5, 0, 1],
]
WEIGHT = [
    [1 / 4, 0, 0],
    [-1 / 6, -1 / 6, -1 / 6],
    [-1 / 6, 1 / 6, -1 / 6],
    [1 / 24, 1 / 12, 1 / 6],
    [1 / 24, -1 / 12, 1 / 6],
    [0, 0, 1.0],
]
OUTPUT = [[1.0, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]]


def suits(weight: Tensor, side: int) -> bool:
    """Whether a convolution of an input of this side with this weight [O, I, k, k] is faster this way."""
    return tuple(weight.shape[2:]) == (3, 3) and min(weight.shape[:2]) >= FEWEST and side >= SMALLEST


class Winograd:
    """Convolution of stride 1 whose channels are scaled before and after it.

    weight [O, I, 3, 3]; padding: zeros around the input.
    """

    def __init__(self, weight: Tensor, padding: int) -> None:
        g = torch.tensor(WEIGHT, dtype=torch.float64)
        transformed = torch.einsum("pa,oiab,qb->pqio", g, weight.double(), g)
        self.weight = transformed.flatten(0, 1).float().contiguous()  # [36, I, O]
        b, a = torch.tensor(INPUT), torch.tensor(OUTPUT)
        self.before, self.after = torch.kron(b, b), torch.kron(a, a)  # [36, 36], [16, 36]
        self.padding = padding

    def __call__(self, x: Tensor, style: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
        """x [N, I, H, W], style [N, I], scale [N, O] or [N, 1], bias [O] -> [N, O, H', W'], the channels last."""
        refuse_gradients(x, style)
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
