"""The losses of the papers, and the penalties that keep the discriminator smooth."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

Judge = Callable[[Tensor], Tensor]  # pictures [N, 3, H, W] -> logits [N, 1]


def generator_loss(fake: Tensor) -> Tensor:
    """Non-saturating loss (1406.2661, section 3): logits of generated pictures [N, 1] -> a number."""
    return F.softplus(-fake).mean()


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Logistic loss (1406.2661): logits [N, 1] of real and of generated pictures -> a number."""
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def r1_penalty(logits: Tensor, pictures: Tensor) -> Tensor:
    """Mean squared norm of the gradient at real pictures, halved (R1, 1801.04406, eq. 9), without its weight gamma.

    pictures [N, 3, H, W] that logits [N, 1] were computed from, requiring gradients.
    """
    return slopes(logits, pictures).square().sum((1, 2, 3)).mean() / 2


def wasserstein_generator_loss(fake: Tensor) -> Tensor:
    """Wasserstein loss (1701.07875): logits of generated pictures [N, 1] -> a number."""
    return -fake.mean()


def wasserstein_discriminator_loss(real: Tensor, fake: Tensor, drift: float = 1e-3) -> Tensor:
    """Wasserstein loss, and a drift term that keeps the logits near zero (ProGAN, 1710.10196, appendix A.1)."""
    return fake.mean() - real.mean() + drift * real.square().mean()


def gradient_penalty(judge: Judge, real: Tensor, fake: Tensor, share: Tensor, target: float = 1.0) -> Tensor:
    """Squared distance of the gradient's norm from a target, between real and generated (WGAN-GP, 1704.00028, eq. 3).

    real, fake [N, 3, H, W]; share [N, 1, 1, 1] in [0, 1]: how much of the generated; without its weight lambda.
    """
    between = torch.lerp(real, fake, share).detach().requires_grad_()
    # unlike a root's, the slope of a norm at 0 is finite
    norms: Tensor = torch.linalg.vector_norm(slopes(judge(between), between), dim=(1, 2, 3))
    return ((norms - target) / target).square().mean()


def slopes(logits: Tensor, pictures: Tensor) -> Tensor:
    """Gradient of each logit by its picture [N, 3, H, W], to be differentiated further."""
    (slope,) = torch.autograd.grad(logits.sum(), pictures, create_graph=True)
    return slope
