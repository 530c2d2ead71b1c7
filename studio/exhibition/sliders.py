"""Which sliders visitors have: those that the show names, or the plainest ones of the open model."""

from __future__ import annotations

from engine.directions.headings import DISCOVERED
from engine.recipe import DirectionAmount
from engine.show.values import Visitors, VisitorSlider
from studio.open_model import DirectionFacts, OpenModel

SUGGESTED = 4
PLAIN = ("Smile", "Age", "Turn", "Light", "Hair")  # what anyone sees at once


def slider_of(direction: DirectionFacts) -> VisitorSlider:
    """A direction as visitors have it."""
    move = DirectionAmount(direction.name, direction.id, 0.0, direction.rows)
    return VisitorSlider(f"direction/{direction.name}", direction.name, direction.low, direction.high, move)


def suggested(model: OpenModel) -> tuple[VisitorSlider, ...]:
    """A few directions that have a name; without any, how far faces are from the mean one."""
    named = [direction for direction in model.offered if direction.heading != DISCOVERED]
    known = {direction.name: direction for direction in reversed(named or model.offered)}
    first = [known[name] for name in PLAIN if name in known]
    rest = [direction for direction in known.values() if direction not in first]
    chosen = (*first, *reversed(rest))[:SUGGESTED]
    if not chosen:
        return (VisitorSlider("truncation.psi", "Unusual", 0.0, 1.2),)
    return tuple(map(slider_of, chosen))


def sliders_for(visitors: Visitors, model: OpenModel | None) -> tuple[VisitorSlider, ...]:
    """The ones to show."""
    if visitors.sliders or model is None:
        return visitors.sliders
    return suggested(model)
