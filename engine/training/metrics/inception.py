"""The network that FID and KID look through: Inception v3 (Szegedy et al., 1512.00567), as FID's authors use it.

Theirs is the graph of 2015-12-05: unlike the paper's, it averages what its pools see without the padding, and the pool
of its very last block takes the maximum. Nothing is downloaded: the weights are a file that the user has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.training.metrics.pyramid import Pictures

SIDE = 299  # pixels that the network takes
FEATURES = 2048


class Shape(NamedTuple):
    """Of one convolution's weight [outputs, inputs, high, wide]."""

    outputs: int
    inputs: int
    high: int = 1
    wide: int = 1


def pooled(name: str, inputs: int, after_pool: int) -> dict[str, Shape]:
    """A block of 35 x 35 (the paper's figure 5)."""
    return {
        f"{name}.branch1x1": Shape(64, inputs),
        f"{name}.branch5x5_1": Shape(48, inputs),
        f"{name}.branch5x5_2": Shape(64, 48, 5, 5),
        f"{name}.branch3x3dbl_1": Shape(64, inputs),
        f"{name}.branch3x3dbl_2": Shape(96, 64, 3, 3),
        f"{name}.branch3x3dbl_3": Shape(96, 96, 3, 3),
        f"{name}.branch_pool": Shape(after_pool, inputs),
    }


def factorised(name: str, inside: int) -> dict[str, Shape]:
    """A block of 17 x 17, whose 7 x 7 are split into rows and columns (figure 6)."""
    return {
        f"{name}.branch1x1": Shape(192, 768),
        f"{name}.branch7x7_1": Shape(inside, 768),
        f"{name}.branch7x7_2": Shape(inside, inside, 1, 7),
        f"{name}.branch7x7_3": Shape(192, inside, 7, 1),
        f"{name}.branch7x7dbl_1": Shape(inside, 768),
        f"{name}.branch7x7dbl_2": Shape(inside, inside, 7, 1),
        f"{name}.branch7x7dbl_3": Shape(inside, inside, 1, 7),
        f"{name}.branch7x7dbl_4": Shape(inside, inside, 7, 1),
        f"{name}.branch7x7dbl_5": Shape(192, inside, 1, 7),
        f"{name}.branch_pool": Shape(192, 768),
    }


def widened(name: str, inputs: int) -> dict[str, Shape]:
    """A block of 8 x 8, whose branches fork once more (figure 7)."""
    return {
        f"{name}.branch1x1": Shape(320, inputs),
        f"{name}.branch3x3_1": Shape(384, inputs),
        f"{name}.branch3x3_2a": Shape(384, 384, 1, 3),
        f"{name}.branch3x3_2b": Shape(384, 384, 3, 1),
        f"{name}.branch3x3dbl_1": Shape(448, inputs),
        f"{name}.branch3x3dbl_2": Shape(384, 448, 3, 3),
        f"{name}.branch3x3dbl_3a": Shape(384, 384, 1, 3),
        f"{name}.branch3x3dbl_3b": Shape(384, 384, 3, 1),
        f"{name}.branch_pool": Shape(192, inputs),
    }


SHAPES: dict[str, Shape] = {
    "Conv2d_1a_3x3": Shape(32, 3, 3, 3),
    "Conv2d_2a_3x3": Shape(32, 32, 3, 3),
    "Conv2d_2b_3x3": Shape(64, 32, 3, 3),
    "Conv2d_3b_1x1": Shape(80, 64),
    "Conv2d_4a_3x3": Shape(192, 80, 3, 3),
    **pooled("Mixed_5b", 192, 32),
    **pooled("Mixed_5c", 256, 64),
    **pooled("Mixed_5d", 288, 64),
    "Mixed_6a.branch3x3": Shape(384, 288, 3, 3),
    "Mixed_6a.branch3x3dbl_1": Shape(64, 288),
    "Mixed_6a.branch3x3dbl_2": Shape(96, 64, 3, 3),
    "Mixed_6a.branch3x3dbl_3": Shape(96, 96, 3, 3),
    **factorised("Mixed_6b", 128),
    **factorised("Mixed_6c", 160),
    **factorised("Mixed_6d", 160),
    **factorised("Mixed_6e", 192),
    "Mixed_7a.branch3x3_1": Shape(192, 768),
    "Mixed_7a.branch3x3_2": Shape(320, 192, 3, 3),
    "Mixed_7a.branch7x7x3_1": Shape(192, 768),
    "Mixed_7a.branch7x7x3_2": Shape(192, 192, 1, 7),
    "Mixed_7a.branch7x7x3_3": Shape(192, 192, 7, 1),
    "Mixed_7a.branch7x7x3_4": Shape(192, 192, 3, 3),
    **widened("Mixed_7b", 1280),
    **widened("Mixed_7c", 2048),
}


class Inception:
    """Pictures -> features.

    weights: of every layer of SHAPES, "{name}.weight" and "{name}.bias" with the batch normalisation folded in, as
    `inception_file.read_inception` gives them. Runs in float32. width: of the features.
    """

    width = FEATURES

    def __init__(self, weights: Mapping[str, Tensor], device: torch.device | None = None) -> None:
        self.device = device or torch.device("cpu")
        self.weights = {name: tensor.to(self.device, torch.float32) for name, tensor in weights.items()}

    @torch.inference_mode()
    def features(self, pictures: Pictures) -> Tensor:
        """uint8 [N, H, W, 3] -> [N, 2048] float32 on the CPU: what the last average pool gives.

        Pixels enter as (value - 128) / 128, as in TensorFlow's graph.
        """
        x = torch.from_numpy(np.ascontiguousarray(pictures)).to(self.device).permute(0, 3, 1, 2).float()
        x = resized((x - 128) / 128)  # [N, 3, 299, 299]
        x = self.conv(x, "Conv2d_1a_3x3", stride=2, pad=False)
        x = self.conv(x, "Conv2d_2a_3x3", pad=False)
        x = F.max_pool2d(self.conv(x, "Conv2d_2b_3x3"), 3, 2)  # [N, 64, 73, 73]
        x = self.conv(self.conv(x, "Conv2d_3b_1x1"), "Conv2d_4a_3x3", pad=False)
        x = F.max_pool2d(x, 3, 2)  # [N, 192, 35, 35]
        for name in ("Mixed_5b", "Mixed_5c", "Mixed_5d"):
            x = self.pooled(x, name)
        x = self.halved(x, "Mixed_6a", ("branch3x3",), ("branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"))
        for name in ("Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e"):  # [N, 768, 17, 17]
            x = self.factorised(x, name)
        sevens = ("branch7x7x3_1", "branch7x7x3_2", "branch7x7x3_3", "branch7x7x3_4")
        x = self.halved(x, "Mixed_7a", ("branch3x3_1", "branch3x3_2"), sevens)
        x = self.widened(x, "Mixed_7b", average(x))  # [N, 2048, 8, 8]
        x = self.widened(x, "Mixed_7c", F.max_pool2d(x, 3, 1, 1))
        return x.mean((2, 3)).cpu()

    def conv(self, x: Tensor, name: str, *, stride: int = 1, pad: bool = True) -> Tensor:
        """Convolution, normalisation and ReLU; pad: so that the side stays."""
        weight = self.weights[f"{name}.weight"]
        padding = (weight.shape[2] // 2, weight.shape[3] // 2) if pad else (0, 0)
        return F.conv2d(x, weight, self.weights[f"{name}.bias"], stride, padding).relu_()

    def chain(self, x: Tensor, block: str, *names: str) -> Tensor:
        for name in names:
            x = self.conv(x, f"{block}.{name}")
        return x

    def pooled(self, x: Tensor, block: str) -> Tensor:
        branches = [
            self.chain(x, block, "branch1x1"),
            self.chain(x, block, "branch5x5_1", "branch5x5_2"),
            self.chain(x, block, "branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"),
            self.chain(average(x), block, "branch_pool"),
        ]
        return torch.cat(branches, 1)

    def halved(self, x: Tensor, block: str, *branches: tuple[str, ...]) -> Tensor:
        """Half the side: each branch ends in a stride, the last one is a pool."""
        ends = [
            self.conv(self.chain(x, block, *names), f"{block}.{last}", stride=2, pad=False) for *names, last in branches
        ]
        return torch.cat([*ends, F.max_pool2d(x, 3, 2)], 1)

    def factorised(self, x: Tensor, block: str) -> Tensor:
        branches = [
            self.chain(x, block, "branch1x1"),
            self.chain(x, block, *(f"branch7x7_{step}" for step in range(1, 4))),
            self.chain(x, block, *(f"branch7x7dbl_{step}" for step in range(1, 6))),
            self.chain(average(x), block, "branch_pool"),
        ]
        return torch.cat(branches, 1)

    def widened(self, x: Tensor, block: str, pool: Tensor) -> Tensor:
        once = self.chain(x, block, "branch3x3_1")
        twice = self.chain(x, block, "branch3x3dbl_1", "branch3x3dbl_2")
        branches = [
            self.chain(x, block, "branch1x1"),
            self.chain(once, block, "branch3x3_2a"),
            self.chain(once, block, "branch3x3_2b"),
            self.chain(twice, block, "branch3x3dbl_3a"),
            self.chain(twice, block, "branch3x3dbl_3b"),
            self.chain(pool, block, "branch_pool"),
        ]
        return torch.cat(branches, 1)


def average(x: Tensor) -> Tensor:
    """The mean of 3 x 3, of fewer at the edge."""
    return F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)


def resized(x: Tensor) -> Tensor:
    """[N, C, H, W] -> [N, C, 299, 299] as TensorFlow 1 does it, with which the network was trained.

    Bilinear with the corners of the first pixels on each other (pixel i is read at i H / 299), and no smoothing where
    the picture shrinks.
    """
    for dimension in (2, 3):
        side = x.shape[dimension]
        at = torch.arange(SIDE, dtype=torch.float64) * side / SIDE
        low = at.long()
        high = (low + 1).clamp_max(side - 1).to(x.device)
        share = (at - low).to(x).view([-1 if d == dimension else 1 for d in range(4)])
        x = torch.lerp(x.index_select(dimension, low.to(x.device)), x.index_select(dimension, high), share)
    return x
