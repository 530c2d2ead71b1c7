"""The OSC address space of the program: every control of a recipe under /visagist/, asked, set, matched and listed.

  /visagist/truncation/psi 0.7        sets a control, in its own units, kept within its limits
  /visagist/truncation/psi            without a value: asks; the answer is the same address with the value
  /visagist/direction/*  0            a pattern sets all that it matches
  /visagist/list [PATTERN]            one /visagist/list/item for each control: address, kind, low, high, title, value;
                                      then /visagist/list/end with their number
  /visagist/subscribe [PORT]          from now on what changes is sent to the asker, at this port or the one it asks
                                      from, until /visagist/unsubscribe [PORT]
  /visagist/preset NUMBER or NAME     goes to a preset, counted from 1
  /visagist/stranger [SEED]           a new face
  /visagist/scene [NAME]              a scene of the show that plays; without a name, what the show says
  /visagist/touch                     a sensor saw a visitor of the show
Any other address is a source for the table of mappings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.controls import Control, Value, control_at, controls_of
from engine.errors import RecipeError
from engine.recipe import DirectionAmount, Recipe
from engine.show.osc import OscValue, is_pattern, pattern

ROOT = "/visagist/"
LIST, ITEM, END = f"{ROOT}list", f"{ROOT}list/item", f"{ROOT}list/end"
SUBSCRIBE, UNSUBSCRIBE = f"{ROOT}subscribe", f"{ROOT}unsubscribe"
PRESET, STRANGER = f"{ROOT}preset", f"{ROOT}stranger"
SCENE, TOUCH = f"{ROOT}scene", f"{ROOT}touch"
FORBIDDEN = re.compile(r"[\s#*,/?\[\]{}]|[^\x20-\x7e]")


@dataclass(frozen=True)
class Place:
    """A control in the address space. move: what a direction's address means."""

    path: str
    control: Control
    move: DirectionAmount | None = None

    def value(self, values: Sequence[OscValue]) -> Value:
        """What a message sets the control to: its first value; RecipeError where that is none for it."""
        given = values[0] if values else None
        control = self.control
        if isinstance(given, bytes):
            raise RecipeError(f"{self.path} takes no blob")
        if control.kind == "choice" and isinstance(given, int | float):
            if not 0 <= given < len(control.choices):
                raise RecipeError(f"{self.path} is {' or '.join(control.choices)}, or 0 to {len(control.choices) - 1}")
            return control.choices[int(given)]
        return control.kept(float(given) if isinstance(given, bool) else given)


class Space:
    """The controls that a recipe has now, and all directions of the open packs."""

    def __init__(self, recipe: Recipe, directions: Iterable[DirectionAmount]) -> None:
        named = {f"direction/{move.name}": move for move in reversed([*recipe.directions, *directions])}
        listed = {control.address: control for control in controls_of(recipe)}
        listed |= {address: control_at(address) for address in reversed(named)}
        self.places: dict[str, Place] = {}
        for address, control in listed.items():
            made = Place(path_of(address), control, named.get(address))
            self.places.setdefault(made.path.casefold(), made)

    def matching(self, address: str) -> list[Place]:
        """What an address or a pattern means; none where nothing is there. OscError for a broken pattern."""
        asked = address.casefold()
        if is_pattern(asked):
            found = pattern(asked)
            return [place for path, place in self.places.items() if found.fullmatch(path)]
        place = self.places.get(asked)
        return [] if place is None else [place]


def path_of(address: str) -> str:
    """The OSC address of a control: noise.level/64 is /visagist/noise/level/64; odd letters of a name become _."""
    family, slash, name = address.partition("/")
    return ROOT + family.replace(".", "/") + slash + FORBIDDEN.sub("_", name)
