"""Calibration of directions on the pictures they make: how long one unit is, and how far it may go."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.directions.looks import Look, Viewer, visible_change

UNIT_SHARE = 1 / 5  # of what two random faces differ by: what one unit of any direction changes
FURTHEST = 4.0  # units; beyond, a slider would be too coarse to set
DEVIATIONS = 4.5  # of w along the direction: further out no w lies, and what pictures show there is chance
MARGIN = 0.15  # of the natural range, allowed beyond either end of it
STRAY_SHARE = 1 / 8  # of the faces may leave the natural range at an amount that is still offered
GROWTH = 1.02  # a further step must change the picture at least this much more, or it is the end
SEARCHES = 5


@dataclass(frozen=True, eq=False)
class Candidate:
    """A direction before calibration.

    axis: [w_dim] float64 of length 1; spread: standard deviation of w along it, where the search starts;
    component: its place in the decomposition that found it.
    """

    axis: Tensor
    rows: tuple[int, ...]
    group: str
    method: str
    component: int
    spread: float


@dataclass(frozen=True, eq=False)
class Calibrated:
    """A direction with its unit (length of one unit in w) and its range in units.

    effect: what one unit changes on the base faces, one after the other, [faces * 3 * SIDE * SIDE].
    """

    candidate: Candidate
    unit: float
    low: float
    high: float
    change: float
    effect: Tensor


class Ruler:
    """Measures candidates at one output against its own base faces and its own natural range.

    bases: styles [N, style_rows, w_dim] that directions are tried on; natural: styles [M, style_rows, w_dim] of
    random faces, whose statistics are the natural range.
    """

    def __init__(self, viewer: Viewer, bases: Tensor, natural: Tensor) -> None:
        self.viewer = viewer
        self.bases = bases
        self.looks = [viewer.look(base) for base in bases]
        seen = [viewer.look(styles) for styles in natural]
        numbers = torch.stack([look.statistics for look in seen + self.looks])  # [M + N, S]
        low, high = numbers.quantile(torch.tensor([0.01, 0.99]), dim=0)
        margin = MARGIN * (high - low) + 1e-6
        self.low, self.high = low - margin, high + margin
        pairs = zip(seen, seen[1:] + seen[:1], strict=True)
        self.target = UNIT_SHARE * mean([visible_change(a, b) for a, b in pairs])

    def calibrate(self, candidate: Candidate) -> Calibrated | None:
        """Unit and range of a candidate; None where no amount changes the pictures by one unit."""
        unit = self.find_unit(candidate)
        if unit is None:
            return None
        up, down = (self.moved(candidate, sign * unit) for sign in (1, -1))
        effect = torch.cat([(a.colours - b.colours).flatten() for a, b in zip(up, down, strict=True)])
        return Calibrated(
            candidate,
            unit,
            low=-self.reach(candidate, -unit),
            high=self.reach(candidate, unit),
            change=mean([visible_change(a, b) for a, b in zip(up + down, self.looks * 2, strict=True)]),
            effect=effect,
        )

    def moved(self, candidate: Candidate, amount: float, faces: int | None = None) -> list[Look]:
        """The base faces moved by an amount (a length in w)."""
        return [self.moved_face(place, candidate, amount) for place in range(len(self.bases[:faces]))]

    def moved_face(self, place: int, candidate: Candidate, amount: float) -> Look:
        """One of the base faces moved by an amount."""
        styles = self.bases[place].clone()
        styles[list(candidate.rows)] += (amount * candidate.axis).float()
        return self.viewer.look(styles)

    def find_unit(self, candidate: Candidate) -> float | None:
        """The length in w that changes the pictures by the target, by repeated proportion, on half of the faces."""
        faces = max(2, len(self.bases) // 2)
        amount = candidate.spread
        for _ in range(SEARCHES):
            both = [look for sign in (1, -1) for look in self.moved(candidate, sign * amount, faces)]
            change = mean([visible_change(a, b) for a, b in zip(both, self.looks[:faces] * 2, strict=True)])
            if abs(change - self.target) < 0.05 * self.target:
                return amount
            amount *= min(4.0, max(0.25, self.target / max(change, 1e-6)))
        return amount if change > 0.5 * self.target else None

    def reach(self, candidate: Candidate, unit: float) -> float:
        """How many units (of signed length `unit`) go before pictures stray or stop changing."""
        reached, changed = 0.0, 0.0
        furthest = min(FURTHEST, DEVIATIONS * candidate.spread / abs(unit))
        for step in (1.0, 0.5):  # whole units first, then half a unit more
            while reached + step <= furthest:
                looks = self.moved(candidate, (reached + step) * unit)
                change = mean([visible_change(a, b) for a, b in zip(looks, self.looks, strict=True)])
                strays = sum(self.strays(look, base) for look, base in zip(looks, self.looks, strict=True))
                if strays > STRAY_SHARE * len(looks) or change < GROWTH * changed:
                    break
                reached, changed = reached + step, change
        return reached

    def strays(self, look: Look, base: Look) -> bool:
        """Whether a statistic lies outside the natural range; where the base face's did already, further outside."""
        low = torch.minimum(self.low, base.statistics)
        high = torch.maximum(self.high, base.statistics)
        return bool(((look.statistics < low) | (look.statistics > high)).any())


def select(found: Sequence[Calibrated], count: int, *, alike: float = 0.75, narrowest: float = 1.5) -> list[Calibrated]:
    """The best `count`: the groups take turns, each with its widest range that looks least like what is chosen.

    Dropped are the broken ones (range narrower than `narrowest` units, or of one side only) and the duplicates
    (cosine between effects above `alike`).
    """
    rest = [c for c in found if c.high - c.low >= narrowest and c.low < 0 < c.high]
    turns = deque(dict.fromkeys(c.candidate.group for c in rest))
    chosen: list[Calibrated] = []
    while turns and len(chosen) < count:
        group = turns.popleft()
        best, worth = None, 0.0
        for one in rest:
            likeness = max((likeness_of(one, other) for other in chosen), default=0.0)
            value = (one.high - one.low) * (1 - likeness) if likeness <= alike else 0.0
            if one.candidate.group == group and value > worth:
                best, worth = one, value
        if best is not None:
            rest.remove(best)
            chosen.append(best)
            turns.append(group)
    return chosen


def likeness_of(a: Calibrated, b: Calibrated) -> float:
    """Absolute cosine between two effects, on the faces that both were tried on (larger pictures on fewer)."""
    size = min(len(a.effect), len(b.effect))
    return abs(float(torch.cosine_similarity(a.effect[:size], b.effect[:size], dim=0)))


def mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
