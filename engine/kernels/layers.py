"""The layers of the network with their weights packed: each gives the entries that the program reads.

What an entry points at stays alive and unchanged until the layer gives its next entries.
"""

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
Entry = dict[str, int]

TILE_BYTES = 32 * 1024  # a strip for the matrix product, well within the second cache
UNIT_WORK = 1 << 24  # multiplications that are worth claiming at once


class Modulation:
    """A linear layer of the style, s = W w + b, multiplied into values that lie behind it channel by channel.

    values f32 [groups, C / block, rows, block], the channels in `order` as W's rows are; made: the same times s.
    """

    def __init__(
        self,
        weights: Weights,
        prefix: str,
        order: Tensor,
        scale: float,
        values: Tensor,
        v: Vectors,
        *,
        stored: bool = False,
    ) -> None:
        weight = packing.arranged(weights[f"{prefix}.weight"].float() * scale, order)
        self.weight = weight.view(-1, v.block, weight.shape[1]).transpose(1, 2).contiguous()
        self.bias = packing.arranged(weights[f"{prefix}.bias"].float() * scale, order)
        self.values = values
        self.made = torch.empty(values.shape, dtype=packing.storage(v) if stored else torch.float32)
        self.kind = KINDS.index("fold_stored" if stored else "fold")

    def entry(self, style: Tensor) -> Entry:
        """style: f32, contiguous, and alive until the entry has run."""
        groups, blocks, rows, _ = self.values.shape
        return {
            "kind": self.kind,
            "units": blocks,
            "source": style.data_ptr(),
            "weights": self.weight.data_ptr(),
            "bias": self.bias.data_ptr(),
            "kernel": self.values.data_ptr(),
            "target": self.made.data_ptr(),
            "width": self.weight.shape[1],
            "groups": groups,
            "height": rows,
        }


class Noise:
    """A layer's noise map, or one row of zeros in its place."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._silence = torch.zeros(size)
        self._map = self._silence

    def entry(self, noise: Tensor | None) -> Entry:
        self._map = self._silence if noise is None else noise.detach().float().reshape(-1).contiguous()
        return {"noise": self._map.data_ptr(), "noise_pitch": 0 if noise is None else 4 * self.size}


class Separable:
    """Modulation, (inverse Haar,) depthwise 3x3, 1x1, noise, bias, leaky ReLU.

    The depthwise weights take the style and 1 / sqrt(9 Cin); the wavelet bands' scale takes the style of `up` and the
    half. order: of the input; output: of what the layer makes, resolution pixels a side.
    """

    def __init__(
        self,
        weights: Weights,
        prefix: str,
        order: Tensor,
        v: Vectors,
        *,
        resolution: int,
        up: str | None = None,
        bands: bool = False,
    ) -> None:
        depthwise = weights[f"{prefix}.depthwise"].float()
        pointwise = weights[f"{prefix}.pointwise"].float()
        channels, out_channels = depthwise.shape[0], pointwise.shape[0]
        self.resolution = resolution
        self.takes = channels if up is None else 4 * channels  # channels of the input
        self.up: Modulation | None = None
        if up is not None:
            order = packing.passed(packing.plain(channels, v), v)
            # [4, C / block, block] -> [C / block, 4, block]
            by_block = packing.bands(4 * channels, v).view(4, -1, v.block).transpose(0, 1).reshape(-1)
            ones = torch.ones(1, len(by_block) // v.block, 1, v.block)
            self.up = Modulation(weights, up, packing.passed(by_block, v), 0.5, ones, v)
        inputs = packing.passed(order, v)
        self.channels = len(inputs)
        self.order = packing.bands(out_channels, v) if bands else packing.plain(out_channels, v)
        taps = packing.arranged(depthwise.reshape(channels, 9), inputs)
        taps = taps.view(1, -1, v.block, 9).transpose(2, 3).contiguous()  # [1, C / block, 9, block]
        self.kernel = Modulation(weights, f"{prefix}.modulation", inputs, 1 / math.sqrt(9 * channels), taps, v)
        self.weight = packing.pack_matrix(pointwise, inputs, self.order, v)
        self.bias = packing.arranged(weights[f"{prefix}.bias"].float(), self.order)
        self.noise = Noise(self.resolution)
        self.strip, self.band = cut(self.resolution, len(inputs), len(self.order), v)

    def styled(self, style: Tensor) -> list[Entry]:
        """The entries that fold the style in; they run before `entry`."""
        return [self.kernel.entry(style)] if self.up is None else [self.up.entry(style), self.kernel.entry(style)]

    def entry(self, source: Activation, target: Activation, noise: Tensor | None) -> Entry:
        size = self.resolution
        return {
            "kind": KINDS.index("plain" if self.up is None else "haar"),
            "units": size // self.strip * -(-size // self.band),
            "source": source.buffer.data_ptr(),
            "target": target.buffer.data_ptr(),
            "kernel": self.kernel.made.data_ptr(),
            "scale": 0 if self.up is None else self.up.made.data_ptr(),
            "weights": self.weight.data_ptr(),
            "bias": self.bias.data_ptr(),
            "width": size,
            "height": size,
            "channels": self.channels,
            "out_channels": len(self.order),
            "strip": self.strip,
            "band": self.band,
        } | self.noise.entry(noise)


class Dense:
    """The first layer: 3x3 on the learned 4x4 input, as one matrix product over its nine shifted copies."""

    def __init__(self, weights: Weights, v: Vectors, *, bands: bool) -> None:
        learned, weight = weights["input"].float(), weights["conv1.weight"].float()
        out_channels, channels = weight.shape[:2]
        self.resolution: int = learned.shape[-1]
        inputs = packing.plain(channels, v)
        self.order = packing.bands(out_channels, v) if bands else packing.plain(out_channels, v)
        # the rows of the matrix: [C / block, 9, block]
        copies = torch.nn.functional.unfold(learned[None], 3, padding=1)[0].T.view(-1, channels, 9)
        copies = packing.arranged(copies, inputs, 1).view(-1, len(inputs) // v.block, v.block, 9).transpose(2, 3)
        self.copies = Modulation(
            weights, "conv1.modulation", inputs, 1 / math.sqrt(9 * channels), copies.contiguous(), v, stored=True
        )
        taps = packing.arranged(packing.arranged(weight.flatten(2), inputs, 1), self.order)
        taps = taps.view(len(self.order), -1, v.block, 9).transpose(2, 3)
        self.weight = packing.pack_steps(taps.flatten(1), v.block, v)
        self.bias = packing.arranged(weights["conv1.bias"].float(), self.order)
        self.noise = Noise(self.resolution**2)
        self.made = torch.empty(self.resolution, self.resolution, len(self.order), dtype=packing.storage(v))
        self.units = len(self.order) // v.block

    def entries(self, style: Tensor, noise: Tensor | None) -> list[Entry]:
        """They fill `made`."""
        pixels = self.resolution**2
        dense = {
            "kind": KINDS.index("dense"),
            "units": self.units,
            "source": self.copies.made.data_ptr(),
            "target": self.made.data_ptr(),
            "weights": self.weight.data_ptr(),
            "bias": self.bias.data_ptr(),
            "channels": self.copies.made[0].numel(),
            "out_channels": len(self.order),
            "strip": pixels,
        }
        return [self.copies.entry(style), dense | self.noise.entry(noise)]


class Head:
    """1x1 to 12 channels, modulated, and the last inverse Haar step: colours in about [-1, 1].

    hidden: the layer before it, for a draft that has one; its output is then this head's source.
    """

    def __init__(self, weights: Weights, size: int, order: Tensor, v: Vectors) -> None:
        prefix = f"heads.{size}"
        weight, bias = weights[f"{prefix}.weight"].float(), weights[f"{prefix}.bias"].float()
        self.size = size
        self.hidden: Separable | None = None
        if f"{prefix}.hidden.depthwise" in weights:
            self.hidden = Separable(weights, f"{prefix}.hidden", order, v, resolution=size // 2)
            order = self.hidden.order
        self.channels = len(order)
        # lanes: (LL, LH, HL, HH) x (red, green, blue, unused)
        lanes = torch.full((16,), -1)
        for band in range(4):
            for colour in range(3):
                lanes[4 * band + colour] = colour if band == 0 else 3 + 3 * colour + band - 1
        values = packing.arranged(packing.arranged(weight, lanes), order, 1).view(16, -1, 1, v.block)
        self.kernel = Modulation(
            weights, f"{prefix}.modulation", order, 0.5 / math.sqrt(weight.shape[1]), values, v, stored=True
        )
        self.bias = packing.arranged(bias, lanes) * 0.5
        self.bias[3] = 1.0  # the unused byte is opaque
        self._plain = (values, self.bias)
        self._vectors = v
        self._packed = torch.empty(0)

    def styled(self, style: Tensor, colours: Tensor | None = None) -> Entry:
        """The entry that folds the style in; it runs before `entry` is asked for.

        colours [3, 4]: a colour matrix and an offset, folded in as well: they commute with the Haar step.
        """
        values, bias = self._plain
        if colours is not None:
            matrix = torch.eye(4)
            matrix[:3, :3] = colours[:, :3]
            # products and sums, not matrix products: those wake torch's threads, which then spin beside the kernels
            values = (matrix[:, :, None] * values.view(4, 1, 4, -1)).sum(2).view(values.shape)
            bias = (bias.view(4, 1, 4) * matrix).sum(2).view(-1)
            bias[:3] += colours[:, 3]
        self.kernel.values, self.bias = values.contiguous(), bias
        return self.kernel.entry(style)

    def entry(self, source: Activation, target: int, *, display: bool) -> Entry:
        """target: the first byte of the picture."""
        self._packed = packing.pack_steps(self.kernel.made.view(16, -1), 16, self._vectors)
        width = self.size // 2
        band = max(2, 8192 // width)
        return {
            "kind": KINDS.index("head_display" if display else "head_float"),
            "units": -(-width // band),
            "source": source.buffer.data_ptr(),
            "target": target,
            "weights": self._packed.data_ptr(),
            "bias": self.bias.data_ptr(),
            "width": width,
            "height": width,
            "channels": self.channels,
            "band": band,
        }


def cut(size: int, channels: int, out_channels: int, v: Vectors) -> tuple[int, int]:
    """Pixels and rows of a unit: the strip's matrix stays in cache, and there are units enough for many threads."""
    strip = size
    while strip > v.tile and strip * channels * v.element > TILE_BYTES:
        strip //= 2
    band = 2
    while band < size // 4 and 2 * band * strip * channels * out_channels <= UNIT_WORK:
        band *= 2
    return strip, band
