"""StyleGAN2's discriminator, line by line as the papers have it: 1912.04958, and 2006.06676 for labels."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from tests.engine.textbook.resampling import clamped, fir_of, leaky, upfirdn

Weights = dict[str, Tensor]


def stylegan2_discriminator(weights: Weights, hyper: dict, picture: Tensor, label: Tensor | None = None) -> Tensor:
    """Pictures [N, 3, R, R] and labels [N, c_dim] -> logits [N, 1], in the precision of the pictures."""
    architecture, clamp = hyper["architecture"], hyper["conv_clamp"]
    x, side, image = None, hyper["resolution"], picture
    while side > 4:
        name = f"b{side}"
        if x is None or architecture == "skip":
            seen = clamped(leaky(convolution(weights, f"{name}.fromrgb", image)), clamp)
            x = seen if x is None else x + seen
        around = x
        x = clamped(leaky(convolution(weights, f"{name}.conv0", x)), clamp)
        gain = 0.5**0.5 if architecture == "resnet" else 1.0
        x = upfirdn(x, *down_fir(weights, f"{name}.conv1", extra=1))
        x = clamped(leaky(convolution(weights, f"{name}.conv1", x, stride=2), gain), clamp, gain)
        if architecture == "resnet":
            around = upfirdn(around, *down_fir(weights, f"{name}.skip"))[:, :, ::2, ::2]
            x = x + convolution(weights, f"{name}.skip", around) * gain
        if architecture == "skip":
            image = upfirdn(image, *down_fir(weights, name))[:, :, ::2, ::2]
        side //= 2
    assert x is not None
    if architecture == "skip":
        x = x + leaky(convolution(weights, "b4.fromrgb", image))
    x = with_deviation(x, hyper["mbstd_group"], hyper["mbstd_features"])
    x = clamped(leaky(convolution(weights, "b4.conv", x)), clamp)
    x = leaky(linear(weights, "b4.fc", x.flatten(1)))
    x = linear(weights, "b4.out", x)
    if "mapping.embed.weight" in weights:
        said = mapped(weights, hyper["mapping_lr"], label)
        return (x * said).sum(1, keepdim=True) / math.sqrt(said.shape[1])
    return (x * label).sum(1, keepdim=True) if hyper["c_dim"] else x


def down_fir(weights: Weights, name: str, extra: int = 0):
    """The filter before every second pixel is kept; extra: pixels that a 3x3 kernel reads more on each side."""
    fir = fir_of(weights, name)
    first, last = (len(fir) - 1) // 2 + extra, (len(fir) - 2) // 2 + extra
    return fir, 1, 1, (first, last, first, last)


def with_deviation(x: Tensor, group: int | None, features: int) -> Tensor:
    """Sample by sample: the mean deviation among the samples of its group, for each part of the channels."""
    size = len(x) if group is None else min(group, len(x))
    count = len(x) // size
    further = x.new_zeros(len(x), features, *x.shape[2:])
    for sample in range(len(x)):
        fellows = x[sample % count :: count]
        for feature, part in enumerate(fellows.chunk(features, 1) if features else ()):
            further[sample, feature] = (part.var(0, correction=0) + 1e-8).sqrt().mean()
    return torch.cat([x, further], 1)


def mapped(weights: Weights, rate: float, label: Tensor) -> Tensor:
    """The embedded label, normalised, through the layers that map."""
    x = linear(weights, "mapping.embed", label)
    x = x / (x.square().mean(1, keepdim=True) + 1e-8).sqrt()
    number = 0
    while f"mapping.fc{number}.weight" in weights:
        x = leaky(linear(weights, f"mapping.fc{number}", x, rate))
        number += 1
    return x


def convolution(weights: Weights, name: str, x: Tensor, stride: int = 1) -> Tensor:
    """The weight counts 1 / sqrt(fan-in); stride 2 reads no pixels beyond the edge."""
    kernel = weights[f"{name}.weight"].to(x)
    kernel = kernel / math.sqrt(kernel[0].numel())
    bias = weights[f"{name}.bias"].to(x) if f"{name}.bias" in weights else None
    return F.conv2d(x, kernel, bias, stride=stride, padding=0 if stride > 1 else kernel.shape[-1] // 2)


def linear(weights: Weights, name: str, x: Tensor, rate: float = 1.0) -> Tensor:
    weight = weights[f"{name}.weight"].to(x)
    return x @ weight.T * (rate / math.sqrt(weight.shape[1])) + weights[f"{name}.bias"].to(x) * rate
