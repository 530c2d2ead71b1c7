"""Where times lie on the screen, however long the timeline."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest

from studio.animate.axis import APART, CLOSEST, PAD, Axis

FPS = Fraction(30)
HOURS = 36_000.0


def whole(duration: float) -> Axis:
    return Axis(118, 1200, 0.0).kept(duration, FPS)


@pytest.mark.parametrize("duration", [0.1, 10, 600, HOURS])
def test_the_whole_timeline_fits_between_its_margins(duration):
    axis = whole(duration)
    assert axis.x(0) == pytest.approx(118 + PAD)
    assert axis.x(duration) == pytest.approx(118 + 1200 - PAD)
    assert axis.t(axis.x(duration / 3)) == pytest.approx(duration / 3)


def test_zooming_keeps_the_time_under_the_mouse():
    axis = whole(HOURS)
    for _ in range(20):
        before = axis.t(500)
        axis = axis.zoomed(1.3, 500, HOURS, FPS)
        assert axis.t(500) == pytest.approx(before)


def test_nobody_zooms_past_the_whole_or_into_a_frame():
    far, near = whole(10).zoomed(1e-9, 300, 10, FPS), whole(10).zoomed(1e9, 300, 10, FPS)
    assert far == whole(10)
    assert near.scale == pytest.approx(CLOSEST * 30)


def test_scrolling_stops_at_both_ends():
    axis = whole(100).zoomed(4, 400, 100, FPS)
    assert axis.scrolled(-1e6, 100, FPS).first == 0
    last = axis.scrolled(1e6, 100, FPS)
    assert last.x(100) == pytest.approx(118 + 1200 - PAD)


@pytest.mark.parametrize("duration", [0.5, 10, 95, 3600, HOURS])
@pytest.mark.parametrize("closer", [1, 7, 300])
def test_times_on_the_ruler_stand_apart_and_are_few(duration, closer):
    axis = whole(duration).zoomed(closer, 300, duration, FPS)
    step = axis.step(FPS)
    ticks = list(axis.ticks(step, 118, 1318, duration))
    assert len(ticks) <= 1200 / APART + 2
    assert all(b - a == pytest.approx(step) for a, b in pairwise(ticks))
    assert step * axis.scale >= APART or step == 14400


def test_a_time_out_of_sight_is_brought_into_sight():
    axis = whole(100).zoomed(10, 154, 100, FPS)
    assert axis.showing(5, 100, FPS) == axis
    moved = axis.showing(80, 100, FPS)
    assert moved.first <= 80 <= moved.first + moved.span
