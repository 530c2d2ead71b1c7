"""What a MobileStyleGAN file must hold: every tensor by name, shape and type, before any kernel reads its memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from engine.errors import VisagistError
from engine.networks.shapes import Shape, take, written

BANDS = 4  # of a Haar step
LATE = 12  # a colour matrix and an offset


def check_shapes(weights: Mapping[str, Tensor]) -> None:
    """Raises VisagistError with half a sentence for a tensor that is missing, superfluous, or not as it should be."""
    wanted = dict(shapes(weights))
    for name, shape in wanted.items():
        tensor = take(weights, name)
        if tuple(tensor.shape) != shape:
            raise VisagistError(f"tensor {name} is {written(tuple(tensor.shape))} and should be {written(shape)}")
        if tensor.dtype != torch.float32:
            raise VisagistError(f"tensor {name} is {tensor.dtype} and should be torch.float32")
    for strange in sorted(set(weights) - set(wanted)):
        raise VisagistError(f"tensor {strange} has no place in this network")


def shapes(weights: Mapping[str, Tensor]) -> Iterator[tuple[str, Shape]]:
    """Names and shapes; widths and the number of blocks are read off the file itself."""
    width = take(weights, "w_mean").numel()
    yield "w_mean", (width,)
    for i in range(count_of(weights, "mapping.fc{}")):
        yield f"mapping.fc{i}.weight", (width, width)
        yield f"mapping.fc{i}.bias", (width,)
    start = take(weights, "synthesis.input")
    if start.dim() != 3:
        raise VisagistError(
            f"tensor synthesis.input is {written(tuple(start.shape))} and should be channels x side x side"
        )
    channels, side = start.shape[0], start.shape[-1]
    yield "synthesis.input", (channels, side, side)
    yield "synthesis.conv1.weight", (channels, channels, 3, 3)
    yield from layer("synthesis.conv1", channels, channels, side, width)
    heads = {}
    for i in range(count_of(weights, "synthesis.blocks.{}.up.modulation")):
        block = f"synthesis.blocks.{i}"
        if channels % BANDS:
            raise VisagistError(f"{block} gets {channels} channels and needs a multiple of {BANDS}")
        yield from modulation(f"{block}.up", channels, width)
        side, inside = 2 * side, channels // BANDS
        channels = len(take(weights, f"{block}.conv1.bias").reshape(-1))
        for conv in ("conv1", "conv2"):
            yield f"{block}.{conv}.depthwise", (inside, 3, 3)
            yield f"{block}.{conv}.pointwise", (channels, inside)
            yield from layer(f"{block}.{conv}", inside, channels, side, width)
            inside = channels
        heads[f"synthesis.heads.{2 * side}"] = channels
    present = [head for head in heads if f"{head}.weight" in weights]
    if not present:
        raise VisagistError("it has no output head")
    for after, (head, inside) in zip(reversed(range(len(heads))), heads.items(), strict=True):
        if head in present[:-1] and f"{head}.hidden.pointwise" in weights:
            hidden = f"{head}.hidden"
            yield f"{hidden}.depthwise", (inside, 3, 3)
            yield from modulation(hidden, inside, width)
            outside = len(take(weights, f"{hidden}.bias").reshape(-1))
            yield f"{hidden}.pointwise", (outside, inside)
            yield f"{hidden}.bias", (outside,)
            inside = outside
        if head in present:
            yield f"{head}.weight", (3 * BANDS, inside)
            yield f"{head}.bias", (3 * BANDS,)
            yield from modulation(head, inside, width)
        if head in present[:-1] and f"{head}.late.weight" in weights:
            # two rows for each block after the head, and the last head's own
            yield f"{head}.late.weight", (LATE, (2 * after + 1) * width)
            yield f"{head}.late.bias", (LATE,)


def layer(name: str, inside: int, outside: int, side: int, width: int) -> Iterator[tuple[str, Shape]]:
    """What every convolution has."""
    yield f"{name}.bias", (outside,)
    yield f"{name}.noise", (side, side)
    yield from modulation(name, inside, width)


def modulation(name: str, channels: int, width: int) -> Iterator[tuple[str, Shape]]:
    yield f"{name}.modulation.weight", (channels, width)
    yield f"{name}.modulation.bias", (channels,)


def count_of(weights: Mapping[str, Tensor], pattern: str) -> int:
    """How many numbered layers there are, without a gap; at least one."""
    count = 0
    while any(f"{pattern.format(count)}.{part}" in weights for part in ("weight", "bias")):
        count += 1
    return max(count, 1)
