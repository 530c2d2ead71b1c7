"""The kernel that lights every sample: GGX over wrapped diffuse light for surfaces, Kajiya and Kay's lobes for hair."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from engine.training.faces.arrays import RGB, Array, Bytes, Ints
from engine.training.faces.compiled import kernel
from engine.training.faces.head import EARS, FRAMES, INSIDE, LASHES, LEFT_EYE, LIDS, LIPS, RIGHT_EYE, SKIN, TONGUE
from engine.training.faces.light import Lights, lit_share
from engine.training.faces.material import HAIR_MATTER, NOTHING, SKIN_MATTER, Matter
from engine.training.faces.noise import hashed
from engine.training.faces.other_matter import (
    Gaze,
    eye_matter,
    frame_matter,
    lash_matter,
    teeth_matter,
    tongue_matter,
)
from engine.training.faces.raster import Buffers
from engine.training.faces.skin import Person
from engine.training.faces.skin_matter import cloth_matter, collar_height, skin_matter
from engine.training.faces.strands import Strands


class Mesh(NamedTuple):
    """Posed points and normals [m, 3], resting places [m, 3], triangles with uv and regions, masks over uv."""

    points: Array
    normals: Array
    resting: Array
    triangles: Ints
    uv: Array
    regions: Ints
    masks: Bytes


class Layers(NamedTuple):
    """What light leaves: irradiance, albedo, sheen [h, w, 3]; the kind of matter and the depth [h, w]."""

    irradiance: Array
    albedo: Array
    sheen: Array
    kind: Bytes
    depth: Array


def clear_layers(width: int) -> Layers:
    """Dark square layers."""
    irradiance, albedo, sheen = (np.zeros((width, width, 3)) for _ in range(3))
    return Layers(irradiance, albedo, sheen, np.zeros((width, width), np.uint8), np.zeros((width, width)))


@kernel
def shade(
    buffers: Buffers, mesh: Mesh, strands: Strands, lights: Lights, person: Person, gaze: Gaze, camera: Array,
    out: Layers,
) -> None:  # fmt: skip
    """Fill the layers for every sample that something covers; camera [3] is where the eye stands."""
    height, width = buffers.depth.shape
    triangles = mesh.triangles.shape[0]
    for y in range(height):
        for x in range(width):
            what = buffers.what[y, x]
            if what < 0:
                out.kind[y, x] = NOTHING
                continue
            out.depth[y, x] = buffers.depth[y, x]
            if what >= triangles:
                shade_strand(what - triangles, buffers.first[y, x], strands, lights, camera, out, y, x)
            else:
                shade_triangle(
                    what, buffers.first[y, x], buffers.second[y, x], mesh, lights, person, gaze, camera, out, y, x
                )  # fmt: skip


@kernel
def shade_strand(
    i: int, place: float, strands: Strands, lights: Lights, camera: Array, out: Layers, y: int, x: int
) -> None:  # fmt: skip
    """A hair at segment + fraction `place`: scattered light, a white lobe towards the root and a coloured one."""
    points = strands.points
    k = min(int(place), points.shape[1] - 2)
    f = place - k
    px = points[i, k, 0] * (1 - f) + points[i, k + 1, 0] * f
    py = points[i, k, 1] * (1 - f) + points[i, k + 1, 1] * f
    pz = points[i, k, 2] * (1 - f) + points[i, k + 1, 2] * f
    tx = points[i, k + 1, 0] - points[i, k, 0]
    ty = points[i, k + 1, 1] - points[i, k, 1]
    tz = points[i, k + 1, 2] - points[i, k, 2]
    length = math.sqrt(tx * tx + ty * ty + tz * tz) + 1e-9
    tx, ty, tz = tx / length, ty / length, tz / length
    vx, vy, vz = camera[0] - px, camera[1] - py, camera[2] - pz
    length = math.sqrt(vx * vx + vy * vy + vz * vz)
    vx, vy, vz = vx / length, vy / length, vz / length
    along_view = tx * vx + ty * vy + tz * vz
    shift = (hashed(i, 7, 3) - 0.5) * 0.10
    for n in range(lights.directions.shape[0]):
        lit = lit_share(lights, n, px, py, pz, 0.03, strands.looks[i, 0])
        if lit <= 0:
            continue
        lx, ly, lz = lights.directions[n, 0], lights.directions[n, 1], lights.directions[n, 2]
        along_light = tx * lx + ty * ly + tz * lz
        across = math.sqrt(max(0.0, 1 - along_light * along_light))
        scattered = across * (0.62 + 0.38 * (vx * lx + vy * ly + vz * lz)) * 0.55
        both = along_light + along_view
        first = (both - 0.10 + shift) / 0.13
        first = 1 / (1 + first * first)
        second = (both + 0.16 + shift) / 0.22
        second = 1 / (1 + second * second)
        white = first * first * 0.17 * strands.looks[i, 1] * across
        for c in range(3):
            light = lights.colours[n, c] * lit
            out.irradiance[y, x, c] += light * (scattered + second * second * 0.75)
            out.sheen[y, x, c] += light * white
    near_root = 0.55 + 0.45 * min(1.0, place / 4)
    for c in range(3):
        out.albedo[y, x, c] = strands.colours[i, c] * near_root
    out.kind[y, x] = HAIR_MATTER


@kernel
def shade_triangle(
    t: int, w1: float, w2: float, mesh: Mesh, lights: Lights, person: Person, gaze: Gaze, camera: Array, out: Layers,
    y: int, x: int,
) -> None:  # fmt: skip
    """A surface: its matter, then every light's share."""
    a, b, c = mesh.triangles[t, 0], mesh.triangles[t, 1], mesh.triangles[t, 2]
    px, py, pz = blended(mesh.points, a, b, c, w1, w2)
    vx, vy, vz = camera[0] - px, camera[1] - py, camera[2] - pz
    length = math.sqrt(vx * vx + vy * vy + vz * vz)
    vx, vy, vz = vx / length, vy / length, vz / length
    region = mesh.regions[t]
    matter = matter_at(t, a, b, c, w1, w2, (px, py, pz), region, mesh, person, gaze)
    nx, ny, nz = matter.normal
    length = math.sqrt(nx * nx + ny * ny + nz * nz) + 1e-9
    nx, ny, nz = nx / length, ny / length, nz / length
    if nx * vx + ny * vy + nz * vz < -0.25:
        nx, ny, nz = -nx, -ny, -nz
    facing = max(0.06, nx * vx + ny * vy + nz * vz)
    in_mouth = LASHES < region < FRAMES
    for n in range(lights.directions.shape[0]):
        lx, ly, lz = lights.directions[n, 0], lights.directions[n, 1], lights.directions[n, 2]
        towards = nx * lx + ny * ly + nz * lz
        if matter.kind == SKIN_MATTER:
            # red light wraps further round: it travels further in the skin
            d0, d1, d2 = (towards + 0.12) / 1.12, max(0.0, (towards + 0.04) / 1.04), max(0.0, (towards + 0.02) / 1.02)
        else:
            d0, d1, d2 = towards, towards, towards
        if d0 <= 0:
            continue
        if in_mouth:
            # lips hide teeth from shadow maps that are this coarse
            lit = max(0.38, lit_share(lights, n, px, py, pz, 0.22, 0.3))
        else:
            lit = lit_share(lights, n, px + nx * 0.03, py + ny * 0.03, pz + nz * 0.03, 0.045, 0.05)
        if lit <= 0:
            continue
        red, green, blue = lights.colours[n, 0] * lit, lights.colours[n, 1] * lit, lights.colours[n, 2] * lit
        out.irradiance[y, x, 0] += red * d0
        out.irradiance[y, x, 1] += green * d1
        out.irradiance[y, x, 2] += blue * d2
        if towards > 0:
            shine = reflected(nx, ny, nz, lx, ly, lz, vx, vy, vz, towards, facing, lights.sizes[n], matter)
            out.sheen[y, x, 0] += red * shine
            out.sheen[y, x, 1] += green * shine
            out.sheen[y, x, 2] += blue * shine
    for channel in range(3):
        out.albedo[y, x, channel] = matter.colour[channel]
    out.kind[y, x] = matter.kind


@kernel
def blended(values: Array, a: int, b: int, c: int, w1: float, w2: float) -> RGB:
    """Three rows of values [n, 3], blended by barycentric weights."""
    w0 = 1 - w1 - w2
    return (
        values[a, 0] * w0 + values[b, 0] * w1 + values[c, 0] * w2,
        values[a, 1] * w0 + values[b, 1] * w1 + values[c, 1] * w2,
        values[a, 2] * w0 + values[b, 2] * w1 + values[c, 2] * w2,
    )


@kernel
def matter_at(
    t: int, a: int, b: int, c: int, w1: float, w2: float, place: RGB, region: int, mesh: Mesh, person: Person,
    gaze: Gaze,
) -> Matter:  # fmt: skip
    """What the surface is made of, by its region."""
    if region in (LEFT_EYE, RIGHT_EYE):
        return eye_matter(place[0], place[1], place[2], region - LEFT_EYE, gaze, person.eye, person.skin.grain)
    normal = blended(mesh.normals, a, b, c, w1, w2)
    if region == LASHES:
        return lash_matter(normal)
    if region == FRAMES:
        return frame_matter(normal, person.frame)
    if region == TONGUE:
        return tongue_matter(normal)
    ox, oy, oz = blended(mesh.resting, a, b, c, w1, w2)
    if region != SKIN:
        return teeth_matter(ox, oz, normal, person.teeth)
    collar = collar_height(ox, oz, person.cloth)
    if oy < collar:
        return cloth_matter(ox, oy, oz, normal, collar - oy, person.skin.grain, person.cloth)
    w0 = 1 - w1 - w2
    u = mesh.uv[t, 0, 0] * w0 + mesh.uv[t, 1, 0] * w1 + mesh.uv[t, 2, 0] * w2
    v = mesh.uv[t, 0, 1] * w0 + mesh.uv[t, 1, 1] * w1 + mesh.uv[t, 2, 1] * w2
    rows, columns = mesh.masks.shape[0], mesh.masks.shape[1]
    i, j = min(rows - 1, max(0, int((1 - v) * rows))), min(columns - 1, max(0, int(u * columns)))
    lips, lids = mesh.masks[i, j, LIPS] / 255, mesh.masks[i, j, LIDS] / 255
    ears, inside = mesh.masks[i, j, EARS] / 255, mesh.masks[i, j, INSIDE] / 255
    return skin_matter(ox, oy, oz, normal, lips, lids, ears, inside, person)


@kernel
def reflected(
    nx: float, ny: float, nz: float, lx: float, ly: float, lz: float, vx: float, vy: float, vz: float, towards: float,
    facing: float, size: float, matter: Matter,
) -> float:  # fmt: skip
    """Light mirrored to the eye (GGX: Walter and others 2007), the lobe widened by the size of the light."""
    hx, hy, hz = lx + vx, ly + vy, lz + vz
    length = math.sqrt(hx * hx + hy * hy + hz * hz) + 1e-9
    nh, vh = (nx * hx + ny * hy + nz * hz) / length, (vx * hx + vy * hy + vz * hz) / length
    spread = matter.rough**4 + size * 0.02
    below = nh * nh * (spread - 1) + 1
    k = (matter.rough + 1) ** 2 / 8
    hidden = 0.25 / ((towards * (1 - k) + k) * (facing * (1 - k) + k))
    away = (1 - vh) ** 2
    fresnel = matter.f0 + (1 - matter.f0) * away * away * (1 - vh)
    return min(6.0, spread / (below * below) * hidden * fresnel * towards * matter.gloss)


@kernel
def scatter(light: Array, kind: Bytes, depth: Array, spread: Array, reach: float, down: bool, out: Array) -> None:
    """One pass of screen-space subsurface scattering (Jimenez and others 2009): a blur over skin, widest for red.

    spread [3] is in samples; neighbours that lie `reach` deeper hardly count.
    """
    height, width = kind.shape
    radius = int(spread[0] * 2.2 + 0.5)
    weights = np.empty((2 * radius + 1, 3))
    for o in range(-radius, radius + 1):
        for c in range(3):
            weights[o + radius, c] = math.exp(-0.5 * o * o / (spread[c] * spread[c]))
    for y in range(height):
        for x in range(width):
            if kind[y, x] != SKIN_MATTER:
                for c in range(3):
                    out[y, x, c] = light[y, x, c]
                continue
            w0, w1, w2, s0, s1, s2 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
            for o in range(-radius, radius + 1):
                yy, xx = (y + o, x) if down else (y, x + o)
                if xx < 0 or yy < 0 or xx >= width or yy >= height or kind[yy, xx] != SKIN_MATTER:
                    continue
                off = (depth[yy, xx] - depth[y, x]) / reach
                near = 1 / (1 + off * off * 4)
                if near < 0.06:
                    continue
                g0, g1, g2 = (
                    near * weights[o + radius, 0],
                    near * weights[o + radius, 1],
                    near * weights[o + radius, 2],
                )
                s0 += g0 * light[yy, xx, 0]
                s1 += g1 * light[yy, xx, 1]
                s2 += g2 * light[yy, xx, 2]
                w0, w1, w2 = w0 + g0, w1 + g1, w2 + g2
            out[y, x, 0], out[y, x, 1], out[y, x, 2] = s0 / w0, s1 / w1, s2 / w2
