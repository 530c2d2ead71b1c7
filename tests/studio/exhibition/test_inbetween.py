"""In-between pictures, with numbers for pictures: what is on the wall is a mean of two of them, and its motion even."""

from __future__ import annotations

import itertools
import random

import pytest

from studio.exhibition.inbetween import Inbetween

BEAT = 1 / 60


def play(delays, beats: int, until: float = 1e9) -> list[tuple[float, float]]:
    """What an engine of such delays shows at each beat: picture t is the number t. No picture is asked for late."""
    between: Inbetween[float] = Inbetween(BEAT)
    shown, under_way, delays = [], None, iter(delays)
    for n in range(beats):
        t = n * BEAT
        if under_way is not None and under_way[1] <= t:
            between.add(under_way[0], under_way[0], under_way[1])
            under_way = None
        if under_way is None and t < until:
            under_way = (t, t + next(delays))
        blend = between.at(t)
        if blend is not None:
            before = blend.now if blend.before is None else blend.before
            shown.append((t, before * (1 - blend.weight) + blend.now * blend.weight))
    return shown


def steps_of(shown, after: float) -> list[float]:
    values = [value for t, value in shown if t > after]
    return [b - a for a, b in itertools.pairwise(values)]


@pytest.mark.parametrize("delay", [0.004, 0.012, 0.03, 0.11, 0.4])
def test_motion_is_even_however_slow_the_engine_is(delay):
    steps = steps_of(play([delay] * 10_000, 1200), 6)
    assert steps == pytest.approx([BEAT] * len(steps), abs=1e-9)


def test_the_wall_is_never_further_behind_than_about_two_pictures():
    for delay in (0.004, 0.03, 0.11, 0.4):
        shown = play([delay] * 10_000, 1200)
        assert all(t - value <= 2.2 * delay + 4 * BEAT for t, value in shown[600:])


def test_motion_neither_stops_nor_jumps_where_the_engine_is_uneven():
    dice = random.Random(1)
    steps = steps_of(play((dice.uniform(0.05, 0.15) for _ in range(10_000)), 3000), 6)
    assert min(steps) > 0.85 * BEAT
    assert max(steps) < 1.15 * BEAT


def test_an_engine_as_quick_as_the_screen_shows_its_own_pictures():
    between: Inbetween[str] = Inbetween(BEAT)
    blended = 0
    for n in range(300):
        between.add(n * BEAT, str(n), n * BEAT + 0.005)
        blend = between.at((n + 1) * BEAT)
        blended += n > 60 and blend.before is not None
    assert blended == 0


def test_after_a_gap_the_picture_goes_over_to_the_new_one_without_a_jump():
    delays = [0.05] * 40 + [4.0] + [0.05] * 1000
    steps = steps_of(play(delays, 900), 0.5)
    stands = [step for step in steps if step == 0]
    assert len(stands) > 200  # the last good picture stays
    assert max(steps) < 4.0 / 0.5 * BEAT * 1.2  # and then glides for half a second
    assert min(steps) >= 0


def test_an_engine_that_is_slow_from_now_on_moves_evenly_soon():
    steps = steps_of(play([0.05] * 40 + [1.2] * 100, 60 * 60), 30)
    assert min(steps) > 0.8 * BEAT


def test_a_clock_faster_than_the_pictures_are_shown_keeps_few_of_them():
    between: Inbetween[int] = Inbetween(BEAT)
    for n in range(1000):
        between.add(n * BEAT, n, n * BEAT + (3.0 if n == 5 else 0.004))
        between.at(n * BEAT)
        assert len(between.waiting) <= 5


def test_a_picture_that_still_holds_is_not_blended_with_itself():
    between: Inbetween[str] = Inbetween(BEAT)
    between.add(0, "a", 0.1)
    for n in range(1, 60):
        between.again(n * BEAT)
        blend = between.at(n * BEAT)
        assert (blend.now, blend.before) == ("a", None)
    between.add(61 * BEAT, "b", 62 * BEAT)
    shares = [between.at(n * BEAT) for n in range(62, 75)]
    assert [blend.now for blend in shares][-1] == "b"


def test_before_the_first_picture_there_is_none():
    assert Inbetween(BEAT).at(3.0) is None
