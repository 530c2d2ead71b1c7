"""Curves through keys: they pass through them, their slopes are continuous, closed ones close."""

from __future__ import annotations

import numpy as np
import pytest

from engine.timeline.curve import Place, place_among, spline

UNEVEN = [0.0, 1.0, 1.5, 4.0, 4.2, 7.0]


def on_curve(times: list[float], values: np.ndarray, t: float, period: float | None = None) -> float:
    place = place_among(times, t, period)
    if isinstance(place, int):
        return float(values[place])
    return sum(float(values[index]) * weight for index, weight in spline(place, place.share))


@pytest.fixture
def values() -> np.ndarray:
    return np.random.default_rng(1).standard_normal(len(UNEVEN))


@pytest.mark.parametrize("period", [None, 9.0])
def test_a_curve_passes_through_its_keys_and_bends_nowhere_suddenly(values, period):
    step = 1e-6
    for t, value in zip(UNEVEN, values, strict=True):
        assert on_curve(UNEVEN, values, t, period) == pytest.approx(value, abs=1e-12)
    for t in UNEVEN[1:-1]:
        left = (on_curve(UNEVEN, values, t, period) - on_curve(UNEVEN, values, t - step, period)) / step
        right = (on_curve(UNEVEN, values, t + step, period) - on_curve(UNEVEN, values, t, period)) / step
        assert left == pytest.approx(right, abs=1e-3)


def test_a_closed_curve_has_no_seam(values):
    period, step = 9.0, 1e-6
    before, at, after = (on_curve(UNEVEN, values, t, period) for t in (period - step, 0.0, step))
    assert before == pytest.approx(at, abs=1e-4)
    assert (at - before) / step == pytest.approx((after - at) / step, abs=1e-3)


def test_with_keys_at_equal_distances_it_is_the_curve_of_catmull_and_rom():
    p = np.array([1.0, -2.0, 0.5, 4.0])
    for u in np.linspace(0, 1, 11):
        wanted = 0.5 * (
            2 * p[1]
            + (p[2] - p[0]) * u
            + (2 * p[0] - 5 * p[1] + 4 * p[2] - p[3]) * u**2
            + (3 * p[1] - p[0] - 3 * p[2] + p[3]) * u**3
        )
        assert on_curve([0.0, 1.0, 2.0, 3.0], p, 1 + u) == pytest.approx(wanted, abs=1e-12)


def test_a_parabola_comes_back_as_itself_whatever_the_distances():
    t = np.array(UNEVEN)
    for at in np.linspace(1.0, 4.2, 30):
        assert on_curve(UNEVEN, t**2 - t, float(at)) == pytest.approx(at**2 - at, abs=1e-9)


def test_two_keys_are_joined_by_a_straight_line():
    for u in (0.25, 0.5, 0.9):
        assert on_curve([0.0, 2.0], np.array([1.0, 3.0]), 2 * u) == pytest.approx(1 + 2 * u)


def test_weights_sum_to_one_and_an_end_has_no_second_derivative():
    values, step = np.array([0.0, 1.0, -1.0]), 1e-4
    place = place_among([0.0, 1.0, 3.0], 0.4)
    assert isinstance(place, Place)
    assert sum(weight for _, weight in spline(place, place.share)) == pytest.approx(1)
    a, b, c = (on_curve([0.0, 1.0, 3.0], values, k * step) for k in range(3))
    assert (a - 2 * b + c) / step**2 == pytest.approx(0, abs=1e-2)


def test_outside_an_open_curve_the_nearest_key_stands_alone():
    assert place_among([1.0, 2.0], 0.5) == 0
    assert place_among([1.0, 2.0], 2.5) == 1
    assert place_among([1.0], 7.0) == place_among([1.0], 0.0, 5.0) == 0
