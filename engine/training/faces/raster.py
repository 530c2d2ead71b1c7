"""Kernels that fill depth buffers: triangles, strands of hair, and the shadow maps of lights."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from engine.training.faces.arrays import Array, Ints
from engine.training.faces.compiled import kernel

FAR = 1e9


class Buffers(NamedTuple):
    """What is nearest at every sample: depth, which triangle or strand (-1 none), and where on it; each [h, w]."""

    depth: Array
    what: Ints
    first: Array
    second: Array


def clear_buffers(width: int) -> Buffers:
    """Empty square buffers."""
    square = (width, width)
    return Buffers(np.full(square, FAR), np.full(square, -1, np.int32), np.zeros(square), np.zeros(square))


@kernel
def draw_triangles(points: Array, triangles: Ints, wanted: Ints, buffers: Buffers) -> None:
    """Triangles whose index is in wanted; points [n, 3] are screen x, y and depth, and the nearest stays."""
    height, width = buffers.depth.shape
    for place in range(wanted.shape[0]):
        t = wanted[place]
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        x0, y0, z0 = points[a, 0], points[a, 1], points[a, 2]
        x1, y1, z1 = points[b, 0], points[b, 1], points[b, 2]
        x2, y2, z2 = points[c, 0], points[c, 1], points[c, 2]
        left, right, top, bottom = min(x0, x1, x2), max(x0, x1, x2), min(y0, y1, y2), max(y0, y1, y2)
        if right < 0 or bottom < 0 or left >= width or top >= height:
            continue
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if abs(area) < 1e-9:
            continue
        for y in range(max(0, math.ceil(top - 0.5)), min(height - 1, math.floor(bottom - 0.5)) + 1):
            py = y + 0.5
            for x in range(max(0, math.ceil(left - 0.5)), min(width - 1, math.floor(right - 0.5)) + 1):
                px = x + 0.5
                w1 = ((px - x0) * (y2 - y0) - (x2 - x0) * (py - y0)) / area
                w2 = ((x1 - x0) * (py - y0) - (px - x0) * (y1 - y0)) / area
                w0 = 1 - w1 - w2
                if w0 < -1e-6 or w1 < -1e-6 or w2 < -1e-6:
                    continue
                z = w0 * z0 + w1 * z1 + w2 * z2
                if z < buffers.depth[y, x]:
                    buffers.depth[y, x] = z
                    buffers.what[y, x] = t
                    buffers.first[y, x] = w1
                    buffers.second[y, x] = w2


@kernel
def draw_strands(points: Array, width_px: float, first_id: int, nearer: float, buffers: Buffers) -> None:
    """Strands [n, k, 3] as tapering lines, pulled `nearer` to the eye; `first` becomes segment + fraction."""
    height, width = buffers.depth.shape
    knots = points.shape[1]
    for i in range(points.shape[0]):
        for k in range(knots - 1):
            x0, y0, z0 = points[i, k, 0], points[i, k, 1], points[i, k, 2]
            x1, y1, z1 = points[i, k + 1, 0], points[i, k + 1, 1], points[i, k + 1, 2]
            if max(x0, x1) < -4 or max(y0, y1) < -4 or min(x0, x1) > width + 4 or min(y0, y1) > height + 4:
                continue
            dx, dy = x1 - x0, y1 - y0
            steps = int(max(abs(dx), abs(dy))) + 1
            taper = 1.0 - 0.55 * (k / (knots - 1.0))
            lines = int(max(1.0, width_px * taper) + 0.5)
            level = abs(dx) > abs(dy)
            for step in range(steps):
                f = step / steps
                x, y, z = x0 + dx * f, y0 + dy * f, z0 + (z1 - z0) * f - nearer
                for line in range(lines):
                    aside = line - (lines - 1) * 0.5
                    xi = math.floor(x if level else x + aside)
                    yi = math.floor(y + aside if level else y)
                    if 0 <= xi < width and 0 <= yi < height and z < buffers.depth[yi, xi]:
                        buffers.depth[yi, xi] = z
                        buffers.what[yi, xi] = first_id + i
                        buffers.first[yi, xi] = k + f


@kernel
def cast_triangles(points: Array, triangles: Ints, depth: Array) -> None:
    """Depth alone of triangles, as a light sees them; points [n, 3] are map x, y and depth."""
    height, width = depth.shape
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        x0, y0 = points[a, 0], points[a, 1]
        x1, y1 = points[b, 0], points[b, 1]
        x2, y2 = points[c, 0], points[c, 1]
        left, right, top, bottom = min(x0, x1, x2), max(x0, x1, x2), min(y0, y1, y2), max(y0, y1, y2)
        if right < 0 or bottom < 0 or left >= width or top >= height:
            continue
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if abs(area) < 1e-9:
            continue
        for y in range(max(0, math.ceil(top - 0.5)), min(height - 1, math.floor(bottom - 0.5)) + 1):
            for x in range(max(0, math.ceil(left - 0.5)), min(width - 1, math.floor(right - 0.5)) + 1):
                w1 = ((x + 0.5 - x0) * (y2 - y0) - (x2 - x0) * (y + 0.5 - y0)) / area
                w2 = ((x1 - x0) * (y + 0.5 - y0) - (x + 0.5 - x0) * (y1 - y0)) / area
                if w1 < 0 or w2 < 0 or w1 + w2 > 1:
                    continue
                z = points[a, 2] * (1 - w1 - w2) + points[b, 2] * w1 + points[c, 2] * w2
                depth[y, x] = min(depth[y, x], z)


@kernel
def cast_strands(points: Array, every: int, frame: Array, scale: float, half: float, depth: Array) -> None:
    """Depth of every n-th strand, as points a half segment apart; frame rows: right, up, towards the light."""
    height, width = depth.shape
    for i in range(0, points.shape[0], every):
        for k in range(points.shape[1] - 1):
            for halves in range(2):
                f = 0.5 * halves
                px = points[i, k, 0] * (1 - f) + points[i, k + 1, 0] * f
                py = points[i, k, 1] * (1 - f) + points[i, k + 1, 1] * f
                pz = points[i, k, 2] * (1 - f) + points[i, k + 1, 2] * f
                x = math.floor((frame[0, 0] * px + frame[0, 1] * py + frame[0, 2] * pz) * scale + half)
                y = math.floor((frame[1, 0] * px + frame[1, 1] * py + frame[1, 2] * pz) * scale + half)
                if 0 <= x < width and 0 <= y < height:
                    z = -(frame[2, 0] * px + frame[2, 1] * py + frame[2, 2] * pz)
                    depth[y, x] = min(depth[y, x], z)
