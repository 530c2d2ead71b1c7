"""The discriminator of progressive GANs (1710.10196, section 2 and appendix A), which learns.

While a level fades in, the features of the halved picture are mixed with those that the level makes. Parameters are
named as in `engine.models.found` under progan_d.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.progressive import boxed
from engine.networks.stylegan2_discriminator import with_deviation
from engine.training.networks.layers import ROOT2, SLOPE, Convolution, Linear, resting
from engine.training.networks.protocol import Hyper, Inspector
from engine.training.networks.shape import GROUP, Grown, Shape

FEATURES = 1


class Halving(Convolution):
    """A 3x3 convolution and the mean of every 2x2 pixels in one: [N, in, 2R, 2R] -> [N, out, R, R]."""

    def kernel(self, x: Tensor) -> Tensor:
        """4x4, for a stride of 2."""
        return resting((boxed(self.weight) * (self.gain / 4)).to(x.dtype))

    def forward(self, x: Tensor, stride: int = 2) -> Tensor:
        """In less than half the arithmetic."""
        assert self.bias is not None
        return F.conv2d(x, self.kernel(x), self.bias.to(x.dtype), stride=stride, padding=1)


class Block(nn.Module):
    """One resolution: fromrgb; conv0, and conv1, which halves the side."""

    def __init__(self, shape: Shape, side: int) -> None:
        super().__init__()
        channels, after = shape.channels(side), shape.channels(side // 2)
        self.fromrgb = Convolution(3, channels, 1, gain=ROOT2)
        self.conv0 = Convolution(channels, channels, 3, gain=ROOT2)
        self.conv1 = Halving(channels, after, 3, gain=ROOT2)

    def forward(self, x: Tensor) -> Tensor:
        """[N, C, R, R] -> [N, C', R / 2, R / 2]."""
        return leaky(self.conv1(leaky(self.conv0(x))))


class Epilogue(nn.Module):
    """4x4 pixels -> logit, or a number for each label: minibatch deviation, convolution, two layers."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        channels = shape.channels(4)
        self.fromrgb = Convolution(3, channels, 1, gain=ROOT2)
        self.conv = Convolution(channels + FEATURES, channels, 3, gain=ROOT2)
        self.fc = Linear(16 * channels, channels, gain=ROOT2)
        self.out = Linear(channels, shape.label_dim or 1)

    def forward(self, x: Tensor) -> Tensor:
        """[N, C, 4, 4] -> [N, out], float32."""
        x = leaky(self.conv(resting(with_deviation(x.float(), GROUP, FEATURES))))
        logits: Tensor = self.out(leaky(self.fc(x.flatten(1))))
        return logits


class ProganDiscriminator(Inspector):
    """How real a picture looks, greater for more real. dtype: what 8 pixels and more compute in."""

    family = "progan_d"

    def __init__(self, shape: Shape, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        self.shape, self.dtype = shape, dtype
        for side in shape.sides:
            self.add_module(f"b{side}", Epilogue(shape) if side == 4 else Block(shape, side))

    def hyper(self, grown: Grown) -> Hyper:
        """What a model file says beside `grown_tensors`."""
        return {
            "c_dim": self.shape.label_dim,
            "lod": 1.0 - grown.alpha,
            "fused_from": 8,
            "mbstd_group": GROUP,
            "mbstd_features": FEATURES,
            "label": "dot",
            "wscale": True,
            "blur": False,
        }

    def forward(self, picture: Tensor, label: Tensor | None, grown: Grown) -> Tensor:
        """picture [N, 3, side, side] of the side grown to, label [N, L] -> logits [N, 1] float32."""
        x = self.seen(picture, grown.side)
        for side in reversed([side for side in self.shape.sides[1:] if side <= grown.side]):
            x = self.get_submodule(f"b{side}")(x)
            if side == grown.side and grown.alpha < 1:
                x = torch.lerp(self.seen(F.avg_pool2d(picture, 2), side // 2), x, grown.alpha)
        out: Tensor = self.get_submodule("b4")(x)
        if not self.shape.label_dim:
            return out
        if label is None:
            label = out.new_zeros(len(out), self.shape.label_dim)
        return (out * label).sum(1, keepdim=True)

    def seen(self, picture: Tensor, side: int) -> Tensor:
        """A picture as features of a level."""
        x = resting(picture.to(self.dtype))
        return leaky(self.get_submodule(f"b{side}").get_submodule("fromrgb")(x))

    def grown_tensors(self, grown: Grown) -> dict[str, Tensor]:
        """The tensors of the network that computes the same logits as this one grown so far."""
        kept = {f"b{side}" for side in self.shape.sides if side <= grown.side}
        return {name: tensor for name, tensor in self.state_dict().items() if name.split(".")[0] in kept}


def leaky(x: Tensor) -> Tensor:
    """Leaky ReLU 0.2."""
    return F.leaky_relu(x, SLOPE)
