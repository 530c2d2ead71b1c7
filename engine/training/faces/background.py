"""What stands behind a face: a soft gradient with a few soft lights."""

from __future__ import annotations

import numpy as np
from PIL import Image

from engine.training.faces.arrays import Array

GRID = 16


def make_background(width: int, rng: np.random.Generator) -> Array:
    """Linear light, [width, width, 3]."""
    first = rng.uniform(0.03, 0.75) * np.clip(1 + rng.normal(0, 0.18, 3), 0.4, 1.7)
    second = np.clip(first * np.exp(rng.normal(0, 0.45)) * (1 + rng.normal(0, 0.15, 3)), 0.01, 1.0)
    slope = rng.normal(0, 1, 2)
    slope /= np.linalg.norm(slope)
    down, across = np.mgrid[0:GRID, 0:GRID] / (GRID - 1) - 0.5
    t = np.clip((across * slope[0] + down * slope[1]) * 0.9 + 0.5, 0, 1)[..., None]
    light = first * (1 - t) + second * t
    for _ in range(rng.integers(0, 5)):
        x, y = rng.uniform(-0.6, 0.6, 2)
        radius, strength = rng.uniform(0.08, 0.35), rng.uniform(0.1, 0.6)
        mask = strength * np.exp(-((across - x) ** 2 + (down - y) ** 2) / (2 * radius**2))[..., None]
        spot = np.clip(rng.uniform(0.02, 0.8) * np.clip(1 + rng.normal(0, 0.3, 3), 0.3, 2), 0, 1)
        light = light * (1 - mask) + mask * spot
    small = np.clip(light, 0, 1).astype(np.float32)
    channels = [Image.fromarray(small[..., c]).resize((width, width), Image.Resampling.BICUBIC) for c in range(3)]
    return np.stack([np.asarray(channel, np.float64) for channel in channels], -1)
