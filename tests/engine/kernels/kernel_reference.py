"""A slow, plain torch version of the network, written from its description, and small random networks for it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor


def modulation(weights: Mapping[str, Tensor], name: str, style: Tensor) -> Tensor:
    return (weights[f"{name}.modulation.weight"] @ style + weights[f"{name}.modulation.bias"])[None, :, None, None]


def finish(x: Tensor, weights: Mapping[str, Tensor], name: str, noise: Tensor | None) -> Tensor:
    x = x + weights[f"{name}.bias"].reshape(1, -1, 1, 1)
    return F.leaky_relu(x if noise is None else x + noise, 0.2)


def inverse_haar(x: Tensor) -> Tensor:
    n, c, h, w = x.shape
    low, high = x[:, : c // 4], x[:, c // 4 :].reshape(n, c // 4, 3, h, w)
    out = x.new_empty(n, c // 4, 2 * h, 2 * w)
    for a in (0, 1):
        for b in (0, 1):
            out[:, :, a::2, b::2] = (
                low + (-1) ** a * high[:, :, 0] + (-1) ** b * high[:, :, 1] + (-1) ** (a + b) * high[:, :, 2]
            ) / 2
    return out


def separable(x: Tensor, weights: Mapping[str, Tensor], name: str, style: Tensor, noise: Tensor | None) -> Tensor:
    c = x.shape[1]
    x = x * modulation(weights, name, style) / math.sqrt(9 * c)
    x = F.conv2d(x, weights[f"{name}.depthwise"][:, None], padding=1, groups=c)
    return finish(F.conv2d(x, weights[f"{name}.pointwise"][:, :, None, None]), weights, name, noise)


def stage(weights: Mapping[str, Tensor], index: int, x: Tensor | None, styles: Tensor, noise: Tensor | None) -> Tensor:
    if index == 0:
        x = weights["input"][None]
        x = x * modulation(weights, "conv1", styles[0]) / math.sqrt(9 * x.shape[1])
        return finish(F.conv2d(x, weights["conv1.weight"], padding=1), weights, "conv1", noise)
    block, second = divmod(index - 1, 2)
    style = styles[3 * block + 1 + second]
    assert x is not None
    if not second:
        x = inverse_haar(x * modulation(weights, f"blocks.{block}.up", style))
    return separable(x, weights, f"blocks.{block}.conv{1 + second}", style, noise)


def picture(weights: Mapping[str, Tensor], size: int, x: Tensor, style: Tensor) -> Tensor:
    if f"heads.{size}.hidden.depthwise" in weights:
        x = separable(x, weights, f"heads.{size}.hidden", style, None)
    x = x * modulation(weights, f"heads.{size}", style) / math.sqrt(x.shape[1])
    x = F.conv2d(x, weights[f"heads.{size}.weight"][:, :, None, None], weights[f"heads.{size}.bias"])
    return inverse_haar(x)[0]


def noise_names(weights: Mapping[str, Tensor]) -> list[str]:
    """The noise map of every stage."""
    blocks = sum(name.endswith("conv1.depthwise") for name in weights)
    return ["conv1.noise"] + [f"blocks.{i}.{conv}.noise" for i in range(blocks) for conv in ("conv1", "conv2")]


def small_network(widths: list[int], seed: int = 0, style: int = 24, *, hidden: int = 0) -> dict[str, Tensor]:
    """A random network, f64: widths of the first convolution and of every block; a head after every block.

    hidden: channels of a hidden layer in all heads but the last, 0 for none.
    """
    generator = torch.Generator().manual_seed(seed)

    def random(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    weights: dict[str, Tensor] = {}

    def modulated(name: str, channels: int) -> None:
        weights[f"{name}.modulation.weight"] = 0.3 * random(channels, style) / math.sqrt(style)
        weights[f"{name}.modulation.bias"] = 1 + 0.1 * random(channels)

    weights["input"] = random(widths[0], 4, 4)
    weights["conv1.weight"] = random(widths[0], widths[0], 3, 3)
    weights["conv1.bias"], weights["conv1.noise"] = random(widths[0]), 0.1 * random(4, 4)
    modulated("conv1", widths[0])
    last = len(widths) - 2
    for i, (before, after) in enumerate(pairwise(widths)):
        size = 8 * 2**i
        modulated(f"blocks.{i}.up", before)
        for conv, inside in (("conv1", before // 4), ("conv2", after)):
            name = f"blocks.{i}.{conv}"
            weights[f"{name}.depthwise"] = random(inside, 3, 3)
            weights[f"{name}.pointwise"] = random(after, inside)
            weights[f"{name}.bias"], weights[f"{name}.noise"] = 0.3 * random(after), 0.1 * random(size, size)
            modulated(name, inside)
        head = f"heads.{2 * size}"
        if hidden and i < last:
            weights[f"{head}.hidden.depthwise"] = random(after, 3, 3)
            weights[f"{head}.hidden.pointwise"], weights[f"{head}.hidden.bias"] = random(hidden, after), random(hidden)
            modulated(f"{head}.hidden", after)
            after = hidden
        weights[f"{head}.weight"], weights[f"{head}.bias"] = 5 * random(12, after), 0.1 * random(12)
        modulated(head, after)
    return weights


def relative(a: Tensor, b: Tensor) -> float:
    """||a - b|| / ||b||."""
    return float((a.double() - b.double()).norm() / b.double().norm())
