"""Answers and what they are worth: points, streaks, accuracy over time and by hint, and d-prime."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import sqrt
from statistics import NormalDist

from msgspec import Struct

BASE, EACH_IN_STREAK, MOST_FOR_STREAK, MOST_FOR_TIME = 100, 10, 50, 50  # points


class Answer(Struct, frozen=True, forbid_unknown_fields=True):
    """One round as it was answered; nothing in it is about the person.

    asked, given: 0 or 1 as `Round.answer`; given is None where time ran out. seconds: taken. inspector: what the
    network's own discriminator said, 0 or 1 in the same way, None where there is none.
    """

    contest: str
    pictures: int
    asked: int
    given: int | None
    seconds: float
    limit: int = 0
    tell: str = ""
    inspector: int | None = None

    @property
    def right(self) -> bool:
        """Whether it was the right one."""
        return self.given == self.asked

    @property
    def inspector_right(self) -> bool | None:
        """Whether the discriminator was right; None where there is none."""
        return None if self.inspector is None else self.inspector == self.asked


@dataclass(frozen=True)
class Sensitivity:
    """d_prime: 0 is guessing, 1 is good, 3 hardly ever wrong. bias: c; above 0 leans to the first kind or place."""

    d_prime: float
    bias: float
    count: int


def streak(answers: Sequence[Answer]) -> int:
    """Right answers in a row, up to the last one."""
    count = 0
    for answer in reversed(answers):
        if not answer.right:
            break
        count += 1
    return count


def best_streak(answers: Sequence[Answer]) -> int:
    """The longest row of right answers."""
    return max(accumulate(answers, lambda row, answer: row + 1 if answer.right else 0, initial=0), default=0)


def points(answers: Sequence[Answer]) -> int:
    """The score: 100 for each right answer, up to 50 more for the row it stands in, up to 50 for time left over."""
    total = row = 0
    for answer in answers:
        if answer.right:
            total += BASE + min(row * EACH_IN_STREAK, MOST_FOR_STREAK)
            if answer.limit:
                total += round(MOST_FOR_TIME * max(0.0, 1 - answer.seconds / answer.limit))
        row = row + 1 if answer.right else 0
    return total


def accuracy(answers: Sequence[Answer]) -> float:
    """Share of right answers; 0 of none."""
    return sum(answer.right for answer in answers) / len(answers) if answers else 0.0


def over_time(answers: Sequence[Answer], window: int = 0) -> list[float]:
    """Share of right answers up to each one; window: of the last so many only."""
    sums = list(accumulate((int(answer.right) for answer in answers), initial=0))
    first = [max(0, number - window) if window else 0 for number in range(1, len(sums))]
    return [(sums[end] - sums[start]) / (end - start) for end, start in enumerate(first, 1)]


def by_tell(answers: Sequence[Answer]) -> dict[str, tuple[int, int]]:
    """tell -> right answers and all answers of its rounds, in the order they came up; rounds without one left out."""
    found: dict[str, tuple[int, int]] = {}
    for answer in answers:
        if answer.tell:
            right, count = found.get(answer.tell, (0, 0))
            found[answer.tell] = (right + answer.right, count + 1)
    return found


def sensitivity(answers: Sequence[Answer], *, pictures: int) -> Sensitivity:
    """d' and bias of the answers to rounds of so many pictures; a round that ran out of time is no answer.

    One picture: z(hits) - z(false alarms); two: that over the square root of 2 (Macmillan & Creelman 2005, eq. 1.5 and
    7.2). Half a hit and half a false alarm are added to every cell, so that a perfect score stays finite (Hautus 1995).
    """
    given = [answer for answer in answers if answer.given is not None and answer.pictures == pictures]
    signal = [answer for answer in given if answer.asked == 1]
    noise = [answer for answer in given if answer.asked == 0]
    hits = (sum(answer.given == 1 for answer in signal) + 0.5) / (len(signal) + 1)
    alarms = (sum(answer.given == 1 for answer in noise) + 0.5) / (len(noise) + 1)
    z = NormalDist().inv_cdf
    apart = z(hits) - z(alarms)
    return Sensitivity(apart / sqrt(2) if pictures == 2 else apart, -(z(hits) + z(alarms)) / 2, len(given))
