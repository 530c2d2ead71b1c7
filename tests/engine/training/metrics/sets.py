"""Sets of random pictures with some structure, for tests of what compares them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from engine.training.metrics.inception import Inception
from engine.training.metrics.pyramid import Pictures


def clouds(count: int, side: int = 32, seed: int = 0, *, shift: float = 0.0, detail: float = 12.0) -> Pictures:
    """Soft blotches with fine noise: uint8 [count, side, side, 3]. shift: brightness; detail: strength of the noise."""
    random = np.random.default_rng(seed)
    coarse = random.normal(128, 40, (count, 4, 4, 3)).repeat(side // 4, 1).repeat(side // 4, 2)
    noisy = coarse + random.normal(0, detail, (count, side, side, 3)) + shift
    return noisy.round().clip(0, 255).astype(np.uint8)


def batches(pictures: Pictures, size: int = 16) -> Iterator[Pictures]:
    """The same pictures, some at a time."""
    for start in range(0, len(pictures), size):
        yield pictures[start : start + size]


class Means(Inception):
    """Looks at nothing but the mean colours, 16 times over."""

    width = 48

    def features(self, pictures: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(pictures).float().mean((1, 2)).repeat(1, 16) / 128
