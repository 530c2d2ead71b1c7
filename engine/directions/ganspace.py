"""GANSpace: principal components of w (Härkönen et al. 2020, 2004.02546, section 2)."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from engine.latents import draw_z
from engine.networks.generator import Generator


class Covariance:
    """Mean and covariance of samples that come in batches, in float64.

    Sums are taken about the first batch's mean, so that a far centre costs no digits.
    """

    def __init__(self) -> None:
        self.count = 0
        self.origin = torch.empty(0)
        self.total = torch.empty(0)
        self.squares = torch.empty(0)

    def add(self, batch: Tensor) -> None:
        """batch [N, D]."""
        x = batch.double()
        if self.count == 0:
            self.origin = x.mean(0)
            self.total = torch.zeros_like(self.origin)
            self.squares = torch.zeros(x.shape[1], x.shape[1], dtype=torch.float64)
        x = x - self.origin
        self.count += len(x)
        self.total += x.sum(0)
        self.squares += x.T @ x

    def components(self, count: int) -> tuple[Tensor, Tensor]:
        """The first principal axes [count, D] of unit length, and the standard deviations [count] along them."""
        values, axes = torch.linalg.eigh(self.matrix())  # ascending
        deviations = values.flip(0)[:count].clamp_min(0).sqrt()
        return signed(axes.T.flip(0)[:count]), deviations

    def deviation(self, axis: Tensor) -> float:
        """Standard deviation of the samples along an axis [D] of unit length."""
        return float((axis.double() @ self.matrix() @ axis.double()).clamp_min(0).sqrt())

    def matrix(self) -> Tensor:
        """The covariance [D, D]."""
        mean = self.total / self.count
        return (self.squares - self.count * torch.outer(mean, mean)) / (self.count - 1)


def sample_w(generator: Generator, total: int, seed: int, batch: int = 500) -> Iterator[Tensor]:
    """w [N, w_dim] of `total` z drawn from one seed, in batches; of a conditional model those without a label."""
    z = draw_z(seed, total * generator.plan.z_dim).reshape(total, -1)
    for part in torch.split(z, batch):
        yield generator.map(part)


def signed(axes: Tensor) -> Tensor:
    """Each axis [K, D] turned so that its largest entry is positive: an eigenvector has no sign of its own."""
    largest = axes.abs().argmax(1, keepdim=True)
    return axes * axes.gather(1, largest).sign()
