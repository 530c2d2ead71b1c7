"""Turns what arrives from outside into changes of a recipe, by the mappings. The clock is the caller's.

Equal mappings, events, times and recipes give equal changes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.controls import Control, Value, control_at, get, put
from engine.errors import RecipeError
from engine.recipe import DirectionAmount, Recipe
from engine.show.mapping import Mapping
from engine.show.sources import Event
from engine.timeline.dice import share_drawn

NEAR = 0.02  # of the range: a knob so near its control takes it over; 7 bits have steps of 0.008
ARRIVED = 1e-4  # of the range: what is left of a glide when it ends
ALIKE = 1e-6  # of the range: no hand moves a control by less
PRESSED = 0.5  # of a source's way
PARTS = 8  # of a range that has no whole numbers to step through


@dataclass(frozen=True, slots=True)
class Change:
    """A control's new value. move: what a direction's address means."""

    address: str
    value: Value
    move: DirectionAmount | None = None


@dataclass(slots=True)
class Knob:
    """How a mapping stands.

    wanted: where its source wants the control; at: where a glide is; since: when it was there; caught: whether the
    source holds the control; wrote: the last value that it gave; presses: so far.
    """

    wanted: float | None = None
    at: float | None = None
    since: float = 0.0
    caught: bool = False
    wrote: Value = None
    pressed: bool = False
    presses: int = 0


class Mapper:
    """The mappings as they run."""

    def __init__(self, mappings: Sequence[Mapping] = ()) -> None:
        self.knobs: dict[Mapping, Knob] = {}
        self.by_source: dict[str, list[Mapping]] = {}
        self.use(mappings)

    def use(self, mappings: Sequence[Mapping]) -> None:
        """Go by these from now on; those that were there before go on as they stand."""
        known = {(mapping.source, mapping.address): knob for mapping, knob in self.knobs.items()}
        self.knobs = {one: known.get((one.source, one.address), Knob()) for one in mappings if one.enabled}
        self.by_source = {}
        for mapping in self.knobs:
            self.by_source.setdefault(mapping.source, []).append(mapping)

    def hold(self, mapping: Mapping, recipe: Recipe) -> None:
        """Let a source have its control at once, wherever it stands: a hand has just shown that it is meant."""
        presents, control = Presents(recipe), control_at(mapping.address)
        if mapping in self.knobs and presents.has(control):
            self.knobs[mapping].caught, self.knobs[mapping].wrote = True, presents.of(control)

    @property
    def glides(self) -> bool:
        """Whether a control is still on its way, so that `take` has more to say without any event."""
        return any(knob.at is not None for knob in self.knobs.values())

    def take(self, events: Iterable[Event], now: float, recipe: Recipe) -> list[Change]:
        """What changes at a time in seconds: the events in their order, and glides that go on.

        A control that the recipe does not have, or of a value that is no number, is left alone.
        """
        presents = Presents(recipe)
        for event in events:
            if math.isfinite(event.value):
                for mapping in self.by_source.get(event.source, ()):
                    self.heed(mapping, self.knobs[mapping], event.value, now, presents)
        for mapping, knob in self.knobs.items():
            if knob.at is not None:
                glide(mapping, knob, now, presents)
        return presents.changes()

    def heed(self, mapping: Mapping, knob: Knob, value: float, now: float, presents: Presents) -> None:
        """One event of a mapping's source."""
        control = control_at(mapping.address)
        if not presents.has(control):
            return
        share = mapping.share(value)
        if mapping.way == "follow":
            before, knob.wanted = knob.wanted, place(mapping, control, share)
            if mapping.takeover and not holds(mapping, knob, before, presents.of(control)):
                knob.at = None
                return
        else:
            rises, knob.pressed = share >= PRESSED and not knob.pressed, share >= PRESSED
            if not rises:
                return
            knob.presses += 1
            knob.wanted = pressed(mapping, control, knob.presses, presents.of(control))
        begin(mapping, knob, control, now, presents)


class Presents:
    """The controls' values as they are now: the recipe's, and over them what has changed since."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.made: dict[str, Change] = {}

    def has(self, control: Control) -> bool:
        """Whether the recipe has such a control."""
        try:
            control.read(self.recipe)
        except RecipeError:
            return False
        return True

    def of(self, control: Control) -> Value:
        """Its value now."""
        change = self.made.get(control.address)
        return control.read(self.recipe) if change is None else change.value

    def write(self, mapping: Mapping, knob: Knob, control: Control, value: float) -> None:
        """Give a control a value, as it takes it."""
        knob.wrote = valued(control, value)
        self.made[control.address] = Change(control.address, knob.wrote, mapping.move)

    def changes(self) -> list[Change]:
        """What is other than in the recipe."""
        return [change for change in self.made.values() if change.value != get(self.recipe, change.address)]


def applied(recipe: Recipe, changes: Iterable[Change]) -> Recipe:
    """The recipe with the changes; one that it cannot follow is left out."""
    for change in changes:
        try:
            recipe = put(recipe, change.address, change.value, change.move)
        except RecipeError:
            continue  # another recipe took its place meanwhile, without this label or plane
    return recipe


def place(mapping: Mapping, control: Control, share: float) -> float:
    """Where a share of the way is, as a number; a choice is the number of its line."""
    if control.kind == "choice":
        return float(min(int(share * len(control.choices)), len(control.choices) - 1))
    return mapping.wanted(share)


def number(control: Control, value: Value) -> float | None:
    """A control's value as a number; None where it is as the model says."""
    if control.kind == "choice":
        return float(control.choices.index(str(value)))
    return None if value is None else float(value)


def valued(control: Control, value: float) -> Value:
    """A number as the control takes it."""
    return control.choices[round(value)] if control.kind == "choice" else control.kept(value)


def span(mapping: Mapping, control: Control) -> float:
    """The length of a mapping's range."""
    return float(len(control.choices)) if control.kind == "choice" else abs(mapping.high - mapping.low) or 1.0


def holds(mapping: Mapping, knob: Knob, before: float | None, value: Value) -> bool:
    """Whether a knob has hold of its control: it had and nobody else moved it, or it stands there, or comes past."""
    control = control_at(mapping.address)
    present, length = number(control, value), span(mapping, control)
    assert knob.wanted is not None
    if present is None or knob.wrote is None:
        moved = not knob.caught
    else:
        wrote = number(control, knob.wrote)
        moved = wrote is None or abs(present - wrote) > ALIKE * length
    if knob.caught and not moved:
        return True
    near = present is None or abs(knob.wanted - present) <= NEAR * length
    past = present is not None and before is not None and (before - present) * (knob.wanted - present) <= 0
    knob.caught = near or past
    return knob.caught


def pressed(mapping: Mapping, control: Control, presses: int, value: Value) -> float:
    """Where a press goes."""
    low, high = (0.0, len(control.choices) - 1.0) if control.kind == "choice" else (mapping.low, mapping.high)
    present = number(control, value)
    if mapping.way == "draw":
        share = share_drawn(0, presses)
        return place(mapping, control, share) if control.kind == "choice" else low + (high - low) * share
    if mapping.way == "toggle":
        return low if present is not None and abs(present - high) < abs(present - low) else high
    stride = math.copysign(1.0 if control.kind != "number" else abs(high - low) / PARTS, high - low)
    following = low if present is None else present + stride
    within = min(low, high) - ALIKE * abs(high - low) <= following <= max(low, high) + ALIKE * abs(high - low)
    return following if within else low


def begin(mapping: Mapping, knob: Knob, control: Control, now: float, presents: Presents) -> None:
    """Go to where the knob wants its control: at once, or on a glide from where it is."""
    assert knob.wanted is not None
    present = number(control, presents.of(control))
    if mapping.smoothing == 0 or control.kind in ("seed", "choice") or present is None:
        knob.at = None
        presents.write(mapping, knob, control, knob.wanted)
    elif knob.at is None:
        knob.at, knob.since = present, now
        knob.wrote = presents.of(control)


def glide(mapping: Mapping, knob: Knob, now: float, presents: Presents) -> None:
    """A little further: a one-pole filter by the time that has passed."""
    control = control_at(mapping.address)
    if not presents.has(control):
        knob.at = None
        return
    present, wrote, length = number(control, presents.of(control)), number(control, knob.wrote), span(mapping, control)
    if present is None or wrote is None or abs(present - wrote) > ALIKE * length:
        knob.at, knob.caught = None, False  # a hand or a preset took the control
        return
    assert knob.at is not None
    assert knob.wanted is not None
    # the clock of a caller may stand still, it never runs back here
    passed, knob.since = max(now - knob.since, 0.0), max(now, knob.since)
    knob.at += (knob.wanted - knob.at) * (1 - math.exp(-passed / mapping.smoothing))
    there = abs(knob.wanted - knob.at) <= ARRIVED * length
    presents.write(mapping, knob, control, knob.wanted if there else knob.at)
    if there:
        knob.at = None
