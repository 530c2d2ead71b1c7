"""Opening hours on the clock on the wall, as stretches of real time: a day of 23 or 25 hours moves nothing.

A stretch is [start, end) in unix seconds, so that no moment belongs to two ends or to none. A time that the clock skips
in spring is the moment an hour later, and one that it shows twice in autumn is the first of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.errors import RecipeError
from engine.show.values import Hours, Show, minutes_of

DAY_S = 86_400.0


@lru_cache(maxsize=16)
def zone_of(name: str) -> ZoneInfo | None:
    """The time zone of a name; None for "", this machine's own. RecipeError where it is not known here."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise RecipeError(
            f"there is no time zone '{name[:40]}' on this machine; write it like Europe/Berlin, or leave it empty"
        ) from error


def day_of(at: float, zone: ZoneInfo | None) -> date:
    """The date on the wall."""
    return datetime.fromtimestamp(at, zone).date()


def moment_of(day: date, minutes: int, zone: ZoneInfo | None) -> float:
    """Unix seconds of a time on the wall; minutes from 24 * 60 on are on the next day."""
    more, minutes = divmod(minutes, 24 * 60)
    time = datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=zone) + timedelta(days=more)
    return time.timestamp()


@lru_cache(maxsize=4096)
def stretch(hours: Hours, day: date, zone: ZoneInfo | None) -> tuple[float, float]:
    """The stretch that begins on a day."""
    first = minutes_of(hours.start)
    return moment_of(day, first, zone), moment_of(day, first + hours.length, zone)


def open_at(show: Show, at: float) -> tuple[Hours, float] | None:
    """The first of the show's hours that are open, and when they began; None where all are closed."""
    zone = zone_of(show.zone)
    today = day_of(at, zone)
    for hours in show.hours:
        for day in (today, today - timedelta(days=1)):
            start, end = stretch(hours, day, zone)
            if day.weekday() in hours.days and start <= at < end:
                return hours, start
    return None


def closed_at(show: Show, at: float) -> bool:
    """Whether the wall is to be dark: hours were set, and none is open but a dark one."""
    found = open_at(show, at) if show.hours else None
    return bool(show.hours) and (found is None or found[0].dark)


def edges(show: Show, since: float, until: float) -> Iterator[float]:
    """When hours begin or end between two moments, in no order."""
    zone = zone_of(show.zone)
    day, last = day_of(since, zone) - timedelta(days=1), day_of(until, zone)
    while day <= last:
        for hours in show.hours:
            if day.weekday() in hours.days:
                yield from (edge for edge in stretch(hours, day, zone) if since < edge <= until)
        day += timedelta(days=1)


def latest_edge(show: Show, at: float, begun: float) -> float:
    """When the hours changed last, at most a week ago and not before the show was begun."""
    return max(edges(show, max(begun, at - 7 * DAY_S), at), default=begun)
