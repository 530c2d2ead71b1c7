"""The screen's beat with a clock of our own: on time for ever, and what is late is left out."""

from __future__ import annotations

import pytest

from studio.exhibition.beats import Beats
from studio.exhibition.moments import Moments
from tests.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock(1000.0)


@pytest.fixture
def beats(qapp, clock) -> Beats:
    made = Beats(50.0, clock=clock)
    made.told = []
    made.due.connect(made.told.append)
    made.start()
    made.tick()
    made.timer.stop()  # from here on the test ticks
    return made


def test_beats_are_due_at_whole_parts_of_a_second_after_the_first(beats, clock):
    for _ in range(100):
        clock.now += 0.02
        beats.tick()
    assert beats.told == pytest.approx([1000 + 0.02 * n for n in range(101)])
    assert beats.missed == 0


def test_a_beat_that_is_called_early_waits_and_lateness_never_adds_up(beats, clock):
    clock.now = 1000.011
    beats.tick()
    assert beats.told == [1000.0]
    for n in range(1, 1000):
        clock.now = 1000 + n * 0.02 + 0.009  # always late by nearly half a beat
        beats.tick()
    assert beats.told[-1] == pytest.approx(1000 + 999 * 0.02)
    assert beats.missed == 0


def test_beats_that_went_by_are_counted_and_not_made_up_for(beats, clock):
    clock.now += 10
    beats.tick()
    beats.tick()
    assert len(beats.told) == 2
    assert beats.missed == 499


def test_the_beat_stays_exact_for_months(beats, clock):
    clock.now += 90 * 86_400 + 0.001
    beats.tick()
    clock.now += 0.02
    beats.tick()
    assert beats.told[-1] == pytest.approx(1000 + 90 * 86_400 + 0.02, abs=1e-6)
    assert beats.index < 10


def test_a_wall_clock_that_somebody_sets_is_followed_at_once_and_a_slow_one_little_by_little():
    clock, wall = Clock(0.0), Clock(5000.0)
    moments = Moments(clock, wall)
    clock.now, wall.now = 100.0, 5100.5
    assert not moments.look()
    assert 5100.0 < moments.at(100.0) < 5100.5
    wall.now = 9000.0
    assert moments.look()
    assert moments.at(100.0) == pytest.approx(9000.0)
