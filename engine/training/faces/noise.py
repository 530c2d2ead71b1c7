"""Small functions that the kernels share: hashes, value noise, bumps and smooth steps."""

from __future__ import annotations

import math

from engine.training.faces.compiled import kernel


@kernel
def hashed(i: int, j: int, k: int) -> float:
    """A number in 0..1 that looks random and depends on the three whole numbers alone."""
    mixed = (i * 374761393 + j * 668265263 + k * 2147483647) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 13)) * 1274126177) & 0xFFFFFFFF
    mixed = (mixed ^ (mixed >> 16)) & 0xFFFF
    return mixed / 65535.0


@kernel
def noise(x: float, y: float, z: float) -> float:
    """Value noise in -1..1, one cell a unit."""
    xi, yi, zi = math.floor(x), math.floor(y), math.floor(z)
    fx, fy, fz = x - xi, y - yi, z - zi
    fx, fy, fz = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy), fz * fz * (3 - 2 * fz)
    total = 0.0
    for a in range(2):
        wa = fx if a else 1 - fx
        for b in range(2):
            wb = fy if b else 1 - fy
            for c in range(2):
                wc = fz if c else 1 - fz
                total += wa * wb * wc * hashed(xi + a, yi + b, zi + c)
    return total * 2 - 1


@kernel
def bump(
    x: float, y: float, z: float, cx: float, cy: float, cz: float, sx: float, sy: float, sz: float
) -> float:  # fmt: skip
    """A Gaussian of height 1 at c with the spreads s."""
    dx, dy, dz = (x - cx) / sx, (y - cy) / sy, (z - cz) / sz
    return math.exp(-0.5 * (dx * dx + dy * dy + dz * dz))


@kernel
def smoothstep(start: float, end: float, x: float) -> float:
    """0 at start, 1 at end, with level ends; start may lie above end."""
    t = (x - start) / (end - start)
    t = min(1.0, max(0.0, t))
    return t * t * (3 - 2 * t)
