"""MS-SSIM: how alike pictures are at several scales (Wang, Simoncelli & Bovik 2003).

Taken over pairs of generated pictures it measures variety, as in ProGAN (1710.10196, section 5): the lower, the more
they differ. A generator that makes one picture for ever has 1.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from engine.errors import VisagistError
from engine.job import Job, Progress
from engine.training.metrics.pyramid import Pictures

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)  # of the scales, full side first (Wang 2003, section 3.2)
WINDOW, SIGMA = 11, 1.5  # pixels
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2  # Wang 2003, equations 3 and 4

Pairs = Iterable[tuple[Pictures, Pictures]]


def weights_for(side: int) -> tuple[float, ...]:
    """Weights of the scales that a side allows: those where the window fits, made to sum to 1.

    Five from 176 px on, three for 64 px. VisagistError where not even the full side allows the window.
    """
    fitting = [weight for scale, weight in enumerate(WEIGHTS) if side >> scale >= WINDOW]
    if not fitting:
        raise VisagistError(f"pictures of {side} px are too small for MS-SSIM, which looks through {WINDOW} px")
    return tuple(weight / sum(fitting) for weight in fitting)


def ms_ssim(pairs: Pairs, *, total: int = 0) -> Job[float]:
    """The mean over all pairs of uint8 [N, side, side, 3]; total: how many pairs will come, 0 where not known.

    Raises VisagistError where there is no pair, and for pictures under 11 px.
    """
    count, sums = 0, 0.0
    for one, other in pairs:
        alike = similarity(one, other)
        count, sums = count + len(alike), sums + float(alike.sum())
        yield Progress(count, total, "comparing pictures in pairs")
    if not count:
        raise VisagistError("MS-SSIM compares pictures in pairs; give at least two")
    return sums / count


def in_pairs(batches: Iterable[Pictures]) -> Pairs:
    """Each batch's pictures two by two; one left over is left out."""
    for batch in batches:
        half = len(batch) // 2
        if half:
            yield batch[: 2 * half : 2], batch[1 : 2 * half : 2]


def similarity(one: Pictures, other: Pictures) -> NDArray[np.float64]:
    """MS-SSIM of each pair: two uint8 [N, side, side, 3] -> [N], the mean over colours taken at each scale."""
    weights = weights_for(one.shape[1])
    x, y = (torch.from_numpy(np.ascontiguousarray(p)).permute(0, 3, 1, 2).float() for p in (one, other))
    alike = torch.ones(len(x), dtype=torch.float64)
    for scale, weight in enumerate(weights):
        luminance, structure = compared(x, y)
        last = scale == len(weights) - 1
        seen = (luminance * structure if last else structure).mean((1, 2, 3), dtype=torch.float64)
        alike *= seen.clamp_min(0) ** weight  # opposite structures have no root
        if not last:
            x, y = F.avg_pool2d(x, 2), F.avg_pool2d(y, 2)
    return alike.numpy()


def compared(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Likeness of brightness, and of contrast and structure, at every place of the window."""
    mean_x, mean_y, square, cross = (windowed(part) for part in (x, y, x * x + y * y, x * y))
    products, squares = 2 * mean_x * mean_y, mean_x.square() + mean_y.square()
    luminance = (products + C1) / (squares + C1)
    structure = (2 * cross - products + C2) / (square - squares + C2)
    return luminance, structure


def windowed(x: Tensor) -> Tensor:
    """The mean under a Gaussian window wherever it fits: [N, C, H, W] -> [N, C, H - 10, W - 10]."""
    from_centre = torch.arange(WINDOW, dtype=torch.float64) - WINDOW // 2
    bell = torch.exp(from_centre.square() / (-2 * SIGMA**2))
    taps = (bell / bell.sum()).to(x.dtype)
    flat = x.reshape(-1, 1, *x.shape[2:])
    across = F.conv2d(F.conv2d(flat, taps.view(1, 1, 1, -1)), taps.view(1, 1, -1, 1))
    return across.view(*x.shape[:2], *across.shape[2:])
