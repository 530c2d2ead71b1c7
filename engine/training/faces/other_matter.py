"""Eyes, teeth, tongue, lashes and frames of glasses, as kernels."""

from __future__ import annotations

import math
from typing import NamedTuple

from engine.training.faces.arrays import RGB, Array
from engine.training.faces.compiled import kernel
from engine.training.faces.material import DULL_MATTER, WET_MATTER, Matter, absorbed, mixed, scaled
from engine.training.faces.noise import noise, smoothstep
from engine.training.faces.skin import Eye

IRIS = 0.47  # radians of the eyeball


class Gaze(NamedTuple):
    """Centres of the posed eyes [2, 3], where they look, and the head's up; unit vectors [3]."""

    centres: Array
    towards: Array
    up: Array


@kernel
def eye_matter(x: float, y: float, z: float, which: int, gaze: Gaze, eye: Eye, grain: float) -> Matter:
    """The eyeball `which` at a posed place: white, iris, pupil, and the upper lid's shadow."""
    nx, ny, nz = x - gaze.centres[which, 0], y - gaze.centres[which, 1], z - gaze.centres[which, 2]
    length = math.sqrt(nx * nx + ny * ny + nz * nz)
    nx, ny, nz = nx / length, ny / length, nz / length
    gx, gy, gz = gaze.towards[0], gaze.towards[1], gaze.towards[2]
    off = math.acos(min(1.0, max(-1.0, nx * gx + ny * gy + nz * gz)))
    white = (0.78 * eye.white, 0.735 * eye.white, 0.70 * eye.white)
    corner = smoothstep(0.45, 0.85, off)
    colour = absorbed(white, 0.04 * eye.yellow, 0.22 * corner + 0.06 * eye.yellow, 0.24 * corner + 0.22 * eye.yellow)
    upx, upy, upz = gaze.up[0], gaze.up[1], gaze.up[2]
    if off < IRIS * 1.08:
        along = upx * gx + upy * gy + upz * gz
        ux, uy, uz = upx - gx * along, upy - gy * along, upz - gz * along
        rx, ry, rz = uy * gz - uz * gy, uz * gx - ux * gz, ux * gy - uy * gx
        turn = math.atan2(nx * ux + ny * uy + nz * uz, nx * rx + ny * ry + nz * rz)
        t = off / IRIS
        c, s = math.cos(turn), math.sin(turn)
        fibres = 1 + 0.55 * (0.5 * noise(c * 5, s * 5, t * 1.5 + grain) + 0.4 * noise(c * 13, s * 13, t * 2))
        # light that comes in above gathers in the lower half
        gathered = 1 + 0.55 * max(0.0, -s) * smoothstep(0.2, 0.9, t)
        iris = scaled(eye.iris, fibres * gathered)
        inner = smoothstep(0.65, 0.35, t)
        iris = (iris[0] * (1 + 0.35 * inner), iris[1] * (1 + 0.12 * inner), iris[2])
        iris = scaled(
            iris, (1 - 0.75 * smoothstep(0.72, 1.0, t)) * (1 - smoothstep(eye.pupil + 0.07, eye.pupil - 0.05, t))
        )
        colour = mixed(colour, (iris[0] + 0.004, iris[1] + 0.004, iris[2] + 0.004), smoothstep(1.07, 0.94, t))
    shade = 1 - 0.55 * smoothstep(0.12, 0.46, nx * upx + ny * upy + nz * upz)
    return Matter(WET_MATTER, scaled(colour, shade), (nx, ny, nz), 0.13, 0.04, 1.0)


@kernel
def teeth_matter(x: float, z: float, normal: RGB, brightness: float) -> Matter:
    """Teeth at a resting place, darker towards the throat and between each other."""
    deep = smoothstep(1.0, 1.45, z)
    gap = abs(math.sin(math.atan2(x, z - 0.95) * 11))
    shade = brightness * (0.72 + 0.28 * smoothstep(0.05, 0.35, gap))
    colour = scaled((0.72 * (0.25 + 0.75 * deep), 0.66 * (0.2 + 0.8 * deep), 0.56 * (0.2 + 0.8 * deep)), shade)
    return Matter(WET_MATTER, colour, normal, 0.2, 0.045, 0.6)


@kernel
def tongue_matter(normal: RGB) -> Matter:
    return Matter(WET_MATTER, (0.42, 0.14, 0.13), normal, 0.35, 0.028, 1.0)


@kernel
def lash_matter(normal: RGB) -> Matter:
    return Matter(DULL_MATTER, (0.018, 0.013, 0.011), normal, 0.7, 0.02, 1.0)


@kernel
def frame_matter(normal: RGB, colour: RGB) -> Matter:
    return Matter(DULL_MATTER, colour, normal, 0.28, 0.06, 1.0)
