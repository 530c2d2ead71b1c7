"""The generator of progressive GANs (Karras et al. 2017, 1710.10196, section 2 and appendix A), which learns.

There is no w: z, with the label behind it, stands there. Every level has colours of its own, and while a level fades in
its picture is mixed with that of the level before. Parameters are named as in `engine.models.found` under progan.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.mapping import normalized
from engine.networks.modulated import EPS
from engine.networks.progressive import doubling_kernel
from engine.training.dice import Dice
from engine.training.networks.layers import ROOT2, SLOPE, Convolution, resting
from engine.training.networks.protocol import Forger, Hyper
from engine.training.networks.shape import Grown, Shape


class Seed(nn.Module):
    """z to 4x4 pixels by a layer whose bias is one a channel: [N, in] -> [N, C, 4, 4].

    Its gain is a quarter of the usual one (appendix A.1), as so many pixels look at all of z.
    """

    def __init__(self, inside: int, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(16 * channels, inside))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.gain = ROOT2 / 4 / math.sqrt(inside)

    def forward(self, z: Tensor) -> Tensor:
        """Without the activation."""
        return F.linear(z, self.weight * self.gain).reshape(len(z), -1, 4, 4) + self.bias[:, None, None]


class Doubling(Convolution):
    """Nearest neighbour and a 3x3 convolution in one: [N, in, R, R] -> [N, out, 2R, 2R]."""

    def forward(self, x: Tensor, stride: int = 2) -> Tensor:
        """As a transposed convolution, in less than half the arithmetic."""
        assert self.bias is not None
        kernel = doubling_kernel(self.weight * self.gain, fused=False).to(x.dtype)
        kernel = kernel.contiguous(memory_format=torch.channels_last)
        return F.conv_transpose2d(x, kernel, self.bias.to(x.dtype), stride=stride, padding=1)


class Block(nn.Module):
    """One resolution: conv0 doubles the side (4 has fc instead), conv1, colours."""

    def __init__(self, shape: Shape, side: int) -> None:
        super().__init__()
        channels = shape.channels(side)
        if side == 4:
            self.fc = Seed(shape.z_dim + shape.label_dim, channels)
        else:
            self.conv0 = Doubling(shape.channels(side // 2), channels, 3, gain=ROOT2)
        self.conv1 = Convolution(channels, channels, 3, gain=ROOT2)
        self.torgb = Convolution(channels, 3, 1)


class ProganGenerator(Forger):
    """The generator. dtype: what activations compute in."""

    family = "progan"
    style_rows = 1

    def __init__(self, shape: Shape, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        self.shape, self.dtype = shape, dtype
        self.synthesis = nn.ModuleDict({f"b{side}": Block(shape, side) for side in shape.sides})

    def hyper(self, grown: Grown) -> Hyper:
        return {
            "z_dim": self.shape.z_dim,
            "c_dim": self.shape.label_dim,
            "lod": 1.0 - grown.alpha,
            "fused_from": None,
            "wscale": True,
        }

    def forward(self, z: Tensor, label: Tensor | None, grown: Grown, dice: Dice | None = None) -> tuple[Tensor, Tensor]:
        """The second result is z and the label side by side. The dice are not thrown, as there is no noise here."""
        if label is None:
            label = z.new_zeros(len(z), self.shape.label_dim)
        styles = torch.cat([z, label], 1)
        return self.synthesize(styles[:, None], grown), styles

    def centre(self) -> Tensor:
        """The origin."""
        return torch.zeros(self.shape.z_dim + self.shape.label_dim)

    def synthesize(self, styles: Tensor, grown: Grown) -> Tensor:
        """styles [N, 1, w_dim] -> [N, 3, side, side] float32."""
        first, before = self.block(4), None
        x = resting(first.fc(normalized(styles[:, 0])).to(self.dtype))
        x = settled(first.conv1(settled(x)))
        for side in self.shape.sides[1 : self.shape.sides.index(grown.side) + 1]:
            if side == grown.side and grown.alpha < 1:
                before = self.coloured(side // 2, x)
            x = settled(self.block(side).conv0(x))
            x = settled(self.block(side).conv1(x))
        picture = self.coloured(grown.side, x)
        return picture if before is None else torch.lerp(F.interpolate(before, scale_factor=2.0), picture, grown.alpha)

    def coloured(self, side: int, x: Tensor) -> Tensor:
        """[N, C, side, side] -> [N, 3, side, side] float32."""
        colours: Tensor = self.block(side).torgb(x)
        return colours.float().contiguous()

    def block(self, side: int) -> Block:
        """The layers of a resolution."""
        block = self.synthesis[f"b{side}"]
        assert isinstance(block, Block)
        return block

    def grown_tensors(self, grown: Grown) -> dict[str, Tensor]:
        kept = {f"b{side}" for side in self.shape.sides if side <= grown.side}
        return {name: tensor for name, tensor in self.state_dict().items() if name.split(".")[1] in kept}


def settled(x: Tensor) -> Tensor:
    """Leaky ReLU 0.2, and every pixel normalised over its channels (section 4.2) [N, C, H, W]."""
    x = F.leaky_relu(x, SLOPE)
    return x * (x.float().square().mean(1, keepdim=True) + EPS).rsqrt().to(x.dtype)
