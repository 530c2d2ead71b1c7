"""Resampling as the papers write it: zeros put in, padded, one dense filter, every n-th kept. Slow on purpose."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def upfirdn(
    x: Tensor, taps: Tensor | None, up: int = 1, down: int = 1, padding=(0, 0, 0, 0), gain: float = 1
) -> Tensor:
    """x [N, C, H, W]; taps [k] along both axes, [k, k], or None; padding x0, x1, y0, y1, negative to crop."""
    n, channels, height, width = x.shape
    wide = x.new_zeros(n, channels, height * up, width * up)
    wide[:, :, ::up, ::up] = x
    wide = F.pad(wide, padding)
    if taps is not None:
        taps = taps.to(x)
        if taps.dim() == 1:
            side = taps.flip(0) * gain**0.5
            wide = F.conv2d(wide, side[None, None, None].expand(channels, -1, -1, -1), groups=channels)
            wide = F.conv2d(wide, side[None, None, :, None].expand(channels, -1, -1, -1), groups=channels)
        else:
            kernel = taps.flip(0, 1) * gain
            wide = F.conv2d(wide, kernel[None, None].expand(channels, -1, -1, -1), groups=channels)
    return wide[:, :, ::down, ::down]


def fir_of(weights: dict[str, Tensor], name: str) -> Tensor:
    """The filter of a layer that scales: the file's own, or [1, 3, 3, 1] in both directions, of sum one."""
    line = torch.tensor([1.0, 3.0, 3.0, 1.0], dtype=torch.float64)
    return weights.get(f"{name}.resample_filter", torch.outer(line, line) / 64)


def modulated(
    x: Tensor, weight: Tensor, style: Tensor, *, demodulated: bool, up: bool = False, padding: int = 0
) -> Tensor:
    """A weight of its own for every sample: x [N, I, H, W], weight [O, I, k, k], style [N, I]."""
    n, inside = style.shape
    own = weight[None] * style[:, None, :, None, None]
    if demodulated:
        own = own * (own.square().sum((2, 3, 4), keepdim=True) + 1e-8).rsqrt()
    x = x.reshape(1, n * inside, *x.shape[2:])
    if up:
        y = F.conv_transpose2d(x, own.transpose(1, 2).flatten(0, 1), stride=2, groups=n)
    else:
        y = F.conv2d(x, own.flatten(0, 1), padding=padding, groups=n)
    return y.reshape(n, -1, *y.shape[2:])


def affine(weights: dict[str, Tensor], name: str, w: Tensor) -> Tensor:
    """The style of a layer."""
    weight = weights[f"{name}.affine.weight"].to(w)
    return w @ weight.T / weight.shape[1] ** 0.5 + weights[f"{name}.affine.bias"].to(w)


def leaky(x: Tensor, gain: float = 1.0) -> Tensor:
    """Leaky ReLU 0.2 times sqrt 2."""
    return torch.where(x < 0, 0.2 * x, x) * (2**0.5 * gain)


def clamped(x: Tensor, limit: float | None, gain: float = 1.0) -> Tensor:
    """Between two limits, where there are any."""
    return x if limit is None else x.clamp(-limit * gain, limit * gain)
