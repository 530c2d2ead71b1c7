"""A short curve tells the truth about a long series."""

from __future__ import annotations

import numpy as np
import pytest

from engine.training.series import Series
from studio.training.curves import curve_of, span

RNG = np.random.default_rng(5)


def series(count: int) -> Series:
    return Series(np.arange(count) * 64.0, RNG.normal(size=count))


def test_a_short_series_is_drawn_as_it_is():
    whole = series(50)
    curve = curve_of(whole, 0, 1e9)
    assert np.array_equal(curve.y, whole.values)
    assert not curve.is_banded


@pytest.mark.parametrize("count", [141, 1000, 9999])
def test_a_long_one_keeps_its_mean_its_extremes_and_its_end(count):
    whole = series(count)
    curve = curve_of(whole, 0, 1e9)
    assert len(curve.x) <= 140
    assert curve.high.max() == whole.values.max()
    assert curve.low.min() == whole.values.min()
    assert np.all(curve.low <= curve.y)
    assert np.all(curve.y <= curve.high)
    assert curve.x[-1] == whole.images[-1]
    assert np.all(np.diff(curve.x) > 0)
    starts = np.unique(np.linspace(0, count, 141)[:-1].astype(int))
    sizes = np.diff(starts, append=count)
    assert float((curve.y * sizes).sum() / count) == pytest.approx(whole.values.mean(), abs=1e-12)


def test_a_stretch_reaches_one_point_past_its_ends():
    whole = series(100)
    curve = curve_of(whole, 640, 1280)
    assert curve.x[0] == 640 - 64
    assert curve.x[-1] == 1280 + 64


def test_the_scale_leaves_a_lone_outlier_out():
    whole = Series(np.arange(1000.0), np.where(np.arange(1000) == 3, 1e6, np.arange(1000) % 2.0))
    low, high = span([curve_of(whole, 0, 1e9, most=2000)])
    assert -0.2 < low < 0
    assert 1 < high < 1.2


@pytest.mark.parametrize("value", [0.0, 5.0, -2.0])
def test_a_constant_has_a_scale_around_it(value):
    low, high = span([curve_of(Series(np.arange(5.0), np.full(5, value)), 0, 10)])
    assert low < value < high


def test_nothing_has_no_scale():
    assert span([]) is None
