"""Layers that learn, with an equalized learning rate (ProGAN, 1710.10196, section 4.1).

Parameters are float32 and of unit variance; a layer scales them by 1 / sqrt(fan-in) when it computes, and computes in
the type of its input. Activations [N, C, H, W] lie in memory with their channels last.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.modulated import EPS
from engine.networks.resample import smoothing, usual_filter

ROOT2 = math.sqrt(2)
SLOPE = 0.2


class Linear(nn.Module):
    """[N, in] -> [N, out].

    lr: gain of the learning rate, 0.01 in a mapping network; bias: where it starts; gain: of what the weight makes.
    """

    def __init__(self, inside: int, outside: int, *, lr: float = 1.0, bias: float = 0.0, gain: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outside, inside) / lr)
        self.bias = nn.Parameter(torch.full((outside,), bias / lr))
        self.gain, self.lr = gain * lr / math.sqrt(inside), lr

    def forward(self, x: Tensor) -> Tensor:
        """x [N, in] -> [N, out]."""
        return F.linear(x, (self.weight * self.gain).to(x.dtype), (self.bias * self.lr).to(x.dtype))


class Convolution(nn.Module):
    """A convolution of odd side k that keeps the size: [N, in, H, W] -> [N, out, H, W].

    gain: of the output beside 1 / sqrt(fan-in).
    """

    def __init__(self, inside: int, outside: int, side: int, *, gain: float = 1.0, bias: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outside, inside, side, side))
        self.bias = nn.Parameter(torch.zeros(outside)) if bias else None
        self.gain = gain / math.sqrt(inside * side**2)

    def kernel(self, x: Tensor) -> Tensor:
        """The weight as it computes, in the type of x and with its channels last."""
        return (self.weight * self.gain).to(x.dtype).contiguous(memory_format=torch.channels_last)

    def forward(self, x: Tensor, stride: int = 1) -> Tensor:
        """With a stride, without padding: a filter has made the margin."""
        bias = None if self.bias is None else self.bias.to(x.dtype)
        padding = self.weight.shape[2] // 2 if stride == 1 else 0
        return F.conv2d(x, self.kernel(x), bias, stride=stride, padding=padding)


class ModulatedConvolution(nn.Module):
    """Input channels scaled by a style, output channels brought back to unit variance (1912.04958, section 2.2).

    up: doubles the side. demodulated: False for colours. Activations are scaled instead of the weight: the same
    arithmetic, without a weight for each sample.
    """

    def __init__(
        self, inside: int, outside: int, side: int, w_dim: int, *, up: bool = False, demodulated: bool = True
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outside, inside, side, side))
        self.bias = nn.Parameter(torch.zeros(outside))
        self.affine = Linear(w_dim, inside, bias=1.0)
        self.gain = 1 / math.sqrt(inside * side**2)
        self.up, self.demodulated = up, demodulated

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """x [N, in, H, W], w [N, w_dim] -> [N, out, H, W] or, up, [N, out, 2H, 2W]; without bias."""
        weight = self.weight * self.gain
        style: Tensor = self.affine(w)  # [N, in]
        scaled = x * style.to(x.dtype)[:, :, None, None]
        kernel = weight.to(x.dtype)
        if self.up:
            kernel = kernel.transpose(0, 1).contiguous(memory_format=torch.channels_last)
            y = F.conv_transpose2d(scaled, kernel, stride=2)
            y = depthwise(y, smoothing(usual_filter(), 4.0), padding=1)
        else:
            kernel = kernel.contiguous(memory_format=torch.channels_last)
            y = F.conv2d(scaled, kernel, padding=self.weight.shape[2] // 2)
        if not self.demodulated:
            return y
        scale = (style.square() @ weight.square().sum((2, 3)).T + EPS).rsqrt()  # [N, out]
        return y * scale.to(y.dtype)[:, :, None, None]


def activated(x: Tensor, gain: float = ROOT2) -> Tensor:
    """Leaky ReLU 0.2 times a gain that keeps the variance."""
    return F.leaky_relu(x, SLOPE) * gain


def depthwise(x: Tensor, kernel: Tensor, padding: int) -> Tensor:
    """One kernel [1, 1, k, k] on every channel of x."""
    channels = x.shape[1]
    shared = kernel.to(x).expand(channels, -1, -1, -1)
    return F.conv2d(x, shared, padding=padding, groups=channels)


def halved(x: Tensor) -> Tensor:
    """Filtered by the usual filter, every second pixel kept: [N, C, R, R] -> [N, C, R / 2, R / 2].

    [1, 3, 3, 1] at every second pixel is [1, 2, 1] and the mean of two: gradients of a filter with a stride are slow.
    """
    line = torch.tensor([0.25, 0.5, 0.25])
    return F.avg_pool2d(depthwise(x, torch.outer(line, line)[None, None], padding=1), 2)


def resting(x: Tensor) -> Tensor:
    """An activation with its channels last."""
    return x.contiguous(memory_format=torch.channels_last)
