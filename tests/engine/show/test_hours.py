"""Opening hours against a slow look at the clock on the wall, over days that have 23 and 25 hours."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.errors import RecipeError
from engine.show.hours import closed_at, latest_edge, open_at, zone_of
from engine.show.scenes import WalkScene
from engine.show.values import Hours, Show, minutes_of

BERLIN = ZoneInfo("Europe/Berlin")
SCENES = (WalkScene(name="a"), WalkScene(name="b"))


def at(*when: int) -> float:
    """Unix seconds of a time in UTC."""
    return datetime(*when, tzinfo=UTC).timestamp()


def show(*hours: Hours) -> Show:
    return Show(SCENES, hours=hours, zone="Europe/Berlin")


def is_open_by_the_wall(hours: Hours, moment: float) -> bool:
    """What a person in front of the door reads; for days without a change of the clock."""
    wall = datetime.fromtimestamp(moment, BERLIN)
    minutes = wall.hour * 60 + wall.minute + wall.second / 60
    start, end = minutes_of(hours.start), minutes_of(hours.end)
    today, yesterday = wall.weekday() in hours.days, (wall.weekday() - 1) % 7 in hours.days
    if start < end:
        return today and start <= minutes < end
    return (today and minutes >= start) or (yesterday and minutes < end)


@pytest.mark.parametrize(
    "hours",
    [
        Hours((0, 1, 2, 3, 4), "09:30", "17:00"),
        Hours((4, 5), "20:00", "02:00"),
        Hours((6,), "00:00", "00:00"),
        Hours((2,), "23:59", "00:01"),
    ],
)
def test_hours_are_open_as_the_clock_on_the_wall_says(hours):
    begin = at(2026, 6, 1)
    for step in range(7 * 24 * 12):
        moment = begin + step * 300 + 7
        assert (open_at(show(hours), moment) is not None) == is_open_by_the_wall(hours, moment)


def test_a_day_of_23_hours_is_shorter_and_the_house_opens_at_its_time_on_the_wall():
    nine = Hours(start="09:00", end="18:00")  # 29 March 2026: the clock goes from 2:00 to 3:00
    _, before = open_at(show(nine), at(2026, 3, 28, 12))
    _, after = open_at(show(nine), at(2026, 3, 29, 12))
    assert after - before == 23 * 3600
    assert datetime.fromtimestamp(after, BERLIN).hour == 9


def test_a_night_of_25_hours_is_played_to_its_end():
    night = Hours((5,), "22:00", "06:00")  # 24 October 2026, a Saturday: 3:00 is 2:00 once more
    start, end = at(2026, 10, 24, 20), at(2026, 10, 25, 5)
    assert end - start == 9 * 3600
    assert open_at(show(night), start) == (night, start)
    assert open_at(show(night), end - 1) == (night, start)
    assert open_at(show(night), start - 1) is None
    assert open_at(show(night), end) is None


@pytest.mark.parametrize("noon", [at(2026, 3, 29, 1), at(2026, 10, 25, 1)])
@pytest.mark.parametrize("edge", ["02:00", "02:30", "03:00"])
def test_of_two_hours_that_meet_one_is_open_at_every_moment_whatever_the_clock_does(noon, edge):
    first, second = Hours(start="22:00", end=edge, scenes=("a",)), Hours(start=edge, end="22:00", scenes=("b",))
    both = show(first, second), show(second, first)
    for step in range(-6 * 60, 6 * 60):
        moment = noon + step * 60
        one, other = (open_at(each, moment) for each in both)
        assert one is not None
        assert one == other


def test_a_time_that_the_clock_skips_begins_when_it_would_have_been():
    skipped = Hours(start="02:30", end="05:00")
    _, start = open_at(show(skipped), at(2026, 3, 29, 2))
    assert start == at(2026, 3, 29, 1, 30)


def test_darkness_counts_from_the_moment_at_which_the_house_closed():
    nine = Hours(start="09:00", end="18:00")
    assert latest_edge(show(nine), at(2026, 6, 3, 22), 0.0) == at(2026, 6, 3, 16)
    assert latest_edge(show(nine), at(2026, 6, 3, 22), at(2026, 6, 3, 20)) == at(2026, 6, 3, 20)


def test_a_time_zone_that_this_machine_does_not_know_is_told_in_one_sentence():
    for name in ("Mars/Olympus", "../../etc/passwd", "/etc/localtime"):
        with pytest.raises(RecipeError, match="there is no time zone"):
            zone_of(name)
    assert zone_of("") is None


def test_without_a_zone_the_machines_own_clock_counts():
    nine = Hours(start="09:00", end="18:00")
    local = datetime(2026, 6, 3, 12).timestamp()
    assert open_at(Show(SCENES, hours=(nine,)), local) == (nine, datetime(2026, 6, 3, 9).timestamp())


def test_the_wall_is_to_be_dark_outside_all_hours_and_in_dark_ones():
    wall = show(Hours(start="19:00", end="21:00", dark=True), Hours(start="10:00", end="22:00"))
    assert [closed_at(wall, at(2026, 11, 23, hour)) for hour in (11, 19, 22)] == [False, True, True]  # 12, 20, 23 there
    assert not closed_at(show(), at(2026, 11, 23, 22))
