"""The layers of the network with their weights packed: each knows how to fold a style in and what the program reads."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from engine.kernels import packing
from engine.kernels.activation import Activation
from engine.kernels.emitter import Vectors
from engine.kernels.program import KINDS

Weights = Mapping[str, Tensor]
TILE_BYTES = 32 * 1024  # a strip for the matrix product, within the second cache
UNIT_WORK = 4_000_000  # multiplications that one unit is worth


class Modulation:
    """A linear layer of the style, its rows already in the order the kernels read: s = W w + b."""

    def __init__(self, weights: Weights, prefix: str, order: Tensor, scale: float) -> None:
        self.weight = packing.arranged(weights[f"{prefix}.weight"].float() * scale, order)
        self.bias = packing.arranged(weights[f"{prefix}.bias"].float() * scale, order)

    def __call__(self, style: Tensor) -> Tensor:
        return torch.addmv(self.bias, self.weight, style)


class Separable:
    """Modulation, (inverse Haar,) depthwise 3x3, 1x1, noise, bias, leaky ReLU: one layer of the program.

    Depthwise weights take the style and 1 / sqrt(9 Cin); the wavelet bands' scale takes the style of `up` and the half.
    """

    def __init__(self, weights: Weights, prefix: str, order: Tensor, v: Vectors, *, up: str | None, last: bool) -> None:
        depthwise = weights[f"{prefix}.depthwise"].float()
        pointwise = weights[f"{prefix}.pointwise"].float()
        channels, out_channels = depthwise.shape[0], pointwise.shape[0]
        self.resolution: int = weights[f"{prefix}.noise"].shape[-1]
        self.up: Modulation | None = None
        stored = order
        if up is not None:
            stored = packing.passed(packing.plain(channels, v), v)
            by_band = packing.bands(4 * channels, v).view(4, -1, v.block).transpose(0, 1).reshape(-1)
            self.up = Modulation(weights, up, packing.passed(by_band, v), 0.5)
        inputs = packing.passed(stored, v)
        self.order = packing.bands(out_channels, v) if last else packing.plain(out_channels, v)
        self.modulation = Modulation(weights, f"{prefix}.modulation", inputs, 1 / math.sqrt(9 * channels))
        kernel = depthwise.reshape(channels, 9).T
        self.kernel = packing.pack_blocks(packing.arranged(kernel, inputs, 1), v)  # [C / block, 9, block]
        self.styled = torch.empty_like(self.kernel)
        self.scale = torch.empty(0)
        self.weight = packing.pack_matrix(pointwise, inputs, self.order, v)
        self.bias = packing.arranged(weights[f"{prefix}.bias"].float(), self.order)
        self.silence = torch.zeros(self.resolution)
        self.noise = self.silence
        self.strip, self.band = cut(self.resolution, len(inputs), len(self.order), v)

    def entry(self, source: Activation, target: Activation, style_up: Tensor, style: Tensor,
              noise: Tensor | None) -> dict[str, int]:
        """The layer as the program reads it; what it points at stays until the next call."""
        size = self.resolution
        torch.mul(self.kernel, self.modulation(style).view(self.kernel.shape[0], 1, -1), out=self.styled)
        if self.up is not None:
            self.scale = self.up(style_up)
        self.noise = self.silence if noise is None else noise.detach().float().reshape(size, size).contiguous()
        return dict(
            kind=KINDS.index("plain" if self.up is None else "haar"),
            units=size // self.strip * -(-size // self.band),
            source=source.buffer.data_ptr(), target=target.buffer.data_ptr(), kernel=self.styled.data_ptr(),
            scale=self.scale.data_ptr(), weights=self.weight.data_ptr(), bias=self.bias.data_ptr(),
            noise=self.noise.data_ptr(), noise_pitch=0 if noise is None else 4 * size, width=size, height=size,
            channels=self.kernel.shape[0] * self.kernel.shape[2], out_channels=len(self.order),
            strip=self.strip, band=self.band,
        )


def cut(size: int, channels: int, out_channels: int, v: Vectors) -> tuple[int, int]:
    """Pixels and rows of a unit: the strip's matrix stays in cache, and there are units enough for many threads."""
    strip = size
    while strip > v.tile and strip * channels * v.element > TILE_BYTES:
        strip //= 2
    band = 2
    while band < size // 4 and 2 * band * strip * channels * out_channels <= UNIT_WORK:
        band *= 2
    return strip, band


class Dense:
    """The first layer: 3x3 on the learned 4x4 input, as one matrix product over its nine shifted copies."""

    def __init__(self, weights: Weights, v: Vectors) -> None:
        learned, weight = weights["input"].float(), weights["conv1.weight"].float()
        out_channels, channels = weight.shape[:2]
        self.resolution: int = learned.shape[-1]
        shifted = torch.nn.functional.unfold(learned[None], 3, padding=1)[0].T  # [pixels, C * 9]
        shifted = shifted.view(-1, channels, 9).transpose(1, 2)
        inputs = packing.plain(channels, v)
        self.order = packing.bands(out_channels, v)
        self.copies = packing.arranged(shifted, inputs, 2)  # [pixels, 9, C]
        self.modulation = Modulation(weights, "conv1.modulation", inputs, 1 / math.sqrt(9 * channels))
        taps = packing.arranged(weight.reshape(out_channels, channels, 9).transpose(1, 2), inputs, 2)
        self.weight = packing.pack_steps(packing.arranged(taps.flatten(1), self.order), v.block, v)
        self.bias = packing.arranged(weights["conv1.bias"].float(), self.order)
        self.silence = torch.zeros(self.resolution**2)
        self.noise = self.silence
        self.pixels = torch.empty(self.copies.shape, dtype=packing.storage(v))
        self.made = torch.empty(self.resolution, self.resolution, len(self.order), dtype=packing.storage(v))
        self.units = len(self.order) // v.block

    def entry(self, style: Tensor, noise: Tensor | None) -> dict[str, int]:
        """The layer as the program reads it; it fills `made`."""
        self.pixels.copy_(self.copies * self.modulation(style))
        self.noise = self.silence if noise is None else noise.detach().float().reshape(-1).contiguous()
        return dict(
            kind=KINDS.index("dense"), units=self.units, source=self.pixels.data_ptr(), target=self.made.data_ptr(),
            weights=self.weight.data_ptr(), bias=self.bias.data_ptr(), noise=self.noise.data_ptr(),
            channels=self.pixels[0].numel(), out_channels=len(self.order), strip=self.resolution**2,
        )


class Head:
    """1x1 to 12 channels, modulated, and the last inverse Haar step: colours in about [-1, 1]."""

    def __init__(self, weights: Weights, size: int, order: Tensor, v: Vectors) -> None:
        prefix = f"heads.{size}"
        weight, bias = weights[f"{prefix}.weight"].float(), weights[f"{prefix}.bias"].float()
        self.size = size
        self.vectors = v
        self.modulation = Modulation(weights, f"{prefix}.modulation", order, 0.5 / math.sqrt(weight.shape[1]))
        # lanes: (LL, LH, HL, HH) x (red, green, blue, unused)
        lanes = torch.full((16,), -1)
        for band in range(4):
            for colour in range(3):
                lanes[4 * band + colour] = colour if band == 0 else 3 + 3 * colour + band - 1
        self.weight = packing.arranged(packing.arranged(weight, lanes), order, 1)
        self.bias = packing.arranged(bias, lanes) * 0.5
        self.bias[3] = 1.0  # the unused byte is opaque
        self.styled = torch.empty(0)

    def entry(self, source: Activation, style: Tensor, target: int, *, display: bool) -> dict[str, int]:
        """The layer as the program reads it; `target` is the first byte of the picture."""
        self.styled = packing.pack_steps(self.weight * self.modulation(style), 16, self.vectors)
        width = self.size // 2
        band = max(2, 8192 // width)
        return dict(
            kind=KINDS.index("head_display" if display else "head_float"), units=-(-width // band),
            source=source.buffer.data_ptr(), target=target, weights=self.styled.data_ptr(), bias=self.bias.data_ptr(),
            width=width, height=width, channels=self.weight.shape[1], band=band,
        )
