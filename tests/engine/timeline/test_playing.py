"""Frames and clocks: how many there are, where they stand, and what follows the last."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from msgspec.structs import replace

from engine.errors import RecipeError
from engine.recipe import Recipe, SeedLatent, Truncation
from engine.timeline import Timeline, frames, recipe_at, recipe_of_frame, time_of_frame
from engine.timeline.build import through
from engine.timeline.playing import moments, played
from engine.timeline.rate import Rate, parse_rate
from engine.timeline.values import RecipeKey, RecipeTrack

KEYS = tuple(RecipeKey(2.0 * i, Recipe(latent=SeedLatent(i), truncation=Truncation(i / 10))) for i in range(3))
MADE = Timeline(8, 6.0, Rate(25), RecipeTrack(KEYS))


def test_frames_fill_the_part_between_in_and_out():
    assert frames(MADE) == 150
    assert frames(replace(MADE, start=1.0, end=3.0)) == 50
    assert frames(replace(MADE, loop="ping-pong")) == 300
    assert frames(replace(MADE, rate=Rate(24000, 1001), duration=36036.0)) == 864_000
    assert frames(replace(MADE, start=1.0, end=1.002)) == 1


def test_a_keyframe_on_a_frame_is_shown_exactly():
    assert [recipe_of_frame(MADE, index) for index in (0, 50, 100)] == [key.recipe for key in KEYS]
    odd = replace(MADE, rate=Rate(30), duration=7.0, recipes=RecipeTrack((KEYS[0], replace(KEYS[1], t=1.1))))
    assert recipe_of_frame(odd, 33) == KEYS[1].recipe


@pytest.mark.parametrize("loop", ["loop", "ping-pong"])
@pytest.mark.parametrize("rate", [Rate(25), Rate(24000, 1001)])
def test_a_loop_shows_no_frame_twice_and_its_seam_is_a_step_like_any_other(loop, rate):
    made = replace(MADE, loop=loop, rate=rate, start=0.5, end=3.7)
    count = frames(made)
    times = [time_of_frame(made, index) for index in range(count + 1)]
    assert times[count] == times[0] == time_of_frame(made, -count) == 0.5
    strides = [abs(b - a) for a, b in itertools.pairwise(times[:-1])]
    assert max(strides) == pytest.approx(min(strides))
    if loop == "ping-pong":
        assert times[-2] == times[1]
        assert times[count // 2] == pytest.approx(3.7)
    else:
        assert 3.7 - times[-2] == pytest.approx(strides[0])
    assert time_of_frame(made, 3 * count + 5) == times[5]


def test_after_the_last_frame_of_no_loop_the_out_point_stays():
    assert time_of_frame(MADE, 10**9) == 6.0
    assert time_of_frame(MADE, -4) == 0.0


def test_a_clock_goes_round_as_frames_do():
    part = replace(MADE, start=1.0, end=3.0)
    assert [played(part, t) for t in (0.0, 1.5, 9.0)] == [1.0, 2.5, 3.0]
    assert [played(replace(part, loop="loop"), t) for t in (1.5, 2.0, 9.0)] == [2.5, 1.0, 2.0]
    assert [played(replace(part, loop="ping-pong"), t) for t in (1.5, 3.0, 4.0)] == [2.5, 2.0, 1.0]
    with pytest.raises(RecipeError, match="finite number"):
        played(part, math.nan)


def test_the_moments_that_stand_for_all_are_the_keys_of_the_part_and_what_lies_between():
    seeds = [Recipe(latent=SeedLatent(seed)) for seed in range(5)]
    timeline = replace(through(seeds, 4.0, 8), start=0.5, end=2.5)
    assert moments(timeline) == [0.5, 0.75, 1.0, 1.5, 2.0, 2.25, 2.5]
    assert len(moments(through(seeds * 400, 4000.0, 8))) <= 1000


def test_ten_hours_are_no_different():
    long = replace(MADE, duration=36_000.0)
    assert frames(long) == 900_000
    assert recipe_of_frame(long, 899_999) == recipe_at(long, 35_999.96)


@pytest.mark.parametrize(
    ("text", "fps"),
    [
        ("25", Fraction(25)),
        ("24000/1001", Fraction(24000, 1001)),
        ("23.976", Fraction(24000, 1001)),
        ("29.97", Fraction(30000, 1001)),
        ("59.94", Fraction(60000, 1001)),
        ("12.5", Fraction(25, 2)),
    ],
)
def test_a_rate_is_read_as_people_write_it(text, fps):
    assert parse_rate(text).fraction == fps


@pytest.mark.parametrize(
    "text", ["", "fast", "0", "-5", "1/0", "nan", "inf", "1e9", "25/", "481", "1e999999999", "3.14159265358979"]
)
def test_a_rate_that_is_none_is_told(text):
    with pytest.raises(RecipeError) as told:
        parse_rate(text)
    assert "\n" not in str(told.value)
