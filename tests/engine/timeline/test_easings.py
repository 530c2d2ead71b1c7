"""How keys are left: against closed forms, and 0 and 1 exactly at the ends."""

from __future__ import annotations

import math

import pytest

from engine.errors import RecipeError
from engine.timeline.easings import SETTLED, Bezier, Ease, Spring, eased

SHARES = [step / 50 for step in range(51)]
ALL = [
    Ease(),
    Ease("hold"),
    Ease("cubic-in-out"),
    Bezier(),
    Bezier(0, 0, 1, 1),
    Bezier(1, 0, 0, 1),
    Spring(),
    Spring(1),
]


@pytest.mark.parametrize("easing", ALL, ids=str)
def test_every_easing_is_exact_at_both_ends(easing):
    assert (eased(easing, 0.0), eased(easing, 1.0)) == (0.0, 1.0)


def test_a_bezier_with_handles_on_the_diagonal_is_the_diagonal():
    for share in SHARES:
        assert eased(Bezier(1 / 3, 1 / 3, 2 / 3, 2 / 3), share) == pytest.approx(share, abs=1e-12)


def test_a_bezier_with_handles_at_the_thirds_is_the_cubic_of_its_heights():
    for y1, y2 in ((0.0, 1.0), (1.5, -0.5), (0.2, 0.4)):
        for t in SHARES:
            wanted = 3 * (1 - t) ** 2 * t * y1 + 3 * (1 - t) * t**2 * y2 + t**3
            assert eased(Bezier(1 / 3, y1, 2 / 3, y2), t) == pytest.approx(wanted, abs=1e-9)


def test_a_bezier_meets_its_own_points_however_upright_it_stands():
    for x1, x2 in ((0.42, 0.58), (1.0, 0.0), (0.0, 0.0), (0.9, 0.95)):
        for p in SHARES[1:-1]:
            x = 3 * (1 - p) ** 2 * p * x1 + 3 * (1 - p) * p**2 * x2 + p**3
            y = 3 * (1 - p) * p**2 + p**3
            slack = 1e-6 if (x1, x2) != (1.0, 0.0) else 1e-4
            assert eased(Bezier(x1, 0.0, x2, 1.0), x) == pytest.approx(y, abs=slack)


@pytest.mark.parametrize("damping", [0.1, 0.3, 0.5, 0.9, 1.0])
def test_a_spring_obeys_the_equation_of_a_damped_oscillator(damping):
    spring, step = Spring(damping), 1e-4
    frequency, end = SETTLED / damping, Spring(damping).swing(1.0)
    for share in (0.05, 0.2, 0.33, 0.5, 0.77):
        back, here, on = (spring(share + offset) * end for offset in (-step, 0.0, step))
        speed, force = (on - back) / (2 * step), (on - 2 * here + back) / step**2
        expected = frequency**2 * (1 - here) - 2 * damping * frequency * speed
        assert force == pytest.approx(expected, abs=2e-3 * frequency**2)


def test_a_spring_swings_beyond_by_what_its_damping_says():
    for damping in (0.2, 0.5):
        highest = max(Spring(damping)(step / 5000) for step in range(5001))
        assert highest == pytest.approx(1 + math.exp(-math.pi * damping / math.sqrt(1 - damping**2)), abs=2e-3)
    assert max(Spring(1.0)(share) for share in SHARES) == 1.0


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Ease("bounce"), "there is no easing 'bounce'; there are linear, "),
        (lambda: Bezier(1.5), "the time of the first handle is 1.5"),
        (lambda: Bezier(y2=math.nan), "the height of the second handle is nan"),
        (lambda: Spring(0), "the damping of a spring is 0"),
    ],
)
def test_an_easing_that_cannot_be_is_told(make, sentence):
    with pytest.raises(RecipeError, match=sentence):
        make()
