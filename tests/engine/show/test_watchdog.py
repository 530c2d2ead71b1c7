"""The watchdog: what it orders when, by a clock of the test's own."""

from __future__ import annotations

import pytest

from engine.show.watchdog import (
    CALM_S,
    ENGINE_S,
    FILM_S,
    FIRST_BEAT_S,
    FIRST_PAUSE_S,
    GRACE_S,
    LONGEST_PAUSE_S,
    MANY,
    PATIENCE_S,
    SILENCE_S,
    WINDOW_S,
    Level,
    Order,
    Sign,
    Watchdog,
)

WELL = Sign(0.1, 100)
STALE_S = PATIENCE_S + GRACE_S


@pytest.fixture
def dog() -> Watchdog:
    """A show that began at 0 and plays."""
    dog = Watchdog()
    assert dog.tick(0.0) == [Order.START]
    dog.started_at(0.0)
    assert dog.heard(WELL, 1.0) == []
    return dog


def start_again(dog: Watchdog) -> float:
    """Wait for the order to start, follow it, and give its time."""
    assert dog.tick(dog.due - 0.01) == []
    assert dog.tick(dog.due) == [Order.START]
    dog.started_at(dog.due)
    return dog.due


def test_a_show_that_beats_is_left_alone_for_a_month(dog):
    for second in range(0, 30 * 24 * 3600, 97):
        assert dog.heard(WELL, float(second)) == []
        assert dog.tick(second + 1.0) == []
    assert (dog.restarts, dog.engine_restarts, dog.level) == (0, 0, Level.FULL)


def test_silence_is_a_hang_and_the_process_is_killed_once(dog):
    assert dog.tick(1.0 + SILENCE_S) == []
    assert dog.tick(1.1 + SILENCE_S) == [Order.KILL]
    assert dog.tick(2.0 + SILENCE_S) == []
    dog.ended("it crashed", 2.5 + SILENCE_S)
    assert dog.reason == "no sign of life for 5 s"
    assert start_again(dog) == 2.5 + SILENCE_S + FIRST_PAUSE_S
    assert dog.restarts == 1


def test_a_start_may_take_longer_than_a_beat():
    dog = Watchdog()
    dog.tick(0.0)
    dog.started_at(0.0)
    assert dog.tick(FIRST_BEAT_S) == []
    assert dog.tick(FIRST_BEAT_S + 1) == [Order.KILL]


def test_a_picture_that_does_not_come_restarts_the_engine_first_and_the_process_after_it(dog):
    assert dog.heard(Sign(STALE_S - 1, 100), 30.0) == []
    assert dog.heard(Sign(STALE_S, 100), 31.0) == [Order.RESTART_ENGINE]
    assert dog.heard(Sign(STALE_S + 1, 100), 32.0) == []
    assert dog.heard(Sign(STALE_S + ENGINE_S + 1, 100), 32.0 + ENGINE_S) == [Order.KILL]
    assert dog.engine_restarts == 1


def test_an_engine_that_came_back_is_not_held_against_the_process(dog):
    assert dog.heard(Sign(STALE_S, 100), 31.0) == [Order.RESTART_ENGINE]
    assert dog.heard(Sign(0.5, 101, restarts=1), 33.0) == []
    assert dog.heard(Sign(STALE_S, 101, restarts=1), 33.0 + ENGINE_S) == [Order.RESTART_ENGINE]
    assert dog.engine_restarts == 2


def test_the_first_picture_of_a_process_has_time_to_compile(dog):
    dog.ended("it crashed", 10.0)
    begun = start_again(dog)
    assert dog.heard(Sign(184, 0, patience=180), begun + 200) == []
    assert dog.heard(Sign(185, 0, patience=180), begun + 201) == [Order.RESTART_ENGINE]


def test_the_first_picture_of_a_later_model_and_one_of_many_faces_have_time_too(dog):
    assert dog.heard(Sign(184, 100, patience=180), 200.0) == []
    assert dog.heard(Sign(700, 100, patience=36 * PATIENCE_S), 1000.0) == []


def test_pauses_double_up_to_a_minute_and_are_short_again_after_calm(dog):
    pauses, now = [], 10.0
    for _ in range(9):
        dog.failures.clear()
        dog.ended("it crashed", now)
        pauses.append(dog.due - now)
        now = start_again(dog) + 1
    assert pauses == [min(FIRST_PAUSE_S * 2**number, LONGEST_PAUSE_S) for number in range(9)]
    dog.heard(WELL, now)
    dog.heard(WELL, now + WINDOW_S + 2)
    dog.ended("it crashed", now + WINDOW_S + 3)
    assert dog.due == now + WINDOW_S + 3 + FIRST_PAUSE_S


def test_what_fails_again_and_again_goes_down_level_by_level_to_the_film(dog):
    levels, now = [], 10.0
    for _ in range(3 * MANY):
        dog.ended("it crashed", now)
        levels.append(dog.level)
        now = start_again(dog) + 1
    assert levels == [Level.FULL] * 2 + [Level.SMALL] * 3 + [Level.CPU] * 3 + [Level.FILM]
    assert (dog.side, dog.on_cpu) == (256, True)


def test_failures_that_lie_far_apart_lower_nothing(dog):
    now = 10.0
    for _ in range(10):
        dog.ended("it crashed", now)
        now = start_again(dog) + WINDOW_S
    assert dog.level is Level.FULL


def test_engine_restarts_of_the_shows_own_count_as_failures(dog):
    orders = [dog.heard(Sign(0.1, 100 + number, restarts=number), 10.0 * number) for number in range(1, MANY + 1)]
    assert dog.level is Level.SMALL
    assert dog.engine_restarts == MANY
    assert orders == [[]] * (MANY - 1) + [[Order.RESTART_ENGINE]]  # so that the level holds
    assert dog.heard(Sign(0.1, 105, restarts=MANY + 1), 10.0 * MANY + 5) == []
    assert dog.engine_restarts == MANY


def test_an_engine_that_fails_again_without_a_picture_between_is_dead_and_the_process_begins_again(dog):
    assert dog.heard(Sign(0.1, 100, restarts=1), 10.0) == []
    assert dog.heard(Sign(0.1, 100, restarts=2), 12.0) == [Order.KILL]
    assert dog.heard(Sign(0.1, 100, restarts=3), 12.5) == []
    dog.ended("it crashed", 13.0)
    assert dog.level is Level.FULL
    assert dog.reason == "the engine failed again before it made a picture"


def test_an_engine_that_cannot_be_opened_again_is_no_engine(dog):
    assert dog.heard(Sign(0.1, 100, restarts=1), 10.0) == []  # by itself; then no network opens, and nothing comes
    for second in range(11, 41):
        assert dog.heard(Sign(second - 10.0, 100, restarts=1), float(second)) == []
    assert dog.heard(Sign(31.0, 100, restarts=1), 41.0) == [Order.KILL]


def test_a_film_is_not_hidden_behind_a_show_that_stands_still(dog):
    dog.level = Level.CPU
    for number in range(MANY - 1):
        dog.fail("trouble", 10.0 + number)
    assert dog.heard(Sign(STALE_S, 100), 20.0) == [Order.KILL]
    assert dog.heard(WELL, 20.5) == []  # its last words
    dog.ended("it crashed", 21.0)
    assert dog.level is Level.FILM


def test_while_the_film_plays_the_show_is_tried_every_ten_minutes_and_a_picture_ends_the_film(dog):
    dog.level = Level.FILM
    dog.ended("it crashed", 100.0)
    assert start_again(dog) == 100.0 + FILM_S
    assert dog.heard(Sign(1.0, 0), 120.0 + FILM_S) == []
    assert dog.level is Level.FILM
    dog.heard(WELL, 121.0 + FILM_S)
    assert dog.level is Level.CPU


def test_after_a_long_calm_the_level_above_is_tried_and_a_relapse_waits_longer(dog):
    for number in range(MANY):
        dog.fail("trouble", 10.0 + number)
    assert dog.level is Level.SMALL
    assert dog.heard(WELL, 2 * CALM_S) == []
    assert dog.heard(WELL, 13.0 + 2 * CALM_S) == [Order.RESTART_ENGINE]
    assert (dog.level, dog.side) == (Level.FULL, None)
    assert dog.heard(Sign(0.1, 200, restarts=1), 15.0 + 2 * CALM_S) == []
    for number in range(MANY):
        dog.fail("trouble again", 3 * CALM_S + number)
    assert dog.heard(Sign(0.1, 300, restarts=1), 6 * CALM_S) == []
    assert dog.heard(Sign(0.1, 400, restarts=1), 3 * CALM_S + MANY + 4 * CALM_S) == [Order.RESTART_ENGINE]
