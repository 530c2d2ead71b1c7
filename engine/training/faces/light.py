"""The lights of a picture: a main light, a fill, perhaps a rim, the surroundings; and the shadows they cast."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from engine.training.faces.arrays import Array, Ints
from engine.training.faces.attributes import Attributes, number
from engine.training.faces.compiled import kernel
from engine.training.faces.raster import FAR, cast_strands, cast_triangles

MAP_SIDE, MAP_REACH = 160, 2.15  # samples; decimetres about the centre
GOLDEN = 2.39996
AROUND = 10  # lights


class Lights(NamedTuple):
    """Directions to the lights [n, 3], linear colours [n, 3], sizes [n], and each one's frame [n, 3, 3] and depths.

    frames' rows are right, up, towards the light; depths [n, side, side] are along the last, the nearest lowest.
    """

    directions: Array
    colours: Array
    sizes: Array
    frames: Array
    depths: Array
    scale: float
    half: float


def make_lights(attributes: Attributes, rng: np.random.Generator) -> Lights:
    """Lights without shadows yet. The streams are apart, so that one light moves and the others do not."""
    main, fill, rim, around = rng.spawn(4)
    azimuth, contrast = number(attributes, "light_az"), number(attributes, "light_contrast")
    warm = number(attributes, "light_warm")
    key = tint(warm) * (0.45 + 1.05 * contrast)
    size = 0.08 + 0.55 * number(attributes, "light_soft")
    opposite = -0.8 * azimuth - 10 * math.tanh(azimuth / 5)
    dim = tint(-0.3 * warm) * (0.42 * (1 - contrast) + 0.06)
    parts = [
        area(azimuth, number(attributes, "light_el"), size, 6, key, main),
        area(opposite, 10, 0.6, 2, dim, fill),
    ]
    if number(attributes, "rim") > 0.02:
        side, turn, up, shade = rim.choice([-1, 1]), rim.uniform(125, 160), rim.uniform(10, 40), rim.normal(0, 0.6)
        parts.append(area(float(side) * turn, up, 0.2, 2, tint(shade) * 1.6 * number(attributes, "rim"), rim))
    parts.append(surroundings(0.62 * (1 - contrast) + 0.20, warm, around))
    directions, colours, sizes = (np.concatenate(column) for column in zip(*parts, strict=True))
    depths = np.full((len(directions), MAP_SIDE, MAP_SIDE), FAR)
    frames = np.stack([frame_of(direction) for direction in directions])
    return Lights(directions, colours, sizes, frames, depths, MAP_SIDE / 2 / MAP_REACH, MAP_SIDE / 2)


def area(
    azimuth: float, elevation: float, size: float, count: int, colour: Array, rng: np.random.Generator
) -> tuple[Array, Array, Array]:
    """A light of some size as a few points of it."""
    a, e = math.radians(azimuth), math.radians(elevation)
    middle = np.array([math.sin(a) * math.cos(e), math.sin(e), math.cos(a) * math.cos(e)])
    directions = middle + rng.normal(0, size, (count, 3)) * 0.55
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    return directions, np.tile(colour / count, (count, 1)), np.full(count, size)


def surroundings(brightness: float, warm: float, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Light from everywhere: sky above, warmer and dimmer from below."""
    count = AROUND
    y = 1 - 2 * (np.arange(count) + 0.5) / count
    turn = np.arange(count) * GOLDEN + rng.random(count) * 0.2
    flat = np.sqrt(1 - y * y)
    directions = np.stack([flat * np.cos(turn), y, flat * np.sin(turn)], 1)
    above = ((y + 1) / 2)[:, None]
    colours = tint(-0.25 * warm) * above + tint(0.3) * 0.55 * (1 - above)
    facing = np.where(directions[:, 2:] > 0, 1.25, 0.8)
    return directions, colours * brightness * 4 / count * 0.62 * facing, np.ones(count)


def tint(warm: float) -> Array:
    """The colour of a light, -1 cool to 1 warm."""
    return np.array([1 + 0.10 * warm, 1 + 0.005 * warm, 1 - 0.13 * warm])


def frame_of(direction: Array) -> Array:
    right = np.cross([0, 1, 0.02], direction)
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(direction, right), direction])


def cast_shadows(lights: Lights, points: Array, triangles: Ints, strands: Array) -> None:
    """Fill the depths with a posed coarse mesh [n, 3] and every third strand."""
    for frame, depth in zip(lights.frames, lights.depths, strict=True):
        seen = points @ frame.T
        seen[:, :2] = seen[:, :2] * lights.scale + lights.half
        seen[:, 2] *= -1
        cast_triangles(seen, triangles, depth)
        cast_strands(strands, 3, frame, lights.scale, lights.half, depth)


@kernel
def lit_share(lights: Lights, n: int, x: float, y: float, z: float, bias: float, soft: float) -> float:
    """How much of light n reaches a point, 0..1: four depths, each fading over `soft` behind the bias."""
    frame, side = lights.frames[n], lights.depths.shape[1]
    across = (frame[0, 0] * x + frame[0, 1] * y + frame[0, 2] * z) * lights.scale + lights.half - 0.5
    up = (frame[1, 0] * x + frame[1, 1] * y + frame[1, 2] * z) * lights.scale + lights.half - 0.5
    depth = -(frame[2, 0] * x + frame[2, 1] * y + frame[2, 2] * z) - bias
    i, j = math.floor(across), math.floor(up)
    if i < 0 or j < 0 or i >= side - 1 or j >= side - 1:
        return 1.0
    fi, fj = across - i, up - j
    total = 0.0
    for dj in range(2):
        wj = fj if dj else 1 - fj
        for di in range(2):
            wi = fi if di else 1 - fi
            behind = (depth - lights.depths[n, j + dj, i + di]) / soft
            total += wi * wj * (1 - min(1.0, max(0.0, behind)))
    return total
