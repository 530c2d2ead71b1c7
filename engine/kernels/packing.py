"""Orders of channels in memory, and weights laid out the way the kernels read them.

An order is an int64 tensor: for every stored place the channel that lies there, or -1 for padding. Padding has zero
weights behind it, so what lies there never matters.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.kernels.emitter import Vectors


def plain(channels: int, v: Vectors) -> Tensor:
    """Channels as they are, padded to whole blocks."""
    order = torch.full((-(-channels // v.block) * v.block,), -1)
    order[:channels] = torch.arange(channels)
    return order


def bands(channels: int, v: Vectors) -> Tensor:
    """LL, LH, HL, HH of an inverse Haar step's input, each padded to whole blocks.

    The network keeps LL in the first quarter and [quarter, 3] of the others behind it.
    """
    quarter = plain(channels // 4, v)
    lower = [torch.where(quarter < 0, -1, channels // 4 + 3 * quarter + band) for band in range(3)]
    return torch.cat([quarter, *lower])


def passed(order: Tensor, v: Vectors) -> Tensor:
    """The order after a pass through registers: each bf16 block comes out as its even places, then its odd ones."""
    if v.precision == "f32":
        return order
    return order.view(-1, v.lanes, 2).transpose(1, 2).reshape(-1)


def arranged(values: Tensor, order: Tensor, dim: int = 0) -> Tensor:
    """Values in an order of their channels, zero in the padding."""
    taken = values.index_select(dim, order.clamp(min=0))
    shape = [1] * values.dim()
    shape[dim] = -1
    return taken * (order >= 0).view(shape)


def inverse(order: Tensor) -> Tensor:
    """For every channel the place where it lies."""
    places = torch.arange(len(order))[order >= 0]
    found = torch.empty_like(places)
    found[order[order >= 0]] = places
    return found


def pack_matrix(weight: Tensor, inputs: Tensor, outputs: Tensor, v: Vectors) -> Tensor:
    """[O, I] -> [O / block, steps, block, channels of a step] in the kernels' precision."""
    return pack_steps(arranged(arranged(weight, outputs), inputs, 1), v.block, v)


def pack_steps(weight: Tensor, width: int, v: Vectors) -> Tensor:
    """[O, I], both already in order -> [O / width, steps, width, channels of a step]."""
    of_step = 4 // v.element
    packed = weight.view(-1, width, weight.shape[1] // of_step, of_step).transpose(1, 2)
    return packed.to(storage(v)).contiguous()


def pack_blocks(values: Tensor, v: Vectors) -> Tensor:
    """[n, C] in order -> [C / block, n, block] f32."""
    return values.view(values.shape[0], -1, v.block).transpose(0, 1).contiguous()


def storage(v: Vectors) -> torch.dtype:
    return torch.bfloat16 if v.precision == "bf16" else torch.float32
