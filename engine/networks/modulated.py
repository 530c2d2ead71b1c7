"""Modulated convolution (StyleGAN2, 1912.04958, section 2.2) without a copy of the weight for every sample."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.kernels import supported
from engine.kernels import winograd as kernels
from engine.networks import winograd
from engine.networks.on_torch import activated, recorded, refuse_gradients

EPS = 1e-8
Affine = tuple[Tensor, Tensor]
SLOPE = 0.2  # of the leaky ReLU, as in `activated`
SMALL = 4  # a weight is small where the activations that it works on are so many times as large


class ModulatedConvolution:
    """A convolution whose input channels are scaled by a style, and whose output channels back to unit variance.

    weight [O, I, k, k]; affine: weight [I, w_dim] and bias [I] of the style; gain: of the output, which is 1 / fan-in's
    root beside demodulation's own. up: a transposed convolution of stride 2 without padding.
    On the CPU, layers of 3x3 and enough channels take Winograd's way: by the fused kernel, or without it in float32.
    Of the rest, large layers of few channels fold the scales into their small weight, one sample at a time; the others
    scale activations: the same arithmetic.
    resolution: side of the input, which decides between the two. relative: styles count as if of mean square one
    (StyleGAN3), which matters to nothing but the small number that keeps demodulation finite. gradients: they are
    wanted, which Winograd's way has none of.
    """

    def __init__(
        self,
        weight: Tensor,
        affine: Affine,
        device: torch.device,
        dtype: torch.dtype,
        *,
        resolution: int,
        demodulated: bool = True,
        gain: float = 1.0,
        padding: int = 0,
        up: bool = False,
        relative: bool = False,
        gradients: bool = False,
    ) -> None:
        self.fan_in = weight[0].numel()
        self.relative = relative
        weight = weight.float()
        self.power = None
        if demodulated:
            squares = torch.linalg.vector_norm(weight, dim=(2, 3)).square() / self.fan_in
            self.power = squares.T.contiguous().to(device)  # [I, O]
        self.affine = affine[0].to(device), affine[1].to(device)
        self.dtype, self.gain, self.padding, self.up = dtype, gain, padding, up
        self.fused: kernels.WinogradKernel | None = None
        self.quick: kernels.WinogradKernel | winograd.Winograd | None = None
        # of unit output variance from the start, so that half precision does not overflow
        unit = 1 / math.sqrt(self.fan_in)
        if device.type == "cpu" and not up and not gradients:
            if supported() is None and kernels.suits(weight, resolution, dtype):
                self.quick = self.fused = kernels.WinogradKernel(weight, padding, dtype, unit)
                return
            if dtype == torch.float32 and winograd.suits(weight, resolution):
                self.quick = winograd.Winograd(weight, padding, unit)
                return
        activations = resolution**2 * sum(weight.shape[:2])
        self.folds = device.type == "cpu" and SMALL * weight.numel() <= activations
        kernel = (weight * unit).to(device, torch.float32 if self.folds else dtype)
        layout = torch.channels_last if channels_last(device) else torch.contiguous_format
        self.kernel = (kernel.transpose(0, 1) if up else kernel).contiguous(memory_format=layout)

    def scales(self, w: Tensor) -> tuple[Tensor, Tensor]:
        """w [N, w_dim] -> scales of the input channels [N, I], at most 1, and of the output channels [N, O] or [N, 1].

        Demodulation is 1 / ||weight * style|| per output channel (eq. 3).
        """
        style = F.linear(w, *self.affine)
        largest = style.abs().amax(1, keepdim=True).clamp_min(1e-12)
        style = style / largest
        if self.power is None:
            return style, largest * self.gain
        squares = style.square()
        eps = EPS * squares.mean(1, keepdim=True) if self.relative else EPS / largest.square()
        return style, (squares @ self.power + eps / self.fan_in).rsqrt() * self.gain

    def __call__(self, x: Tensor, style: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
        """x [N, I, H, W] -> its convolution times scale [N, O] or [N, 1], plus bias [O]."""
        if self.quick is not None:
            refuse_gradients(x, style)
            return self.quick(x, style, scale, bias)
        if not self.folds:
            y = self.convolve(x * style.to(self.dtype)[:, :, None, None], self.kernel)
            out = None if recorded(y, scale) else y
            return torch.addcmul(bias[:, None, None], y, scale.to(self.dtype)[:, :, None, None], out=out)
        samples = []
        for one, input_scale, output_scale in zip(x.chunk(len(x)), style, scale, strict=True):
            kernel = self.kernel * input_scale[:, None, None] * output_scale[:, None, None, None]
            samples.append(self.convolve(one, kernel.to(self.dtype), bias))
        return joined(samples)

    def activated(
        self, x: Tensor, style: Tensor, scale: Tensor, bias: Tensor, noise: Tensor | None, clamp: float | None
    ) -> Tensor:
        """As called, plus noise [H, W], then leaky ReLU 0.2 and clamp."""
        if self.fused is not None:
            refuse_gradients(x, style)
            return self.fused(x, style, scale, bias, noise, SLOPE, clamp)
        x = self(x, style, scale, bias)
        return activated(x if noise is None else x.add_(noise), clamp)

    def transposed(self, x: Tensor, style: Tensor) -> Tensor:
        """x [N, I, R, R] -> [N, O, 2R + 1, 2R + 1], not yet scaled."""
        if not self.folds:
            return self.convolve(x * style.to(self.dtype)[:, :, None, None], self.kernel)
        scaled = zip(x.chunk(len(x)), style, strict=True)
        return joined(
            [self.convolve(one, (self.kernel * scale[:, None, None, None]).to(self.dtype)) for one, scale in scaled]
        )

    def convolve(self, x: Tensor, kernel: Tensor, bias: Tensor | None = None) -> Tensor:
        """One shared kernel for all samples."""
        if self.up:
            return F.conv_transpose2d(x, kernel, bias, stride=2)
        return F.conv2d(x, kernel, bias, padding=self.padding)


def channels_last(device: torch.device) -> bool:
    """Whether convolutions like their channels last: oneDNN and tensor cores do."""
    return device.type in ("cpu", "cuda")


def joined(samples: list[Tensor]) -> Tensor:
    """Samples [1, ...] as one batch; a single one is not copied."""
    return samples[0] if len(samples) == 1 else torch.cat(samples)
