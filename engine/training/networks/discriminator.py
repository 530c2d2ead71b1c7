"""The residual discriminator of StyleGAN2 (1912.04958, section 4.1) that grows level by level (1710.10196).

Parameters are named as in `engine.models.found` under stylegan2_d; each level has a fromrgb of its own, of which a
network that has grown keeps the largest.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from engine.networks.mapping import normalized
from engine.networks.resample import smoothing, usual_filter
from engine.networks.stylegan2_discriminator import with_deviation
from engine.training.networks.layers import (
    Convolution,
    Linear,
    activated,
    depthwise,
    halved,
    resting,
)
from engine.training.networks.protocol import Hyper, Inspector
from engine.training.networks.shape import GROUP, Grown, Shape

FEATURES = 1


class Block(nn.Module):
    """One resolution: fromrgb; then conv0 and conv1, which halves the side, and what goes round them."""

    def __init__(self, shape: Shape, side: int) -> None:
        super().__init__()
        channels, after = shape.channels(side), shape.channels(side // 2)
        self.fromrgb = Convolution(3, channels, 1)
        self.conv0 = Convolution(channels, channels, 3)
        self.conv1 = Convolution(channels, after, 3)
        self.skip = Convolution(channels, after, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """[N, C, R, R] -> [N, C', R / 2, R / 2]."""
        around: Tensor = self.skip(halved(x)) * math.sqrt(0.5)
        x = activated(self.conv0(x))
        x = self.conv1(depthwise(x, smoothing(usual_filter(), 1.0), padding=2), stride=2)
        return activated(x, 1.0) + around


class Epilogue(nn.Module):
    """4x4 pixels -> logit, or as many numbers as a mapped label has: minibatch deviation, convolution, two layers."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        channels = shape.channels(4)
        self.fromrgb = Convolution(3, channels, 1)
        self.conv = Convolution(channels + FEATURES, channels, 3)
        self.fc = Linear(16 * channels, channels)
        self.out = Linear(channels, shape.w_dim if shape.label_dim else 1)

    def forward(self, x: Tensor) -> Tensor:
        """[N, C, 4, 4] -> [N, out], float32."""
        x = activated(self.conv(resting(with_deviation(x.float(), GROUP, FEATURES))))
        logits: Tensor = self.out(activated(self.fc(x.flatten(1))))
        return logits


class StyleDiscriminator(Inspector):
    """How real a picture looks, greater for more real. dtype: what 8 pixels and more compute in."""

    family = "stylegan2_d"

    def __init__(self, shape: Shape, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        self.shape, self.dtype = shape, dtype
        for side in shape.sides:
            self.add_module(f"b{side}", Epilogue(shape) if side == 4 else Block(shape, side))
        if shape.label_dim:
            self.mapping = nn.ModuleDict({"embed": Linear(shape.label_dim, shape.w_dim)})

    def hyper(self, grown: Grown) -> Hyper:
        return {
            "architecture": "resnet",
            "conv_clamp": None,
            "mapping_lr": 0.01,
            "mbstd_group": GROUP,
            "mbstd_features": FEATURES,
            "label": "dot_mapped",
            "c_dim": self.shape.label_dim,
        }

    def forward(self, picture: Tensor, label: Tensor | None, grown: Grown) -> Tensor:
        """While a level fades in, the level before sees the halved picture for the rest."""
        x = self.seen(picture, grown.side)
        for side in reversed([side for side in self.shape.sides[1:] if side <= grown.side]):
            x = self.get_submodule(f"b{side}")(x)
            if side == grown.side and grown.alpha < 1:
                before = self.seen(halved(picture), side // 2)
                x = before + (x - before) * grown.alpha
        out: Tensor = self.get_submodule("b4")(x)
        if not self.shape.label_dim:
            return out
        if label is None:
            label = out.new_zeros(len(out), self.shape.label_dim)
        mapped = normalized(self.mapping["embed"](label))
        return (out * mapped).sum(1, keepdim=True) / math.sqrt(mapped.shape[1])

    def seen(self, picture: Tensor, side: int) -> Tensor:
        """A picture as features of a level."""
        dtype = torch.float32 if side == 4 else self.dtype
        x = resting(picture.to(dtype))
        return activated(self.get_submodule(f"b{side}").get_submodule("fromrgb")(x)).to(self.dtype)

    def grown_tensors(self, grown: Grown) -> dict[str, Tensor]:
        """The tensors of the plain network of the side grown to; its last level shows fully."""
        sides = [side for side in self.shape.sides if side <= grown.side]
        others = {f"b{side}.fromrgb." for side in sides[:-1]} | {
            f"b{side}." for side in self.shape.sides if side > grown.side
        }
        return {
            name: tensor
            for name, tensor in self.state_dict().items()
            if not any(name.startswith(other) for other in others)
        }
