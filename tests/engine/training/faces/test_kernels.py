"""The kernels against slow twins and known identities."""

from __future__ import annotations

import numpy as np
import pytest

from engine.training.faces.arrays import linear, srgb
from engine.training.faces.head import SKIN, open_head
from engine.training.faces.masks import Hairline, hairline_elevation
from engine.training.faces.material import HAIR_MATTER, SKIN_MATTER, WET_MATTER, Matter
from engine.training.faces.mesh import add_rows, combine, find_normals
from engine.training.faces.pose import aim_camera, turn
from engine.training.faces.raster import clear_buffers, draw_triangles
from engine.training.faces.shade import reflected, scatter


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_sparse_sums_are_those_of_the_dense_matrix(rng):
    dense = rng.normal(size=(7, 12)) * (rng.random((7, 12)) < 0.4)
    rows, columns = np.nonzero(dense)
    starts = np.searchsorted(rows, np.arange(8)).astype(np.int32)
    sparse = dense[rows, columns], columns.astype(np.int32), starts
    weights, out = rng.normal(size=7) * (rng.random(7) < 0.7), np.zeros(12)
    add_rows(*sparse, weights, out)
    assert np.allclose(out, weights @ dense)
    points, out = rng.normal(size=(12, 3)), np.empty((7, 3))
    combine(*sparse, points, out)
    assert np.allclose(out, dense @ points)


def test_the_nearest_triangle_is_seen_at_every_sample(rng):
    points = rng.uniform(-4, 36, (30, 3))
    points[:, 2] = rng.uniform(1, 9, 30)
    triangles = np.arange(30, dtype=np.int32).reshape(10, 3)
    buffers = clear_buffers(32)
    draw_triangles(points, triangles, np.arange(10, dtype=np.int32), buffers)
    for y in range(32):
        for x in range(32):
            nearest = (1e9, -1)
            for t, (a, b, c) in enumerate(points[triangles]):
                corners = np.array([[a[0], b[0], c[0]], [a[1], b[1], c[1]], [1, 1, 1]])
                w = np.linalg.solve(corners, [x + 0.5, y + 0.5, 1])
                if w.min() >= 0:
                    nearest = min(nearest, (float(w @ [a[2], b[2], c[2]]), t))
            assert buffers.what[y, x] == nearest[1]
            assert buffers.depth[y, x] == pytest.approx(nearest[0])


def test_normals_of_a_sphere_are_its_radii():
    turns = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    rings = np.linspace(0.15, np.pi - 0.15, 30)
    points = np.array([[np.sin(r) * np.cos(t), np.cos(r), np.sin(r) * np.sin(t)] for r in rings for t in turns])
    here = np.array([[i * 40 + j, i * 40 + (j + 1) % 40] for i in range(29) for j in range(40)])
    triangles = np.concatenate([np.c_[here, here[:, 0] + 40], np.c_[here[:, 1], here[:, 1] + 40, here[:, 0] + 40]])
    normals = np.empty_like(points)
    find_normals(points, triangles.astype(np.int32), normals)
    inner = slice(80, -80)
    assert np.abs((normals * points).sum(1))[inner].min() > 0.995


def test_scattering_leaves_even_light_alone_and_spreads_red_furthest():
    kind = np.full((24, 24), SKIN_MATTER, np.uint8)
    kind[:, 20:] = HAIR_MATTER
    depth, spread = np.ones((24, 24)), np.array([3.0, 1.5, 0.8])
    even, out = np.full((24, 24, 3), 0.7), np.empty((24, 24, 3))
    scatter(even, kind, depth, spread, 0.12, True, out)
    assert np.allclose(out, 0.7)
    spot = np.zeros((24, 24, 3))
    spot[12, 10] = 1
    scatter(spot, kind, depth, spread, 0.12, False, out)
    assert np.allclose(out[12].sum(0), 1, rtol=0.05)
    assert out[12, 10, 0] < out[12, 10, 1] < out[12, 10, 2]
    assert not out[:, 20:].any()


def test_mirrored_light_is_reciprocal(rng):
    """f(l, v) = f(v, l): what is reflected, without the cosine of the light, is the same either way."""
    matter = Matter(WET_MATTER, (0.5, 0.5, 0.5), (0.0, 0.0, 1.0), 0.45, 0.04, 1.0)
    for _ in range(20):
        first, second = rng.normal(size=(2, 3)) + np.array([0, 0, 2])
        first, second = first / np.linalg.norm(first), second / np.linalg.norm(second)
        if min(first[2], second[2]) < 0.1:
            continue
        there = reflected(0.0, 0.0, 1.0, *first, *second, first[2], second[2], 0.1, matter) / first[2]
        back = reflected(0.0, 0.0, 1.0, *second, *first, second[2], first[2], 0.1, matter) / second[2]
        assert there == pytest.approx(back, rel=1e-9)


def test_colours_come_back_from_linear_light():
    for colour in ((0, 0, 0), (3, 10, 11), (128, 64, 200), (255, 255, 255)):
        assert np.allclose(srgb(linear(colour)) * 255, colour)


def test_turns_are_rotations_and_yaw_turns_to_the_pictures_right():
    turned = turn(0.4, -0.2, 0.1)
    assert np.allclose(turned @ turned.T, np.eye(3))
    assert np.linalg.det(turned) == pytest.approx(1)
    assert (turn(0.4, 0, 0) @ [0, 0, 1])[0] > 0


def test_the_crop_is_about_eyes_and_mouth():
    eyes, corners = np.array([[0.3, 0.1, 1], [-0.3, 0.1, 1]]), np.array([[0.25, -0.6, 1], [-0.25, -0.6, 1]])
    small, large = aim_camera(eyes, corners, 64), aim_camera(eyes, corners, 128)
    assert large.cosine == pytest.approx(2 * small.cosine)
    assert small.sine == pytest.approx(0)
    assert small.centre_x == pytest.approx(0)


def test_the_hairline_recedes_at_the_temples_and_not_at_the_neck():
    full, gone = Hairline(0.0, 0.0, 0.0), Hairline(0.0, 1.0, 0.0)
    assert hairline_elevation(0.7, gone) > hairline_elevation(0.7, full) + 0.2
    assert hairline_elevation(3.0, gone) == hairline_elevation(3.0, full)


def test_targets_move_the_head_and_subdividing_keeps_it_in_its_hull():
    head = open_head()
    still = head.moved(np.zeros(len(head.names)))
    assert np.array_equal(still, head.base)
    weights = np.zeros(len(head.names))
    weights[head.names["fu/jawOpen"]] = 1
    moved = np.linalg.norm(head.moved(weights) - still, axis=1)
    assert moved.max() > 0.1
    assert not moved[still[:, 1] > 7.6].any(), "an open jaw leaves the forehead alone"
    assert (head.resting.max(0) <= head.base.max(0)).all()
    assert np.allclose(head.smoothed(np.ones_like(head.base)), 1, atol=1e-6)
    assert set(np.unique(head.triangles[head.regions == SKIN])) == set(head.skin)
