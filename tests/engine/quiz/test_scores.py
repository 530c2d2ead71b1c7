"""Points, rows, accuracy and d-prime, against hand counts and an independent normal distribution."""

from __future__ import annotations

import pytest
from scipy.stats import norm

from engine.quiz.scores import Answer, accuracy, best_streak, by_tell, over_time, points, sensitivity, streak


def answers(*rights: bool, **fields) -> list[Answer]:
    whole = {"contest": "wild", "pictures": 2, "seconds": 1.0} | fields
    return [Answer(asked=n % 2, given=n % 2 if right else 1 - n % 2, **whole) for n, right in enumerate(rights)]


def table(hits: int, misses: int, alarms: int, rejections: int, pictures: int) -> list[Answer]:
    cells = [(1, 1)] * hits + [(1, 0)] * misses + [(0, 1)] * alarms + [(0, 0)] * rejections
    return [Answer("real", pictures, asked, given, 1.0) for asked, given in cells]


@pytest.mark.parametrize("cells", [(8, 2, 3, 7), (5, 5, 5, 5), (10, 0, 0, 10), (0, 10, 10, 0), (3, 1, 0, 2)])
def test_d_prime_of_one_picture_is_the_distance_of_two_normal_distributions(cells):
    hits, misses, alarms, rejections = cells
    hit, alarm = (hits + 0.5) / (hits + misses + 1), (alarms + 0.5) / (alarms + rejections + 1)
    found = sensitivity(table(*cells, 1), pictures=1)
    assert found.d_prime == pytest.approx(norm.ppf(hit) - norm.ppf(alarm), abs=1e-9)
    assert found.bias == pytest.approx(-(norm.ppf(hit) + norm.ppf(alarm)) / 2, abs=1e-9)
    assert found.count == sum(cells)


def test_d_prime_of_two_pictures_is_smaller_by_the_square_root_of_2():
    one, two = sensitivity(table(8, 2, 3, 7, 1), pictures=1), sensitivity(table(8, 2, 3, 7, 2), pictures=2)
    assert two.d_prime == pytest.approx(one.d_prime / 2**0.5, abs=1e-12)


def test_d_prime_finds_how_far_apart_simulated_evidence_lies():
    """An observer sees evidence of unit variance, 1.5 apart for the two kinds, and says 1 above the middle."""
    evidence = [norm.ppf((n + 0.5) / 2000) for n in range(2000)]
    seen = [Answer("real", 1, 1, int(e + 1.5 > 0.75), 1.0) for e in evidence]
    seen += [Answer("real", 1, 0, int(e > 0.75), 1.0) for e in evidence]
    assert sensitivity(seen, pictures=1).d_prime == pytest.approx(1.5, abs=0.01)
    assert sensitivity(seen, pictures=1).bias == pytest.approx(0, abs=0.01)


def test_who_always_says_the_same_knows_nothing():
    found = sensitivity(table(10, 0, 10, 0, 1), pictures=1)
    assert found.d_prime == 0
    assert found.bias < -1


def test_no_answers_are_no_sensitivity_and_no_accuracy():
    assert sensitivity([], pictures=1).d_prime == 0
    assert accuracy([]) == 0
    assert (points([]), streak([]), best_streak([]), over_time([]), by_tell([])) == (0, 0, 0, [], {})


def test_running_out_of_time_is_wrong_but_no_answer_for_d_prime():
    late = Answer("wild", 2, 1, None, 5.0, 5)
    assert not late.right
    assert sensitivity([late], pictures=2).count == 0


def test_a_row_ends_with_a_wrong_answer():
    given = answers(True, True, True, False, True, True)
    assert (streak(given), best_streak(given)) == (2, 3)
    assert streak(answers(False)) == 0


def test_points_grow_with_the_row_and_with_time_left():
    assert points(answers(True)) == 100
    assert points(answers(True, True, True)) == 100 + 110 + 120
    assert points(answers(True, False, True)) == 200
    assert points(answers(*[True] * 8)) == 800 + 0 + 10 + 20 + 30 + 40 + 50 + 50 + 50
    assert points(answers(True, limit=10, seconds=5.0)) == 125
    assert points(answers(True, limit=10, seconds=11.0)) == 100


def test_accuracy_over_time_is_a_share_of_all_so_far_or_of_the_last():
    given = answers(True, False, True, True)
    assert over_time(given) == pytest.approx([1, 1 / 2, 2 / 3, 3 / 4])
    assert over_time(given, 2) == pytest.approx([1, 1 / 2, 1 / 2, 1])


def test_accuracy_by_hint_counts_each_hint_by_itself():
    given = answers(True, True, tell="eyes") + answers(False, True, tell="teeth") + answers(True)
    assert by_tell(given) == {"eyes": (2, 2), "teeth": (1, 2)}


@pytest.mark.parametrize(("inspector", "right"), [(None, None), (1, True), (0, False)])
def test_the_inspector_is_judged_like_the_visitor(inspector, right):
    assert Answer("real", 2, 1, 0, 1.0, inspector=inspector).inspector_right is right
