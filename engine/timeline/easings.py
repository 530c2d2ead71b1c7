"""How a key is left: a named curve, a Bezier curve with handles, a spring. Each from 0 at the key to 1 at the next."""

from __future__ import annotations

import math

from msgspec import Struct

from engine.checks import check_number
from engine.easing import EASINGS
from engine.errors import RecipeError

SETTLED = 8.0  # time constants until the next key: e^-8 is a three-thousandth of the way


class Ease(Struct, frozen=True, forbid_unknown_fields=True, tag="curve"):
    """One of the table of curves (`engine.easing`): linear, smoothstep, hold ..."""

    id: str = "linear"

    def __post_init__(self) -> None:
        if self.id not in EASINGS:
            raise RecipeError(f"there is no easing '{self.id[:40]}'; there are {', '.join(EASINGS)}")

    def __call__(self, share: float) -> float:
        return EASINGS[self.id].curve(share)


class Bezier(Struct, frozen=True, forbid_unknown_fields=True, tag="bezier"):
    """A cubic Bezier curve from (0, 0) to (1, 1) with two handles: across is time, up is the way.

    A handle may lie above 1 or below 0, and then the way goes beyond a key; in time it stays between the keys.
    """

    x1: float = 0.42
    y1: float = 0.0
    x2: float = 0.58
    y2: float = 1.0

    def __post_init__(self) -> None:
        for name, value in (("first", self.x1), ("second", self.x2)):
            check_number(f"the time of the {name} handle", value, 0, 1)
        for name, value in (("first", self.y1), ("second", self.y2)):
            check_number(f"the height of the {name} handle", value, -5, 5)

    def __call__(self, share: float) -> float:
        low, high = 0.0, 1.0
        for _ in range(60):  # halving never fails where a handle makes the curve upright, as Newton's steps do
            middle = (low + high) / 2
            if cubic(self.x1, self.x2, middle) < share:
                low = middle
            else:
                high = middle
        return cubic(self.y1, self.y2, (low + high) / 2)


class Spring(Struct, frozen=True, forbid_unknown_fields=True, tag="spring"):
    """A weight on a spring that is let go at the key and has come to rest at the next.

    damping: of the critical: 1 never goes beyond, 0.3 swings a few times.
    """

    damping: float = 0.5

    def __post_init__(self) -> None:
        check_number("the damping of a spring", self.damping, 0.05, 1)

    def __call__(self, share: float) -> float:
        return 0.0 if share <= 0 else 1.0 if share >= 1 else self.swing(share) / self.swing(1.0)

    def swing(self, share: float) -> float:
        """The step response of a damped oscillator, its natural frequency such that it is at rest at 1."""
        frequency = SETTLED / self.damping
        if self.damping == 1:
            return 1 - (1 + frequency * share) * math.exp(-frequency * share)
        turns = frequency * math.sqrt(1 - self.damping**2)
        lag = self.damping / math.sqrt(1 - self.damping**2)
        return 1 - math.exp(-SETTLED * share) * (math.cos(turns * share) + lag * math.sin(turns * share))


Easing = Ease | Bezier | Spring
LINEAR, HOLD = Ease("linear"), Ease("hold")


def eased(easing: Easing, share: float) -> float:
    """How far along the way at a share of the time; exactly 0 and 1 at the ends."""
    return 0.0 if share <= 0 else 1.0 if share >= 1 else easing(share)


def cubic(first: float, second: float, t: float) -> float:
    """A Bezier polynomial from 0 to 1."""
    return ((1 - 3 * second + 3 * first) * t + 3 * (second - 2 * first)) * t * t + 3 * first * t
