"""How far a slider goes: the faces decide by majority, so that one odd face does not end it for all."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from engine.directions.calibrate import FURTHEST, Candidate
from engine.directions.limits import FACES, STEP, most, reach


class Faces:
    """A ruler whose faces stray from these amounts on."""

    def __init__(self, breaks: list[float]) -> None:
        self.breaks = breaks
        self.looks = [SimpleNamespace(face=face) for face in range(len(breaks))]

    def moved_face(self, face: int, candidate: Candidate, amount: float) -> SimpleNamespace:
        return SimpleNamespace(face=face, amount=abs(amount))

    def strays(self, look: SimpleNamespace, base: SimpleNamespace) -> bool:
        assert look.face == base.face
        return look.amount >= self.breaks[look.face]


class Sides(Faces):
    """A ruler whose faces stray from other amounts on, on either side."""

    def __init__(self, low: list[float], high: list[float]) -> None:
        super().__init__(high)
        self.low = low

    def moved_face(self, face: int, candidate: Candidate, amount: float) -> SimpleNamespace:
        return SimpleNamespace(face=face, amount=amount)

    def strays(self, look: SimpleNamespace, base: SimpleNamespace) -> bool:
        return not -self.low[base.face] < look.amount < self.breaks[base.face]


@pytest.fixture
def candidate() -> Candidate:
    return Candidate(torch.tensor([1.0, 0.0]), (0, 1), "all", "ridge", 0, 100.0)


@pytest.mark.parametrize(
    ("breaks", "far"),
    [
        ([0.1, 9, 9, 9, 9], FURTHEST),
        ([0.1, 0.2, 9, 9, 9], FURTHEST),
        ([0.1, 0.2, 2.0, 9, 9], 1.5),
        ([3.0, 3.0, 3.0, 3.0, 3.0], 2.5),
        ([0.1] * 5, 0.0),
    ],
)
def test_a_slider_ends_where_most_faces_stray(candidate, breaks, far):
    assert reach(Faces(breaks), candidate, 1.0) == far
    assert reach(Faces(breaks), candidate, -1.0) == far


def test_each_side_ends_where_a_search_step_by_step_ends_it(candidate):
    chance = np.random.default_rng(0)
    for _ in range(50):
        low, high = chance.uniform(0.1, 5, (2, FACES))
        sides = Sides(list(low), list(high))
        for breaks, sign in ((low, -1), (high, 1)):
            steps = np.arange(STEP, FURTHEST + STEP, STEP)
            held = [int((breaks <= step).sum()) <= FACES // 2 for step in steps]
            assert reach(sides, candidate, sign * 1.0) == STEP * [*held, False].index(False)


def test_no_more_faces_are_looked_at_than_settle_it():
    votes = iter([True, False, True, True, False])
    assert most(votes)
    assert list(votes) == [False]
    assert not most([False, True, False])


def test_there_is_always_a_majority():
    assert FACES % 2 == 1


def test_no_slider_goes_where_no_w_lies(candidate):
    near = Candidate(candidate.axis, candidate.rows, "all", "ridge", 0, 0.3)
    assert reach(Faces([9] * 5), near, 1.0) == 1.0  # 4.5 deviations of 0.3 are 1.35 units
