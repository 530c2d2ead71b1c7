"""Progressive GANs and StyleGAN1, line by line as their papers have them (1710.10196, 1812.04948): the yardstick."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

Weights = dict[str, Tensor]
ROOT2 = math.sqrt(2)


def progan(weights: Weights, hyper: dict, z: Tensor, c: Tensor, lod: float = 0.0) -> Tensor:
    """z [N, z_dim], c [N, c_dim] -> [N, 3, R, R]; lod: how many halvings the picture has still to grow."""
    scaled = bool(hyper["wscale"])
    x = pixel_norm(torch.cat([z, c], 1))
    dense = weights["synthesis.b4.fc.weight"].to(z)
    x = x @ dense.T * (ROOT2 / 4 / math.sqrt(dense.shape[1]) if scaled else 1)
    x = x.reshape(len(z), -1, 4, 4) + weights["synthesis.b4.fc.bias"].to(z)[:, None, None]
    x = pixel_norm(leaky(x))
    x = pixel_norm(leaky(plain(weights, "synthesis.b4.conv1", x, scaled)))
    found = {4: x}
    for side in sides(hyper["resolution"])[1:]:
        x = up(weights, f"synthesis.b{side}.conv0", x, hyper, side, scaled)
        x = pixel_norm(leaky(x + bias(weights, f"synthesis.b{side}.conv0", x)))
        x = pixel_norm(leaky(plain(weights, f"synthesis.b{side}.conv1", x, scaled)))
        found[side] = x
    return grown(weights, hyper["resolution"], found, lod, scaled)


def stylegan1(weights: Weights, hyper: dict, styles: Tensor, lod: float = 0.0, *, noise: bool = True) -> Tensor:
    """styles [N, rows, w_dim] -> [N, 3, R, R]."""
    x = weights["synthesis.b4.const"].to(styles).expand(len(styles), -1, -1, -1)
    found: dict[int, Tensor] = {}
    for level, side in enumerate(sides(hyper["resolution"])):
        for conv in range(2):
            name = f"synthesis.b{side}.conv{conv}"
            if conv:
                x = convolve(weights, name, x, ROOT2)
            elif side > 4:
                x = blur(up(weights, name, x, hyper, side, True))
            x = epilogue(weights, name, x, styles[:, 2 * level + conv], noise)
        found[side] = x
    return grown(weights, hyper["resolution"], found, lod, True)


def epilogue(weights: Weights, name: str, x: Tensor, w: Tensor, noise: bool) -> Tensor:
    """Noise, bias, activation, instance norm, style."""
    if noise and f"{name}.noise_const" in weights:
        x = x + weights[f"{name}.noise_const"].to(x) * weights[f"{name}.noise_weight"].to(x)[:, None, None]
    x = leaky(x + bias(weights, name, x))
    x = x - x.mean((2, 3), keepdim=True)
    x = x * (x.square().mean((2, 3), keepdim=True) + 1e-8).rsqrt()
    affine = weights[f"{name}.affine.weight"].to(x)
    style = w @ affine.T / math.sqrt(affine.shape[1]) + weights[f"{name}.affine.bias"].to(x)
    scale, shift = style.chunk(2, 1)
    return x * (scale + 1)[:, :, None, None] + shift[:, :, None, None]


def grown(weights: Weights, resolution: int, found: dict[int, Tensor], lod: float, scaled: bool) -> Tensor:
    """The picture while it grows: the colours of one level, or of two, blended; always at the full resolution."""
    whole = math.floor(lod)

    def colours(level: int) -> Tensor:
        side = resolution >> level
        name = f"synthesis.b{side}.torgb"
        return plain(weights, name, found[side], scaled, gain=1)

    picture = colours(whole)
    if lod > whole:
        picture = picture + (double(colours(whole + 1)) - picture) * (lod - whole)
    for _ in range(whole):
        picture = double(picture)
    return picture


def discriminator(weights: Weights, hyper: dict, picture: Tensor, lod: float = 0.0) -> Tensor:
    """Pictures [N, 3, R, R] -> what the last layer says [N, outputs]."""
    scaled, resolution, whole = bool(hyper["wscale"]), hyper["resolution"], math.floor(lod)

    def seen(level: int) -> Tensor:
        small = F.avg_pool2d(picture, 2**level) if level else picture
        return leaky(plain(weights, f"b{resolution >> level}.fromrgb", small, scaled))

    x = seen(whole)
    for side in reversed(sides(resolution >> whole)[1:]):
        x = leaky(plain(weights, f"b{side}.conv0", x, scaled))
        x = down(weights, f"b{side}.conv1", x, hyper, side, scaled)
        if lod > whole and side == resolution >> whole:
            x = x + (seen(whole + 1) - x) * (lod - whole)
    group = min(hyper["mbstd_group"], len(x))
    y = x.reshape(group, -1, 1, *x.shape[1:])
    y = (y - y.mean(0)).square().mean(0).add(1e-8).sqrt().mean((2, 3, 4))
    y = y.reshape(-1, 1, 1, 1).repeat(group, 1, 4, 4)
    x = leaky(plain(weights, "b4.conv", torch.cat([x, y], 1), scaled))
    x = leaky(dense_layer(weights, "b4.fc", x.flatten(1), ROOT2, scaled))
    return dense_layer(weights, "b4.out", x, 1, scaled)


def down(weights: Weights, name: str, x: Tensor, hyper: dict, side: int, scaled: bool) -> Tensor:
    """The layer that halves: convolution with a 2x2 mean, in one step or in two."""
    if hyper["blur"]:
        x = blur(x)
    if is_fused(hyper, side):
        kernel = scale(weights[f"{name}.weight"].to(x), ROOT2, scaled)
        x = F.conv2d(x, boxed(kernel) / 4, stride=2, padding=1)
        return leaky(x + bias(weights, name, x))
    if hyper["blur"]:
        x = F.avg_pool2d(convolve(weights, name, x, ROOT2), 2)
        return leaky(x + bias(weights, name, x))
    return F.avg_pool2d(leaky(plain(weights, name, x, scaled)), 2)


def up(weights: Weights, name: str, x: Tensor, hyper: dict, side: int, scaled: bool) -> Tensor:
    """The layer that doubles: nearest neighbour and convolution, in one step or in two; no bias yet."""
    kernel = scale(weights[f"{name}.weight"].to(x), ROOT2, scaled)
    if is_fused(hyper, side):
        return F.conv_transpose2d(x, boxed(kernel).transpose(0, 1), stride=2, padding=1)
    return F.conv2d(double(x), kernel, padding=1)


def is_fused(hyper: dict, side: int) -> bool:
    return hyper["fused_from"] is not None and side >= hyper["fused_from"]


def boxed(kernel: Tensor) -> Tensor:
    """3x3 -> 4x4: the sum of its four shifts by one pixel."""
    wide = F.pad(kernel, (1, 1, 1, 1))
    return wide[..., 1:, 1:] + wide[..., :-1, 1:] + wide[..., 1:, :-1] + wide[..., :-1, :-1]


def blur(x: Tensor) -> Tensor:
    line = torch.tensor([1.0, 2.0, 1.0]).to(x) / 4
    kernel = torch.outer(line, line).expand(x.shape[1], 1, 3, 3)
    return F.conv2d(x, kernel, padding=1, groups=x.shape[1])


def plain(weights: Weights, name: str, x: Tensor, scaled: bool, gain: float = ROOT2) -> Tensor:
    """Convolution and bias."""
    x = convolve(weights, name, x, gain, scaled)
    return x + bias(weights, name, x)


def convolve(weights: Weights, name: str, x: Tensor, gain: float, scaled: bool = True) -> Tensor:
    kernel = weights[f"{name}.weight"].to(x)
    return F.conv2d(x, scale(kernel, gain, scaled), padding=kernel.shape[-1] // 2)


def dense_layer(weights: Weights, name: str, x: Tensor, gain: float, scaled: bool) -> Tensor:
    weight = weights[f"{name}.weight"].to(x)
    return x @ scale(weight, gain, scaled).T + weights[f"{name}.bias"].to(x)


def scale(weight: Tensor, gain: float, scaled: bool) -> Tensor:
    """The weight at run time: gain / sqrt(fan-in), where the network was trained so."""
    return weight * (gain / math.sqrt(math.prod(weight.shape[1:]))) if scaled else weight


def bias(weights: Weights, name: str, x: Tensor) -> Tensor:
    return weights[f"{name}.bias"].to(x)[:, None, None]


def pixel_norm(x: Tensor) -> Tensor:
    return x * (x.square().mean(1, keepdim=True) + 1e-8).rsqrt()


def leaky(x: Tensor) -> Tensor:
    return F.leaky_relu(x, 0.2)


def double(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2, mode="nearest")


def sides(resolution: int) -> list[int]:
    """4, 8, ... resolution."""
    return [2**level for level in range(2, resolution.bit_length())]
