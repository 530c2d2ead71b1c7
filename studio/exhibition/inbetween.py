"""In-between pictures: rendered ones with their times, and which two of them to show how much of at any beat.

A picture is shown a little later than the moment that it is of, so that the next one is there before it is needed.
Motion then goes evenly, however slow the engine is.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Generic, TypeVar

MOST = 5  # pictures that wait; a clock that goes faster than they are shown leaves some out
CATCH_UP = 0.1  # how much faster or slower than real time motion may go while the lag changes
GLIDE_S = 0.5  # after a gap, from the old picture to the new
GAP_S, GAP = 1.0, 3.0  # a gap is longer than both: seconds, and times the usual distance of pictures
FORGET = 0.98  # of what is remembered of a slow picture, after each further one
SPARE = 1.1  # of the time that two pictures are expected to take

T = TypeVar("T")


@dataclass(frozen=True)
class Timed(Generic[T]):
    """A picture and the moment that it is of."""

    at: float
    picture: T


@dataclass(frozen=True)
class Blend(Generic[T]):
    """before * (1 - weight) + now * weight; before None: `now` alone.

    moment, earlier: of `now` and `before`; each is shown so much later as `lag` says.
    """

    now: T
    before: T | None = None
    weight: float = 1.0
    moment: float = 0.0
    earlier: float = 0.0
    lag: float = 0.0


class Inbetween(Generic[T]):
    """beat: seconds between two beats of the screen."""

    def __init__(self, beat: float) -> None:
        self.beat = beat
        self.waiting: deque[Timed[T]] = deque()
        self.lag = 0.0
        self.last: float | None = None  # when it was asked last
        self.spacing = self.delay = 0.0  # of pictures: from one to the next, and until they are there

    def clear(self) -> None:
        """Nothing was there; what is known of the engine's speed stays."""
        self.waiting.clear()
        self.lag, self.last = self.wanted_lag, None

    @property
    def wanted_lag(self) -> float:
        """The next picture is there just in time; whole beats, so that a quick engine's pictures are not blended."""
        return math.ceil(SPARE * (self.spacing + self.delay) / self.beat - 1e-6) * self.beat

    def add(self, at: float, picture: T, arrived: float) -> None:
        """A rendered picture; at: later than the one before."""
        self.delay = remembered(self.delay, arrived - at)
        if self.waiting:
            self.note_spacing(at - self.waiting[-1].at, at, arrived)
        else:
            self.lag = max(self.wanted_lag, arrived - at)
        self.keep(Timed(at, picture))

    def note_spacing(self, spacing: float, at: float, arrived: float) -> None:
        """How far apart pictures are; after a gap the one on show goes over into the new one at once."""
        if self.spacing and spacing > max(GAP_S, GAP * self.spacing):
            shown = self.waiting.pop()
            self.waiting.clear()
            self.waiting.append(Timed(at - GLIDE_S, shown.picture))
            self.lag = arrived - (at - GLIDE_S)
            self.spacing = min(spacing, 2 * self.spacing)  # an engine that is slow from now on is known soon
        else:
            self.spacing = remembered(self.spacing, spacing)

    def again(self, at: float) -> None:
        """The newest picture is that of a later moment, too: nothing moved."""
        if self.waiting and at > self.waiting[-1].at:
            self.keep(Timed(at, self.waiting[-1].picture))

    def keep(self, timed: Timed[T]) -> None:
        """Put it behind the others; where there are too many, the one before it makes room."""
        self.waiting.append(timed)
        while len(self.waiting) > MOST:
            del self.waiting[-2]

    def at(self, now: float) -> Blend[T] | None:
        """What to show at a beat; None before the first picture."""
        if not self.waiting:
            return None
        passed = 0.0 if self.last is None else max(now - self.last, 0.0)
        self.last = now
        self.lag += min(max(self.wanted_lag - self.lag, -CATCH_UP * passed), CATCH_UP * passed)
        moment = now - self.lag
        while len(self.waiting) > 1 and self.waiting[1].at <= moment + 1e-9:
            self.waiting.popleft()
        first = self.waiting[0]
        if len(self.waiting) == 1:
            # nothing newer is there: stand still, and go on from here
            self.lag = max(self.lag, now - first.at)
            return Blend(first.picture)
        second = self.waiting[1]
        weight = (moment - first.at) / (second.at - first.at)
        still = weight <= 1e-6 or first.picture is second.picture
        if still:
            return Blend(first.picture)
        return Blend(second.picture, first.picture, weight, second.at, first.at, self.lag)


def remembered(known: float, new: float) -> float:
    """A slow picture counts at once, a quick one little by little: the lag rather is too long than too short."""
    return max(new, FORGET * known + (1 - FORGET) * new)
