"""Where hair grows on the resting head: hairline, scalp, brows and beard, as kernels that give 0..1.

Places are those of the resting mesh, in decimetres: x to its left, y up, z towards the viewer.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from engine.training.faces.arrays import Array
from engine.training.faces.compiled import kernel
from engine.training.faces.noise import smoothstep

HEAD_Y, HEAD_Z = 7.35, 0.25  # the middle of the skull, from which azimuth and elevation are taken
BROW_START, BROW_SPAN = 0.12, 0.42

# the hairline's elevation in degrees at these azimuths (0 is the front), and how far it follows front and recede
AZIMUTHS = (0.0, 22.0, 40.0, 58.0, 72.0, 84.0, 96.0, 112.0, 135.0, 180.0)
HEIGHTS = (34.0, 35.5, 32.0, 20.0, 3.0, -4.0, 12.0, -6.0, -26.0, -33.0)
FOLLOW_FRONT = (1.0, 1.0, 0.6, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
FOLLOW_RECEDE = (0.0, 14.0, 22.0, 16.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


class Hairline(NamedTuple):
    """front: degrees up; recede: 0..1 at the temples; bald: 0..1, the bare crown's size."""

    front: float
    recede: float
    bald: float


class Brow(NamedTuple):
    """up: decimetres; thickness, arch and length: 1 is usual; slant: how far the outer end rises."""

    up: float
    thickness: float
    arch: float
    length: float
    slant: float


@kernel
def hairline_elevation(azimuth: float, line: Hairline) -> float:
    """The elevation of the hairline in radians, at an azimuth in radians."""
    degrees = abs(azimuth) * 57.29578
    for i in range(9):
        if degrees <= AZIMUTHS[i + 1]:
            t = smoothstep(AZIMUTHS[i], AZIMUTHS[i + 1], degrees)
            low = HEIGHTS[i] + line.front * FOLLOW_FRONT[i] + line.recede * FOLLOW_RECEDE[i]
            high = HEIGHTS[i + 1] + line.front * FOLLOW_FRONT[i + 1] + line.recede * FOLLOW_RECEDE[i + 1]
            return (low * (1 - t) + high * t) / 57.29578
    return HEIGHTS[9] / 57.29578


@kernel
def scalp_mask(x: float, y: float, z: float, line: Hairline) -> float:
    """Where hair of the head grows."""
    cy, cz = y - HEAD_Y, z - HEAD_Z
    elevation = math.atan2(cy, math.sqrt(x * x + cz * cz))
    mask = smoothstep(-0.07, 0.07, elevation - hairline_elevation(math.atan2(x, cz), line))
    if line.bald > 0:
        crown = (cy * 0.93 + cz * 0.10) / math.sqrt(x * x + cy * cy + cz * cz)
        mask *= smoothstep(line.bald * 1.25 - 0.1, line.bald * 1.25 + 0.12, math.acos(min(1.0, max(-1.0, crown))))
    return mask


@kernel
def brow_mask(x: float, y: float, brow: Brow) -> float:
    """Where the brows grow."""
    t = (abs(x) - BROW_START) / (BROW_SPAN * brow.length)
    if t < -0.15 or t > 1.1:
        return 0.0
    bow = 0.5 - (t - 0.60) ** 2 / 0.40
    middle = 7.487 + brow.up + brow.slant * (t - 0.3) + brow.arch * bow * 0.062 - 0.045 * max(0.0, t - 0.55)
    half = 0.045 * brow.thickness * (1.0 - 0.66 * max(0.0, t - 0.25) / 0.75)
    distance = abs(y - middle) / half
    return smoothstep(1.25, 0.45, distance) * smoothstep(-0.13, 0.16, t) * smoothstep(1.08, 0.85, t)


@kernel
def beard_mask(x: float, y: float, z: float, lips: float) -> float:
    """Where beard and moustache grow; lips is the mask of the lips here."""
    side = abs(x)
    top = 6.62 + 0.55 * smoothstep(0.30, 0.82, side)
    mask = smoothstep(top + 0.10, top - 0.07, y)
    mask *= smoothstep(5.75, 6.15, y + 0.25 * smoothstep(0.6, 1.3, z))
    moustache = smoothstep(0.42, 0.30, side) * smoothstep(6.875, 6.80, y) * smoothstep(6.64, 6.70, y)
    mask = max(mask, moustache * smoothstep(1.1, 1.3, z))
    return mask * smoothstep(0.05, 0.45, z) * (1 - lips)


@kernel
def scalp_masks(places: Array, line: Hairline) -> Array:
    """scalp_mask of many places [n, 3] -> [n]."""
    out = np.zeros(places.shape[0])
    for i in range(places.shape[0]):
        out[i] = scalp_mask(places[i, 0], places[i, 1], places[i, 2], line)
    return out


@kernel
def brow_masks(places: Array, brow: Brow) -> Array:
    """brow_mask of many places [n, 3] -> [n]."""
    out = np.zeros(places.shape[0])
    for i in range(places.shape[0]):
        out[i] = brow_mask(places[i, 0], places[i, 1], brow)
    return out


@kernel
def beard_masks(places: Array, lips: Array) -> Array:
    """beard_mask of many places [n, 3] with lips [n] -> [n]."""
    out = np.zeros(places.shape[0])
    for i in range(places.shape[0]):
        out[i] = beard_mask(places[i, 0], places[i, 1], places[i, 2], min(1.0, lips[i] * 1.5))
    return out
