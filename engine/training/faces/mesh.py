"""Kernels on points and triangles: sparse sums, normals, posing and projecting."""

from __future__ import annotations

import math
from typing import NamedTuple

from engine.training.faces.arrays import Array, Ints
from engine.training.faces.compiled import kernel
from engine.training.faces.noise import smoothstep


class Pose(NamedTuple):
    """The head turns by `head` [3, 3] about the pivot, the shoulders by `body`; between the heights they blend."""

    head: Array
    body: Array
    pivot: Array
    low: float
    high: float


class Camera(NamedTuple):
    """Perspective from (0, up, distance) along -z, then turned, scaled to samples and moved to the middle."""

    distance: float
    up: float
    centre_x: float
    centre_y: float
    cosine: float  # of the turn, times the scale
    sine: float
    half: float


@kernel
def add_rows(values: Array, columns: Ints, starts: Ints, weights: Array, out: Array) -> None:
    """out [c] += the rows of a sparse matrix, each times its weight; rows of weight 0 cost nothing."""
    for row in range(weights.shape[0]):
        weight = weights[row]
        if weight != 0:
            for place in range(starts[row], starts[row + 1]):
                out[columns[place]] += weight * values[place]


@kernel
def combine(values: Array, columns: Ints, starts: Ints, points: Array, out: Array) -> None:
    """out [m, 3] = a sparse matrix [m, n] times points [n, 3]."""
    for row in range(out.shape[0]):
        x, y, z = 0.0, 0.0, 0.0
        for place in range(starts[row], starts[row + 1]):
            weight, column = values[place], columns[place]
            x += weight * points[column, 0]
            y += weight * points[column, 1]
            z += weight * points[column, 2]
        out[row, 0], out[row, 1], out[row, 2] = x, y, z


@kernel
def find_normals(points: Array, triangles: Ints, out: Array) -> None:
    """Unit normals of the vertices, weighted by the areas around them."""
    out[:] = 0
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ux, uy, uz = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1], points[b, 2] - points[a, 2]
        vx, vy, vz = points[c, 0] - points[a, 0], points[c, 1] - points[a, 1], points[c, 2] - points[a, 2]
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for k in (a, b, c):
            out[k, 0] += nx
            out[k, 1] += ny
            out[k, 2] += nz
    for i in range(out.shape[0]):
        length = math.sqrt(out[i, 0] ** 2 + out[i, 1] ** 2 + out[i, 2] ** 2) + 1e-12
        for k in range(3):
            out[i, k] /= length


@kernel
def pose_points(points: Array, pose: Pose) -> None:
    """Turn points [n, 3] in place."""
    head, body, pivot = pose.head, pose.body, pose.pivot
    for i in range(points.shape[0]):
        x, y, z = points[i, 0], points[i, 1], points[i, 2]
        w = smoothstep(pose.low, pose.high, y)
        dx, dy, dz = x - pivot[0], y - pivot[1], z - pivot[2]
        for k in range(3):
            turned = head[k, 0] * dx + head[k, 1] * dy + head[k, 2] * dz
            turned += body[k, 0] * pivot[0] + body[k, 1] * pivot[1] + body[k, 2] * pivot[2]
            below = body[k, 0] * x + body[k, 1] * y + body[k, 2] * z
            points[i, k] = w * turned + (1 - w) * below


@kernel
def project(points: Array, camera: Camera, out: Array) -> None:
    """Points [n, 3] of the world to out [n, 3]: samples across, samples down, depth."""
    for i in range(points.shape[0]):
        depth = camera.distance - points[i, 2]
        across = points[i, 0] / depth - camera.centre_x
        down = -(points[i, 1] - camera.up) / depth - camera.centre_y
        out[i, 0] = across * camera.cosine - down * camera.sine + camera.half
        out[i, 1] = across * camera.sine + down * camera.cosine + camera.half
        out[i, 2] = depth
