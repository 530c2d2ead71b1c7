"""One line of the table of mappings: a source from outside, and how a control follows it. A value of the project."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from engine.checks import check_number
from engine.controls import control_at
from engine.easing import EASINGS
from engine.errors import RecipeError
from engine.recipe import DirectionAmount
from engine.show.sources import kind_of

MOST = 256  # mappings of a project
FURTHEST = 1e9
LARGEST = 2.0**53  # of what a control is set to: whole numbers beyond it have gaps
Way = Literal["follow", "toggle", "step", "draw"]
WAYS: dict[Way, str] = {
    "follow": "Follow",  # the control stands where the knob stands
    "toggle": "Toggle",  # each press goes to the other end of the range
    "step": "Next",  # each press goes one on, and from the last to the first
    "draw": "Random",  # each press goes to a random place of the range
}


class Mapping(Struct, frozen=True, forbid_unknown_fields=True):
    """A control that follows a source.

    source: see `engine.show.sources`. address: of the control (`engine.controls`). sends: what the source sends at
    its ends; beyond them it counts as at the end. curve: one of `engine.easing`, from the share of the way that the
    source has gone to that of the control. low, high: the control's values there; low above high turns it around.
    smoothing: seconds in which the control comes nearly there (63 % of the way). takeover: a knob that stands
    elsewhere than its control moves nothing until it has come past it.
    move: what a direction's address means, as an open pack has it; its amount says nothing.
    """

    source: str
    address: str
    low: float = 0.0
    high: float = 1.0
    curve: str = "linear"
    smoothing: float = 0.0
    sends: tuple[float, float] = (0.0, 1.0)
    way: Way = "follow"
    takeover: bool = True
    move: DirectionAmount | None = None
    enabled: bool = True

    def __post_init__(self) -> None:
        kind_of(self.source)
        control = control_at(self.address)
        if control.address.startswith("direction/") and self.move is None:
            raise RecipeError(f"the mapping of {self.address} must say which direction of a pack it means")
        check_number("the low end of a mapping", self.low, -LARGEST, LARGEST)
        check_number("the high end of a mapping", self.high, -LARGEST, LARGEST)
        if self.curve not in EASINGS:
            raise RecipeError(f"there is no curve '{self.curve[:40]}'; there are {', '.join(EASINGS)}")
        check_number("the smoothing of a mapping", self.smoothing, 0, 60)
        for end in self.sends:
            check_number("what a source sends", end, -FURTHEST, FURTHEST)
        if self.sends[0] == self.sends[1]:
            raise RecipeError(f"a source that always sends {self.sends[0]:g} moves nothing; its two ends must differ")

    def share(self, value: float) -> float:
        """How far along its way a source is, from 0 to 1, after the curve."""
        first, last = self.sends
        way = min(max((value - first) / (last - first), 0.0), 1.0)
        return min(max(EASINGS[self.curve].curve(way), 0.0), 1.0)

    def wanted(self, share: float) -> float:
        """What the control is to be at a share of the way; exactly low and high at the ends."""
        return self.high if share >= 1 else self.low + (self.high - self.low) * share


def suggested(source: str, address: str, ends: tuple[float, float], move: DirectionAmount | None = None) -> Mapping:
    """The mapping that a person most likely wants when they only point at a source and a control.

    ends: of the control's slider. A note is a press: a seed goes on to the next, all else to its other end.
    """
    low, high = ends
    steady, jumps = kind_of(source).steady, control_at(address).kind in ("seed", "choice")
    way: Way = "follow"
    if jumps and ("/note/" in source or source == "sound:onset"):
        way = "step"
    elif "/note/" in source:
        way = "toggle"
    smoothing = 0.05 if steady and not jumps else 0.0
    takeover = source.startswith("midi:") and not steady  # what software sends stands where it was told
    return Mapping(source, address, low, high, smoothing=smoothing, way=way, takeover=takeover, move=move)
