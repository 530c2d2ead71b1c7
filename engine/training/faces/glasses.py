"""Frames of glasses: two rims, a bridge and two arms, as tubes."""

from __future__ import annotations

import numpy as np

from engine.training.faces.arrays import Array, Ints
from engine.training.faces.head import CENTRE, Head

SIDES, RIM_KNOTS = 6, 28


def make_glasses(head: Head, points: Array, eyes: Array, rng: np.random.Generator) -> tuple[Array, Ints]:
    """Vertices [v, 3] and triangles [t, 3] that sit before the eyes [2, 3] of a moved head [m, 3]."""
    wide, high = rng.uniform(0.235, 0.29), rng.uniform(0.17, 0.26)
    corner, thick = float(rng.choice([2.0, 2.6, 3.5])), float(rng.choice([0.010, 0.016, 0.024]))
    apart = (eyes[0, 0] - eyes[1, 0]) / 2
    skin = points[head.skin]
    near = (np.abs(np.abs(skin[:, 0]) - apart) < 0.22) & (np.abs(skin[:, 1] - eyes[0, 1] - 0.12) < 0.18)
    front = max(skin[near, 2].max() + 0.03, eyes[0, 2] + 0.30)
    middle = max(apart, wide + 0.05)
    ear = float(np.abs(points[head.skull, 0]).max() * 0.93)
    turn = np.linspace(0, 2 * np.pi, RIM_KNOTS, endpoint=False)
    tubes = []
    for side, eye in ((1, eyes[0]), (-1, eyes[1])):
        x = side * middle + superellipse(np.cos(turn), corner) * wide
        y = eye[1] - 0.05 + superellipse(np.sin(turn), corner) * high
        tubes.append(tube(np.stack([x, y, front - 0.10 * (np.abs(x) / 0.6) ** 2], 1), thick, closed=True))
        hinge = np.array([side * (middle + wide), eye[1] + 0.03, front - 0.10 * ((middle + wide) / 0.6) ** 2])
        end = np.array([side * ear, eye[1] + 0.05, 0.2 - CENTRE[2]])
        arm = [hinge, hinge * 0.92 + end * 0.08 + [side * 0.06, 0, 0], (hinge + end) / 2 + [side * 0.03, 0, 0], end]
        tubes.append(tube(np.stack(arm), thick, closed=False))
    gap, height = middle - wide, eyes[0, 1]
    bridge = [[-gap, height + 0.02, front], [0, height + 0.06, front + 0.03], [gap, height + 0.02, front]]
    tubes.append(tube(np.array(bridge), thick, closed=False))
    starts = np.cumsum([0] + [len(vertices) for vertices, _ in tubes[:-1]])
    triangles = np.concatenate([faces + start for (_, faces), start in zip(tubes, starts, strict=True)])
    return np.concatenate([vertices for vertices, _ in tubes]), triangles.astype(np.int32)


def superellipse(values: Array, power: float) -> Array:
    out: Array = np.sign(values) * np.abs(values) ** (2 / power)
    return out


def tube(path: Array, radius: float, *, closed: bool) -> tuple[Array, Ints]:
    """A hexagonal tube about a path [n, 3]."""
    along = np.roll(path, -1, 0) - np.roll(path, 1, 0) if closed else np.gradient(path, axis=0)
    along = along / (np.linalg.norm(along, axis=1)[:, None] + 1e-9)
    u = np.cross(along, [0, 0, 1.0] if closed else [0, 1.0, 0])
    u = u / (np.linalg.norm(u, axis=1)[:, None] + 1e-9)
    w = np.cross(along, u)
    turn = np.arange(SIDES) * 2 * np.pi / SIDES
    rings = path[:, None] + radius * (np.cos(turn)[:, None] * u[:, None] + np.sin(turn)[:, None] * w[:, None])
    triangles = []
    for ring in range(len(path) if closed else len(path) - 1):
        after = (ring + 1) % len(path)
        for side in range(SIDES):
            beside = (side + 1) % SIDES
            a, b = ring * SIDES + side, after * SIDES + side
            c, d = after * SIDES + beside, ring * SIDES + beside
            triangles += [[a, b, c], [a, c, d]]
    return rings.reshape(-1, 3), np.array(triangles, np.int32)
