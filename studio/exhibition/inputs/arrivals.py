"""What has arrived of late, for people to look at: the newest value of each source, and how often it comes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

MOST = 200  # names that are kept; the one that was silent longest goes
LONGEST = 120  # letters
RATE_S = 1.0  # over which the rate is taken


@dataclass(slots=True)
class Arrival:
    """value: the newest; at: when; count: in this second so far; rate: values a second in the last whole one."""

    name: str
    value: float
    at: float
    low: float
    high: float
    count: int = 0
    rate: float = 0.0
    since: float = 0.0


class Arrivals:
    """Bounded, however much comes. changed: a counter that goes up with every value."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.known: dict[str, Arrival] = {}
        self.changed = 0

    def note(self, name: str, value: float) -> None:
        """A value came."""
        now, name = self.clock(), name[:LONGEST]
        one = self.known.get(name)
        if one is None:
            if len(self.known) >= MOST:
                del self.known[min(self.known.values(), key=lambda known: known.at).name]
            one = self.known[name] = Arrival(name, value, now, min(value, 0.0), max(value, 1.0), since=now)
        one.value, one.at, one.count = value, now, one.count + 1
        one.low, one.high = min(one.low, value), max(one.high, value)
        if now - one.since >= RATE_S:
            one.rate, one.count, one.since = one.count / (now - one.since), 0, now
        self.changed += 1

    def listed(self) -> list[Arrival]:
        """By name, so that no line jumps."""
        return sorted(self.known.values(), key=lambda one: one.name)

    def clear(self) -> None:
        """Forget."""
        self.known.clear()
        self.changed += 1
