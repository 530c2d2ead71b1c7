"""One picture made ready: cut square, brought to the side, with every smaller resolution and what the report wants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from engine.training.building.decode import Decoded
from engine.training.building.duplicates import GREY_SIDE, perceptual_hash
from engine.training.building.kinds import Refusal
from engine.training.building.settings import FILTERS, Crop, Settings
from engine.training.dataset import SMALLEST, Pictures, pyramid

SMOOTH, AREA = Image.Resampling.LANCZOS, Image.Resampling.BOX


@dataclass(frozen=True)
class Prepared:
    """levels: uint8 [s, s, 3], largest first. size: of the source. square: side that was cut from it.

    fingerprint: perceptual hash of 64 bits. sharpness: variance of the Laplacian at the full side.
    """

    levels: Sequence[Pictures]
    size: tuple[int, int]
    square: int
    fingerprint: int
    sharpness: float
    remarks: tuple[str, ...]


def prepare(decoded: Decoded, settings: Settings) -> Prepared:
    """Cut, resize and measure; Refusal for a picture that is too small."""
    width, height = decoded.size
    square = max(width, height) if settings.crop is Crop.PAD else min(width, height)
    least = max(settings.smallest, SMALLEST)
    if min(width, height) < SMALLEST or square < least:
        raise Refusal(f"it has {width} x {height} pixels, and at least {least} are wanted")
    small = squared(decoded.image, settings, settings.side)
    grey = small if settings.side >= GREY_SIDE else squared(decoded.image, settings, GREY_SIDE)
    picture = np.array(small)  # [S, S, 3]
    return Prepared(
        levels=pyramid(picture),
        size=decoded.size,
        square=square,
        fingerprint=perceptual_hash(np.asarray(grey.resize((GREY_SIDE, GREY_SIDE), AREA).convert("L"))),
        sharpness=laplacian_variance(picture),
        remarks=decoded.remarks,
    )


def squared(image: Image.Image, settings: Settings, side: int) -> Image.Image:
    """The square that is taken, at a side."""
    width, height = image.size
    if settings.crop is Crop.PAD:
        longer = max(width, height)
        small = resized(image, (max(width * side // longer, 1), max(height * side // longer, 1)), settings)
        ground = Image.new("RGB", (side, side), settings.colour())
        ground.paste(small, ((side - small.width) // 2, (side - small.height) // 2))
        return ground
    shorter = min(width, height)
    left, top = (width - shorter) // 2, 0 if settings.crop is Crop.TOP else (height - shorter) // 2
    return resized(image.crop((left, top, left + shorter, top + shorter)), (side, side), settings)


def resized(image: Image.Image, size: tuple[int, int], settings: Settings) -> Image.Image:
    """At another size; enlarging is always smooth, since the mean of less than a pixel is a staircase."""
    if image.size == size:
        return image
    return image.resize(size, FILTERS[settings.resize] if image.width > size[0] else SMOOTH)


def laplacian_variance(picture: Pictures) -> float:
    """Variance of the Laplacian of the luma (Pech-Pacheco et al. 2000): small for a blurred picture."""
    luma = picture @ np.array([0.299, 0.587, 0.114], np.float32)  # [S, S]
    middle = luma[1:-1, 1:-1]
    edges = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:] - 4 * middle
    return float(edges.var(dtype=np.float64))
