"""Equalized learning rate (ProGAN, 1710.10196, section 4.1): stored weights -> the weights that compute."""

from __future__ import annotations

import math
from collections.abc import Mapping

from torch import Tensor


def linear(weights: Mapping[str, Tensor], name: str, lr: float | None = 1.0) -> tuple[Tensor, Tensor]:
    """Weight [out, in] and bias [out] of a fully connected layer, gains folded in; float32 on the CPU.

    lr: learning-rate gain of the layer; None: the gains are folded in already.
    """
    weight, bias = weights[f"{name}.weight"].float().cpu(), weights[f"{name}.bias"].float().cpu()
    # a product's rounding depends on where its matrix lies, and in a mapped file that depends on the header's length
    return (weight.clone(), bias) if lr is None else (weight * (lr / math.sqrt(weight.shape[1])), bias * lr)


def convolution(weights: Mapping[str, Tensor], name: str, gain: float = 1.0) -> Tensor:
    """Weight [O, I, k, k] of a convolution times gain / sqrt(fan-in), float32."""
    weight = weights[f"{name}.weight"].float()
    return weight * (gain / math.sqrt(weight[0].numel()))
