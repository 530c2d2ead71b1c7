"""Every easing curve is one: it begins at the start, ends at the end and never goes back."""

from __future__ import annotations

import pytest

from engine.easing import EASINGS


@pytest.mark.parametrize("easing", EASINGS.values(), ids=EASINGS)
def test_a_curve_goes_from_start_to_end_and_never_back(easing):
    values = [easing.curve(step / 200) for step in range(201)]
    assert (values[0], values[-1]) == (0.0, 1.0)
    assert values == sorted(values)


def test_the_table_is_keyed_by_its_own_ids_and_no_two_read_alike():
    assert all(id == easing.id for id, easing in EASINGS.items())
    assert len({easing.title for easing in EASINGS.values()}) == len(EASINGS)


@pytest.mark.parametrize("name", ["smoothstep", "smootherstep", "quadratic-in-out", "cubic-in-out", "linear"])
def test_a_curve_for_both_ends_is_the_same_from_either(name):
    curve = EASINGS[name].curve
    for step in range(101):
        assert curve(step / 100) == pytest.approx(1 - curve(1 - step / 100), abs=1e-12)


@pytest.mark.parametrize("name", ["quadratic", "cubic"])
def test_ease_out_is_ease_in_backwards(name):
    into, out = EASINGS[f"{name}-in"].curve, EASINGS[f"{name}-out"].curve
    for step in range(101):
        assert out(step / 100) == pytest.approx(1 - into(1 - step / 100), abs=1e-12)


@pytest.mark.parametrize(("name", "order"), [("smoothstep", 2), ("smootherstep", 3), ("cubic-in", 3)])
def test_a_curve_leaves_its_start_as_slowly_as_its_order_says(name, order):
    curve, small = EASINGS[name].curve, 1e-3
    assert curve(small) / curve(small / 2) == pytest.approx(2**order, rel=0.01)
