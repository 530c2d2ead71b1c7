"""SeFa: directions in closed form from the modulation weights (Shen & Zhou 2020, 2007.06600, section 3.2)."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.directions.ganspace import signed


def factorize(weight: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The unit vectors n that weight @ n changes most: eigenvectors of weight^T weight, float64.

    weight [S, w_dim]: modulation weights of the chosen rows, one line a channel; each line counts as much as
    any other. -> axes [count, w_dim], eigenvalues [count], greatest first.
    """
    lines = weight.double()
    lines = lines / lines.norm(dim=1, keepdim=True).clamp_min(1e-12)
    values, axes = torch.linalg.eigh(lines.T @ lines)  # ascending
    return signed(axes.T.flip(0)[:count]), values.flip(0)[:count]


def gain_axes(layers: list[tuple[Tensor, Tensor]], w: Tensor) -> Tensor:
    """The directions in which whole layers grow louder: one a layer, made orthonormal -> [L, w_dim] float64.

    layers: modulation weight [C, w_dim] and bias [C] of each; w [w_dim] where the gain is taken. The gain of a
    layer is the mean square of its scales s = A w + b, which no demodulation takes back in a network that has
    its demodulation frozen into the weights; its gradient is along A^T s.
    """
    gradients = []
    for weight, bias in layers:
        a = weight.double()
        s = a @ w.double() + bias.double()
        gradients.append(a.T @ s / s.square().sum())
    stacked = torch.stack(gradients)  # [L, w_dim]
    _, sizes, axes = torch.linalg.svd(stacked / stacked.norm(dim=1, keepdim=True), full_matrices=False)
    kept: Tensor = axes[sizes > 1e-6 * sizes[0]]
    return kept


def without(axes: Tensor, kept_out: Tensor) -> Tensor:
    """axes [K, D] with their components along kept_out [L, D] (orthonormal) removed, of unit length again."""
    rest = axes.double() - axes.double() @ kept_out.T @ kept_out
    units: Tensor = rest / rest.norm(dim=1, keepdim=True).clamp_min(1e-12)
    return units
