"""The kernel that grows the hair of the head: a comb gives the direction, then each strand falls, clings and collides.

Places here are about the middle of the skull, in decimetres: x to the head's left, y up, z to the front.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from engine.training.faces.arrays import Array, Ints
from engine.training.faces.compiled import kernel
from engine.training.faces.hair_styles import Cut
from engine.training.faces.masks import Hairline, hairline_elevation
from engine.training.faces.noise import hashed, noise, smoothstep

LOCKS = 65536


class Body(NamedTuple):
    """What strands run into: the skull's radius by direction [a, e], the neck's radius, the shoulders' height."""

    skull: Array
    neck: float
    shoulders: float


@kernel
def measure_skull(points: Array, azimuths: int, elevations: int) -> Array:
    """The largest radius of points [n, 3] in every direction; empty directions take their neighbours' mean."""
    radius = np.zeros((azimuths, elevations))
    for i in range(points.shape[0]):
        x, y, z = points[i, 0], points[i, 1], points[i, 2]
        a = int((math.atan2(x, z) + math.pi) / (2 * math.pi) * azimuths) % azimuths
        e = min(elevations - 1, int((math.atan2(y, math.sqrt(x * x + z * z)) / math.pi + 0.5) * elevations))
        radius[a, e] = max(radius[a, e], math.sqrt(x * x + y * y + z * z))
    for _ in range(4):
        for a in range(azimuths):
            for e in range(elevations):
                if radius[a, e] == 0:
                    total, count = 0.0, 0
                    for da in range(-1, 2):
                        for de in range(max(0, e - 1), min(elevations, e + 2)):
                            near = radius[(a + da) % azimuths, de]
                            if near > 0:
                                total += near
                                count += 1
                    if count > 0:
                        radius[a, e] = total / count
    return radius


@kernel
def skull_radius(skull: Array, x: float, y: float, z: float) -> float:
    """The radius in the direction of a point, bilinear."""
    azimuths, elevations = skull.shape
    across = (math.atan2(x, z) + math.pi) / (2 * math.pi) * azimuths - 0.5
    up = (math.atan2(y, math.sqrt(x * x + z * z)) / math.pi + 0.5) * elevations - 0.5
    up = min(max(up, 0.0), elevations - 1.0001)
    a, e = math.floor(across), math.floor(up)
    fa, fe = across - a, up - e
    here, beside = a % azimuths, (a + 1) % azimuths
    low = skull[here, e] * (1 - fa) + skull[beside, e] * fa
    high = skull[here, e + 1] * (1 - fa) + skull[beside, e + 1] * fa
    between: float = low * (1 - fe) + high * fe
    return between


@kernel
def comb(
    x: float, y: float, z: float, nx: float, ny: float, nz: float, cut: Cut, side: float, top: float, front: float
) -> tuple[float, float, float]:  # fmt: skip
    """The unit direction along the skin in which hair rooted at (x, y, z) with the normal n is combed."""
    fx, fy, fz = x - 0.06, y - 0.78, z + 0.62  # away from the crown's whorl
    if cut.parting > -5:
        w = top * smoothstep(-0.75, -0.1, z)
        reach = 0.62 + 0.38 * smoothstep(0.9, 0.2, z)
        fx = fx * (1 - w) + side * w * reach
        fy = fy * (1 - w) - 0.25 * w
        fz = fz * (1 - w) + w * (-0.18 + 0.25 * (1 - reach) + cut.lean)
    if cut.swept > 0:
        w = cut.swept * (0.25 + 0.75 * max(top, front))
        fx, fy, fz = fx * (1 - w) + x * 0.15 * w, fy * (1 - w) + 0.30 * w * front, fz * (1 - w) - 1.2 * w
    if cut.fringe > 0:
        w = cut.fringe * front
        fx, fy, fz = fx * (1 - w) + (x * 0.25 + cut.lean * 0.8) * w, fy * (1 - w) - 0.2 * w, fz * (1 - w) + w
    if cut.tie > 0:
        w = cut.tie
        fx, fy, fz = fx * (1 - w) - x * w * 0.9, fy * (1 - w) + (cut.tie_y - y) * w, fz * (1 - w) + (cut.tie_z - z) * w
    into = fx * nx + fy * ny + fz * nz
    fx, fy, fz = fx - into * nx, fy - into * ny, fz - into * nz
    length = math.sqrt(fx * fx + fy * fy + fz * fz) + 1e-6
    return fx / length, fy / length, fz / length


@kernel
def unit(x: float, y: float, z: float) -> tuple[float, float, float]:
    length = math.sqrt(x * x + y * y + z * z) + 1e-6
    return x / length, y / length, z / length


@kernel
def grow(
    ids: Ints, roots: Array, normals: Array, resting: Array, edges: Array, cut: Cut, line: Hairline, body: Body,
    out: Array, locks: Ints,
) -> None:  # fmt: skip
    """Strands out [n, k, 3] from roots [n, 3]; resting: roots on the resting head; locks [n]: which lock each joins.

    ids [n]: what is random about a strand; edges [n]: how far inside the hairline its root is, in radians.
    """
    seed = int(cut.seed)
    for i in range(roots.shape[0]):
        own = ids[i]
        cx, cy, cz = resting[i, 0], resting[i, 1], resting[i, 2]
        nx, ny, nz = normals[i, 0], normals[i, 1], normals[i, 2]
        azimuth = abs(math.atan2(cx, cz))
        elevation = math.atan2(cy, math.sqrt(cx * cx + cz * cz))
        top = smoothstep(0.45, 1.0, elevation)
        front = smoothstep(1.1, 0.35, azimuth) * smoothstep(0.35, 0.7, elevation)
        r1, r2, r4 = hashed(own, 1, seed), hashed(own, 2, seed), hashed(own, 4, seed)
        # a parting that wanders, and that single hairs cross, is not a line of bare skin
        crossing = 0.045 * noise(cz * 6 + seed, 0.0, 0.0) + 0.030 * (r2 - 0.5)
        parted = cut.parting if cut.parting > -5 else 0.0
        side = 1.0 if cx > parted + crossing else -1.0
        ci = math.floor((cx + 5) * cut.lock_cells + 0.5 * noise(cx * 3, cy * 3, cz * 3 + seed))
        cj, ck = math.floor((cy + 5) * cut.lock_cells), math.floor((cz + 5) * cut.lock_cells)
        cell = ci * 31 + cj
        c1, c2, c3 = hashed(cell, ck * 17, 11), hashed(cell, ck * 17, 23), hashed(cell, ck * 17, 37)
        fringed = cut.fringe > 0 and front > 0.35
        locks[i] = int(hashed(cell, ck * 17 + int(side) + 5 * int(fringed), 53) * (LOCKS - 1))
        fx, fy, fz = comb(cx, cy, cz, nx, ny, nz, cut, side, top, front)
        if cut.tie == 0 and not fringed:
            # at the edge hair rises before it falls, else it lies on the forehead
            rising = front * smoothstep(0.24, 0.04, edges[i])
            fy, fz = fy + 0.45 * rising, fz - 0.45 * rising
        fx += 0.26 * (c1 - 0.5) + 0.12 * (r1 - 0.5)
        fy += 0.26 * (c2 - 0.5) + 0.12 * (r2 - 0.5)
        fz += 0.26 * (c3 - 0.5) + 0.12 * (hashed(own, 3, seed) - 0.5)
        dx, dy, dz = unit(nx * cut.lift + fx * cut.flow, ny * cut.lift + fy * cut.flow, nz * cut.lift + fz * cut.flow)
        faded = cut.fade * smoothstep(0.55, -0.25, elevation)
        length = cut.length * (cut.top * top + cut.sides * (1 - top))
        length *= (1 + cut.spread * (r4 + c2 - 1)) * (1 - 0.85 * faded)
        stop_y = cut.cut + 0.12 * (c1 - 0.5) + 0.05 * (r1 - 0.5) if cut.cut > -5 else -9.0
        if fringed:
            stop_y = max(stop_y, cut.fringe_y + 0.14 * (c1 - 0.5) + 0.09 * (r1 - 0.5) - 0.10 * azimuth * azimuth)
        else:
            # the line of the hair is made of its shortest, finest ones
            length *= 0.45 + 0.55 * smoothstep(0.0, 0.22, edges[i])
        volume = cut.volume * (0.25 + 0.75 * r2) * (1 - faded)
        upper = max(top, front)
        start, combed = (dx, dy, dz), (fx, fy, fz)
        grow_strand(
            own, roots[i], start, combed, length, stop_y, fringed, upper, cut, line, body, volume, c1, c3, r1, r2,
            out[i],
        )  # fmt: skip


@kernel
def grow_strand(
    i: int, root: Array, start: tuple[float, float, float], combed: tuple[float, float, float], length: float,
    stop_y: float, fringed: bool, upper: float, cut: Cut, line: Hairline, body: Body, volume: float, c1: float,
    c3: float, r1: float, r2: float, out: Array,
) -> None:  # fmt: skip
    """One strand out [k, 3]: steps of equal length, then waves, curls and frizz across it."""
    knots = out.shape[0]
    dx, dy, dz = start
    fx, fy, fz = combed
    x, y, z = root[0], root[1], root[2]
    out[0, 0], out[0, 1], out[0, 2] = x, y, z
    step = length / (knots - 1)
    pace = step / 0.10
    phase = c3 * 6.283 + r1 * 0.9
    stopped = False
    for k in range(1, knots):
        f = k / (knots - 1.0)
        if not stopped:
            fall = cut.gravity * pace * (0.55 + 0.6 * f)
            if cut.swept > 0:
                fall *= 1 - min(1.0, cut.swept * 1.4) * upper * smoothstep(0.95, 0.3, f)
            if cut.tie > 0:
                tx, ty, tz = -x, cut.tie_y - y, cut.tie_z - z
                far = math.sqrt(tx * tx + ty * ty + tz * tz) + 1e-6
                stopped = far < 0.16
                pull = 1.2 * cut.tie / far
                dx, dy, dz = dx + tx * pull, dy + ty * pull, dz + tz * pull
            keep = cut.flow * 0.15 * (1 - f)
            dx, dy, dz = dx + fx * keep, dy + fy * keep - fall, dz + fz * keep
            if not fringed and z > 0.3:
                dx, dy, dz = leave_face(x, y, z, dx, dy, dz, cut, line, c1)
            if cut.tuck > 0 and y < -0.15:
                inwards = cut.tuck * pace * 0.35 * smoothstep(-0.15, -0.8, y) / (math.sqrt(x * x + z * z) + 1e-6)
                dx, dz = dx - x * inwards, dz - z * inwards
            dx, dy, dz = unit(dx, dy, dz)
            x, y, z = x + dx * step, y + dy * step, z + dz * step
            radius = math.sqrt(x * x + y * y + z * z)
            if y > -1.25:
                # near its root hair lies on the skull; its body comes further out
                solid = skull_radius(body.skull, x, y, z) + 0.015 + volume * min(1.0, f * 4)
                if radius < solid:
                    x, y, z = x * solid / radius, y * solid / radius, z * solid / radius
                    ex, ey, ez = x / solid, y / solid, z / solid
                    inwards = min(0.0, dx * ex + dy * ey + dz * ez)
                    dx, dy, dz = dx - inwards * ex, dy - inwards * ey, dz - inwards * ez
                elif cut.cling > 0 and y > -0.9:
                    pull = cut.cling * min(1.0, (radius - solid) * 6) * pace / radius
                    dx, dy, dz = dx - x * pull, dy - y * pull, dz - z * pull
            if y < -0.6:
                off = math.sqrt(x * x + (z + 0.15) ** 2)
                neck = body.neck + volume * 0.6 + 0.03
                if off < neck:
                    x, z = x * neck / off, (z + 0.15) * neck / off - 0.15
                rest = body.shoulders - 0.41 * max(0.0, abs(x) - 0.55) + 0.04 + volume * 0.3
                if y < rest:
                    y = rest
                    dy = max(dy, -0.12)
                    dz += 0.10 if z > -0.1 else -0.12
            over_face = z > 0.72 and y < 0.33 - 0.08 * c1 - 0.05 * r1
            if y < stop_y or (over_face and abs(x) < 0.46 + 0.22 * smoothstep(0.3, -0.5, y)):
                stopped = True
        bend(x, y, z, dx, dz, dy, i, f, length, phase, cut, r1, r2, out[k])


@kernel
def leave_face(
    x: float, y: float, z: float, dx: float, dy: float, dz: float, cut: Cut, line: Hairline, c1: float
) -> tuple[float, float, float]:  # fmt: skip
    """Turn a strand that has come below the hairline aside, so that it frames the face and does not cross it."""
    azimuth = abs(math.atan2(x, z))
    below = hairline_elevation(azimuth, line) - math.atan2(y, math.sqrt(x * x + z * z))
    aside = 1.0 if x > 0 else -1.0
    flat = math.sqrt(x * x + z * z) + 1e-6
    crossing = smoothstep(0.0, 0.20, below - 0.06 * c1) * smoothstep(1.15, 0.75, azimuth)
    if crossing > 0:
        # along the head, not off it
        dx += aside * crossing * 0.9 * z / flat
        dz -= aside * crossing * 0.9 * x / flat
        dy += crossing * 0.35 * smoothstep(0.9, 0.4, azimuth)
    if cut.curtain > 0 and z > 0.75 and y < 0.45:
        push = cut.curtain * smoothstep(0.80, 0.50, abs(x)) * 0.5
        dx, dz = dx + aside * push * z / flat, dz - push * abs(x) / flat
    return dx, dy, dz


@kernel
def bend(
    x: float, y: float, z: float, dx: float, dz: float, dy: float, i: int, f: float, length: float, phase: float,
    cut: Cut, r1: float, r2: float, out: Array,
) -> None:  # fmt: skip
    """Move a knot across its strand by waves, curls and frizz."""
    flat = math.sqrt(dx * dx + dz * dz) + 1e-4
    ux, uz = dz / flat, -dx / flat
    wx, wy, wz = -uz * dy, uz * dx - ux * dz, ux * dy
    along = f * length
    a = cut.wave * smoothstep(0.0, 0.35, along) * math.sin(along * cut.wave_turns + phase)
    b = 0.0
    if cut.curl > 0:
        size = cut.curl * smoothstep(0.0, 0.15, along)
        a += size * math.cos(along * cut.curl_turns + phase + r1 * 0.8)
        b += size * math.sin(along * cut.curl_turns + phase + r1 * 0.8)
    loose = cut.frizz * f
    a += loose * (0.5 * math.sin(f * 5 + hashed(i, 9, 1) * 6.28) + r1 - 0.5)
    b += loose * (0.5 * math.sin(f * 6 + hashed(i, 9, 2) * 6.28) + r2 - 0.5)
    out[0], out[1], out[2] = x + ux * a + wx * b, y + wy * b, z + uz * a + wz * b


@kernel
def gather(strands: Array, locks: Ints, strength: float) -> None:
    """Draw the ends of strands [n, k, 3] of one lock towards its first strand, in place."""
    leaders = np.full(LOCKS, -1, np.int32)
    knots = strands.shape[1]
    for i in range(strands.shape[0]):
        leader = leaders[locks[i]]
        if leader < 0:
            leaders[locks[i]] = i
            continue
        apart = 0.0
        for axis in range(3):
            apart += (strands[i, 0, axis] - strands[leader, 0, axis]) ** 2
        if apart > 0.16:  # two locks that share a number
            continue
        for k in range(1, knots):
            w = strength * (k / (knots - 1.0)) ** 1.3
            for axis in range(3):
                strands[i, k, axis] += w * (strands[leader, k, axis] - strands[i, k, axis])


@kernel
def inside_hairline(places: Array, line: Hairline) -> Array:
    """How far above the hairline places [n, 3] about the skull are, in radians [n]."""
    out = np.zeros(places.shape[0])
    for i in range(places.shape[0]):
        x, y, z = places[i, 0], places[i, 1], places[i, 2]
        out[i] = math.atan2(y, math.sqrt(x * x + z * z)) - hairline_elevation(math.atan2(x, z), line)
    return out
