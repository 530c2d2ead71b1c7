"""What progressive GANs (1710.10196) and StyleGAN (1812.04948) share: growing, scaling up, colours at every level."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.errors import VisagistError
from engine.networks.equalized import convolution
from engine.networks.modulated import channels_last
from engine.networks.shapes import Shape, take
from engine.networks.stylegan2_shapes import Hyper

PREFIX = "synthesis."
DTYPES = {"f32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
ROOT2 = math.sqrt(2)


class Growth:
    """How far growing has come: the level of detail `lod` counts the doublings of the side that are still to come.

    side: of the last block that takes part, in pixels; fraction: how much the block before it still shows.
    """

    def __init__(self, lod: float, sides: Sequence[int]) -> None:
        self.halvings = math.floor(lod)
        self.fraction = lod - self.halvings
        self.side = sides[-1] >> self.halvings

    def faded(self, colours: Tensor, before: Tensor | None) -> Tensor:
        """Colours of the last level [N, 3, R, R], and of the one before while it still shows -> the picture so far."""
        if before is None:
            return colours
        return colours + (F.interpolate(before, scale_factor=2.0) - colours) * self.fraction


def level_of_detail(hyper: Hyper, sides: Sequence[int]) -> float:
    """Where the file of a network stands; VisagistError with half a sentence for a level that there is not."""
    lod = hyper.get("lod") or 0
    if isinstance(lod, str | bool) or not 0 <= lod <= len(sides) - 1:
        raise VisagistError(f"its level of detail is {lod!r} and should be from 0 to {len(sides) - 1}")
    return float(lod)


def sides_of(weights: Mapping[str, Tensor], prefix: str = PREFIX) -> list[int]:
    """Sides of the blocks, ascending, without a gap: 4, 8, 16 ..."""
    sides = [4]
    while f"{prefix}b{2 * sides[-1]}.conv0.weight" in weights:
        sides.append(2 * sides[-1])
    return sides


def placed(tensor: Tensor, device: torch.device, dtype: torch.dtype) -> Tensor:
    """Where it computes, in its precision; [N, C, H, W] with its channels last where convolutions like that."""
    there = tensor.to(device, dtype)
    return there.contiguous(memory_format=torch.channels_last) if there.dim() == 4 and channels_last(device) else there


def kernel_of(weights: Mapping[str, Tensor], name: str, hyper: Hyper, gain: float = ROOT2) -> Tensor:
    """Weight [O, I, k, k] of a convolution as it computes."""
    scaled = hyper.get("wscale", True) is not False
    return convolution(weights, name, gain) if scaled else weights[f"{name}.weight"].float()


def doubling_kernel(kernel: Tensor, *, fused: bool) -> Tensor:
    """3x3 [O, I, 3, 3] -> 4x4 [I, O, 4, 4] for a transposed convolution of stride 2 and padding 1.

    A fused layer is one by nature: the sum of the four shifts of its kernel. Nearest neighbour and a convolution are
    the same with the kernel turned around, and take less than half the arithmetic so.
    """
    return boxed(kernel if fused else kernel.flip(2, 3)).transpose(0, 1).contiguous()


def boxed(kernel: Tensor) -> Tensor:
    """The sum of a kernel's four shifts by one pixel: 3x3 -> 4x4."""
    wide = F.pad(kernel, (1, 1, 1, 1))
    return wide[..., 1:, 1:] + wide[..., :-1, 1:] + wide[..., 1:, :-1] + wide[..., :-1, :-1]


def is_fused(hyper: Hyper, side: int) -> bool:
    """Whether the layer that scales at this side is fused."""
    first = hyper.get("fused_from")
    return isinstance(first, int) and not isinstance(first, bool) and side >= first


def blur_kernel(channels: int) -> Tensor:
    """[1, 2, 1] both ways, for each channel [C, 1, 3, 3]."""
    line = torch.tensor([0.25, 0.5, 0.25])
    return torch.outer(line, line).expand(channels, 1, 3, 3).contiguous()


def colour_shapes(weights: Mapping[str, Tensor], side: int, channels: int) -> Iterator[tuple[str, Shape]]:
    """The colour layer of a level."""
    yield f"{PREFIX}b{side}.torgb.weight", (3, channels, 1, 1)
    yield f"{PREFIX}b{side}.torgb.bias", (3,)


def block_shapes(weights: Mapping[str, Tensor], name: str, channels: int) -> Iterator[tuple[str, Shape]]:
    """A 3x3 convolution of so many channels with its bias."""
    after = take(weights, f"{name}.weight", 4).shape[0]
    yield f"{name}.weight", (after, channels, 3, 3)
    yield f"{name}.bias", (after,)
