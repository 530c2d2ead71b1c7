"""StyleGAN2's and StyleGAN3's synthesis, line by line as the papers have it: the yardstick of truth and of speed."""

from __future__ import annotations

import json
import math

import torch
import torch.nn.functional as F
from torch import Tensor

from tests.engine.textbook.resampling import affine, clamped, fir_of, leaky, modulated, upfirdn

Weights = dict[str, Tensor]


def stylegan2(weights: Weights, hyper: dict, styles: Tensor, *, noise: bool = True) -> Tensor:
    """styles [N, rows, w_dim] -> [N, 3, R, R], in the precision of the styles."""
    clamp, architecture = hyper["conv_clamp"], hyper["architecture"]
    x = weights["synthesis.b4.const"].to(styles).expand(len(styles), -1, -1, -1)
    image, side, row = None, 4, 0
    while f"synthesis.b{side}.conv1.weight" in weights:
        block, around = f"synthesis.b{side}", None
        if architecture == "resnet" and side > 4:
            kernel = weights[f"{block}.skip.weight"].to(styles)
            around = doubled(F.conv2d(x, kernel / kernel.shape[1] ** 0.5), fir_of(weights, f"{block}.skip")) * 0.5**0.5
        for conv in ("conv1",) if side == 4 else ("conv0", "conv1"):
            name = f"{block}.{conv}"
            kernel = weights[f"{name}.weight"].to(styles)
            x = modulated(
                x, kernel, affine(weights, name, styles[:, row]), demodulated=True, up=conv == "conv0", padding=1
            )
            if conv == "conv0":
                fir = fir_of(weights, name)
                first, last = (len(fir) - 1) // 2, (len(fir) - 2) // 2
                x = upfirdn(x, fir, 1, 1, (first, last, first, last), 4)
            if noise and f"{name}.noise_const" in weights:
                x = x + weights[f"{name}.noise_const"].to(x) * float(weights[f"{name}.noise_strength"])
            gain = 0.5**0.5 if around is not None and conv == "conv1" else 1.0
            x = leaky(x + weights[f"{name}.bias"].to(x)[:, None, None], gain)
            x = clamped(x, clamp, gain)
            row += 1
        x = x if around is None else x + around
        image = None if image is None else doubled(image, fir_of(weights, block))
        if f"{block}.torgb.weight" in weights:
            kernel = weights[f"{block}.torgb.weight"].to(styles)
            style = affine(weights, f"{block}.torgb", styles[:, row]) / kernel.shape[1] ** 0.5
            colours = (
                modulated(x, kernel, style, demodulated=False) + weights[f"{block}.torgb.bias"].to(x)[:, None, None]
            )
            image = clamped(colours, clamp) + (0 if image is None else image)
        side *= 2
    assert image is not None
    return image


def doubled(x: Tensor, fir: Tensor) -> Tensor:
    """Zeros put in, and a filter of any length that keeps the picture in its place."""
    first, last = (len(fir) + 1) // 2, (len(fir) - 2) // 2
    return upfirdn(x, fir, 2, 1, (first, last, first, last), 4)


def stylegan3(weights: Weights, hyper: dict, styles: Tensor) -> Tensor:
    """styles [N, rows, w_dim] -> [N, 3, R, R], in the precision of the styles."""
    x = waves(weights, hyper, styles[:, 0])
    for row, layer in enumerate(json.loads(hyper["layers"]), 1):
        name = f"synthesis.{layer['name']}"
        weight, style = weights[f"{name}.weight"].to(x), affine(weights, name, styles[:, row])
        if layer["is_torgb"]:
            style = style / weight.shape[1] ** 0.5
        else:
            weight = weight * weight.square().mean((1, 2, 3), keepdim=True).rsqrt()
            style = style * style.square().mean().rsqrt()
        x = modulated(x, weight, style, demodulated=not layer["is_torgb"], padding=weight.shape[3] - 1)
        x = x * float(weights[f"{name}.magnitude_ema"]) ** -0.5 + weights[f"{name}.bias"].to(x)[:, None, None]
        up, down = layer["up"], layer["down"]
        x = upfirdn(x, weights.get(f"{name}.up_filter"), up, 1, tuple(layer["padding"]), up**2)
        x = clamped(x if layer["is_torgb"] else leaky(x), layer["clamp"])
        x = upfirdn(x, weights.get(f"{name}.down_filter"), 1, down)
    return x * hyper["output_scale"]


def waves(weights: Weights, hyper: dict, w: Tensor) -> Tensor:
    """The Fourier features of StyleGAN3, sample by sample."""
    width, height = json.loads(hyper["input_size"])
    rate, band = hyper["input_sampling_rate"], hyper["input_bandwidth"]
    found = []
    for t in affine(weights, "synthesis.input", w):
        a, b, x, y = (t / t[:2].norm()).tolist()
        turn = torch.tensor([[a, -b, 0], [b, a, 0], [0, 0, 1]], dtype=w.dtype)
        move = torch.tensor([[1, 0, -x], [0, 1, -y], [0, 0, 1]], dtype=w.dtype)
        matrix = turn @ move @ weights["synthesis.input.transform"].to(w)
        freqs = weights["synthesis.input.freqs"].to(w)
        phases = weights["synthesis.input.phases"].to(w) + freqs @ matrix[:2, 2]
        freqs = freqs @ matrix[:2, :2]
        loud = (1 - (freqs.norm(dim=1) - band) / (rate / 2 - band)).clamp(0, 1)
        xs = (torch.arange(width, dtype=w.dtype) + 0.5 - width / 2) / rate
        ys = (torch.arange(height, dtype=w.dtype) + 0.5 - height / 2) / rate
        angle = freqs[:, 0, None, None] * xs + freqs[:, 1, None, None] * ys[:, None] + phases[:, None, None]
        mixing = weights["synthesis.input.weight"].to(w) / len(loud) ** 0.5
        found.append(torch.einsum("oc,chw->ohw", mixing, torch.sin(2 * math.pi * angle) * loud[:, None, None]))
    return torch.stack(found)
