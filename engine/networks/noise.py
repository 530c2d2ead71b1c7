"""The per-pixel noise maps of StyleGAN-like layers, from a recipe's choice."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from engine.checks import SEED_LIMIT
from engine.recipe import Noise


def noise_map(const: Tensor, layer: int, noise: Noise) -> Tensor | None:
    """The map that a layer adds to every channel (StyleGAN, 1812.04948, section 3.2), or None for none.

    const: the network's own map [H, W], learned strength folded in. A random map is drawn with the constant's
    root mean square, from the recipe's seed and the layer's number, on the CPU: the same on every device.
    """
    heard = noise.at(const.shape[-1])
    if heard.mode == "none":
        return None
    if heard.mode == "const":
        return const if heard.strength == 1 else const * heard.strength
    scale = const.square().mean().sqrt() * heard.strength
    return drawn(heard, layer, const.shape[0], const.shape[1]).to(const.device, const.dtype) * scale


def drawn(noise: Noise, layer: int, height: int, width: int) -> Tensor:
    """Random map [height, width] float32 of unit variance at any phase: a quarter circle from one seed to the next."""
    first = unit_noise(noise.seed, layer, height, width)
    if noise.phase == 0:
        return first
    angle = noise.phase * math.pi / 2
    return math.cos(angle) * first + math.sin(angle) * unit_noise((noise.seed + 1) % SEED_LIMIT, layer, height, width)


@lru_cache(maxsize=64)
def unit_noise(seed: int, layer: int, height: int, width: int) -> Tensor:
    """Unit Gaussian map [height, width] float32 of a seed and a layer."""
    words = [seed & 0xFFFFFFFF, seed >> 32, layer]
    return torch.from_numpy(np.random.RandomState(words).standard_normal((height, width)).astype(np.float32))
