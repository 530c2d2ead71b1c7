"""The Frame: a finished picture, display-ready, and what made it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.recipe import Recipe


@dataclass(frozen=True)
class Frame:
    """One rendered picture.

    pixels: BGRX uint8 [size, size, 4], C-contiguous (QImage.Format_RGB32 as it lies in memory); of `render_deep`, RGBX
    uint16.
    model: content hash. draft: whether a smaller output was asked for than the network's full one.
    seconds: rendering time. notice: one sentence when the renderer had to settle for less, else "".
    road: what computed it, as `Generator.road`.
    """

    pixels: np.ndarray
    recipe: Recipe
    model: str
    device: str
    precision: str
    draft: bool
    seconds: float
    notice: str = ""
    road: str = ""

    @property
    def size(self) -> int:
        """Side in pixels."""
        return int(self.pixels.shape[0])

    def rgb(self) -> np.ndarray:
        """uint8 [size, size, 3], as image files want it."""
        return np.ascontiguousarray(self.pixels[..., 2::-1])


def to_pixels(picture: Tensor) -> np.ndarray:
    """Network output [3, H, W], about [-1, 1] -> BGRX uint8 [H, W, 4] on the CPU; values outside are clamped."""
    scaled = picture.float().mul(127.5).add_(127.5).round_().clamp_(0, 255).to(torch.uint8)  # [3, H, W]
    pixels = torch.full((*scaled.shape[1:], 4), 255, dtype=torch.uint8, device=scaled.device)
    pixels[..., :3] = scaled.flip(0).permute(1, 2, 0)
    result: np.ndarray = pixels.cpu().numpy()
    return result


def to_deep_pixels(picture: Tensor) -> np.ndarray:
    """As `to_pixels`, as RGBX uint16 [H, W, 4]: what a codec of more than 8 bits is given."""
    scaled = picture.float().mul(32767.5).add_(32767.5).round_().clamp_(0, 65535).to(torch.int32).cpu().numpy()
    pixels = np.full((*scaled.shape[1:], 4), 65535, np.uint16)
    for channel in range(3):
        pixels[..., channel] = scaled[channel]
    return pixels
