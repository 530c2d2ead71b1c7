"""Learning a mapping: touch a control, then move a knob; what moved becomes the two ends of a mapping."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, Signal

from engine.checks import rows_text
from engine.controls import Control, control_at, controls_of
from engine.errors import RecipeError
from engine.recipe import DirectionAmount, Recipe, SeedLatent
from engine.show.mapping import Mapping, suggested
from engine.show.sources import Event, kind_of
from studio.document import Document
from studio.open_model import DirectionFacts

GATHER_MS = 250  # after the first value: a fine knob sends its low bits, a pad its other axis


class Learning(QObject):
    """waits: for a knob; wants: for a control. changed: another state.

    learned: the Mapping, and the one that it takes the place of, or None.
    """

    learned = Signal(object, object)
    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.address = ""
        self.goes = False
        self.instead: Mapping | None = None
        self.heard: dict[str, list[float]] = {}
        self.gathering = QTimer(self, singleShot=True, interval=GATHER_MS)
        self.gathering.timeout.connect(self.choose)
        document.recipe_changed.connect(self.on_recipe)

    @property
    def waits(self) -> bool:
        """Whether a knob is waited for."""
        return self.goes and bool(self.address)

    @property
    def wants(self) -> bool:
        """Whether a control is waited for."""
        return self.goes and not self.address

    def begin(self, address: str = "", instead: Mapping | None = None) -> None:
        """Wait for the knob of a control; without one, for the control. instead: the mapping that gets another knob."""
        self.address, self.goes, self.heard, self.instead = address, True, {}, instead
        self.gathering.stop()
        self.changed.emit()

    def stop(self) -> None:
        """Wait no more."""
        if self.goes:
            self.goes = False
            self.gathering.stop()
            self.changed.emit()

    def on_recipe(self, old: Recipe, new: Recipe, rests: bool) -> None:
        """A control was touched; another one may still be, until a knob moves."""
        if self.goes and old != new and not self.heard:
            address = touched(old, new)
            if address and address != self.address:
                self.begin(address)

    def hear(self, events: Sequence[Event]) -> None:
        """What came in while it waits. Sound and clocks always send: nobody moves them."""
        for event in events:
            if not kind_of(event.source).steady and not ("/note/" in event.source and event.value == 0):
                self.heard.setdefault(event.source, []).append(event.value)
        if self.heard and not self.gathering.isActive():
            self.gathering.start()

    def choose(self) -> None:
        """Of what moved, the finest and the busiest."""
        source = best(self.heard)
        values = self.heard[source]
        made = self.suggest(source, self.address)
        if made is not None and source.startswith("osc:"):
            made = replace(made, sends=ends_of(values))
        self.finish(made)

    def finish(self, made: Mapping | None) -> None:
        """Something was learned, or nothing could be."""
        instead = self.instead
        self.stop()
        if made is not None and instead is not None:
            made = replace(instead, source=made.source, sends=made.sends, takeover=made.takeover)
        if made is not None:
            self.learned.emit(made, instead)

    def take(self, source: str) -> None:
        """A source was chosen by its name."""
        made = self.suggest(source, self.address) if self.waits else None
        self.finish(made)

    def suggest(self, source: str, address: str) -> Mapping | None:
        """A mapping with the ends of the control's slider; None where the control is gone."""
        move = self.move_of(address)
        if address.startswith("direction/") and move is None:
            return None
        return suggested(source, address, self.ends(control_at(address)), move)

    def ends(self, control: Control) -> tuple[float, float]:
        """What the ends of a control's slider are in the open model."""
        model, board = self.document.model, self.document.board
        if model is not None and control.address == "truncation.cutoff":
            return 0.0, float(model.style_rows)
        if model is not None and control.address == "growth":
            return float(max(len(model.growth_sides) - 1, 1)), 0.0
        facts = self.facts_of(control.address)
        if facts is not None:
            return board.ranges.get(facts.id, (facts.low, facts.high))
        return control.low, control.high

    def facts_of(self, address: str) -> DirectionFacts | None:
        """The direction that an address names, in the packs of the open model."""
        name = address.removeprefix("direction/").casefold()
        known = () if self.document.model is None or name == address.casefold() else self.document.model.directions
        return next((facts for facts in known if name in (facts.name.casefold(), facts.id)), None)

    def move_of(self, address: str) -> DirectionAmount | None:
        """What a direction's address means: as the recipe goes along it, or as a pack has it."""
        if not address.startswith("direction/"):
            return None
        facts, name = self.facts_of(address), address.removeprefix("direction/").casefold()
        if facts is not None:
            return DirectionAmount(facts.name, facts.id, 0.0, self.document.board.rows.get(facts.id, facts.rows))
        return next((one for one in self.document.recipe.directions if one.name.casefold() == name), None)


def touched(old: Recipe, new: Recipe) -> str:
    """The one control that two recipes differ in; empty where they differ in several, or in none."""
    controls = {control.address: control for recipe in (old, new) for control in controls_of(recipe)}
    found = [control for control in controls.values() if value_of(control, old) != value_of(control, new)]
    if {control.address for control in found} == {"latent.x", "latent.y"}:
        x, y = (abs(float(value_of(one, new) or 0) - float(value_of(one, old) or 0)) for one in found)
        return "latent.x" if x >= y else "latent.y"
    if len(found) != 1:
        return ""
    family, _, place = found[0].address.partition("/")
    if family == "mix" and place.isdecimal():
        # a mix is known by its face and its rows, as its place among the others changes
        mix = new.mixes[int(place)] if int(place) < len(new.mixes) else None
        return f"mix/{mix.source.seed}:{rows_text(mix.rows)}" if mix and isinstance(mix.source, SeedLatent) else ""
    return found[0].address


def value_of(control: Control, recipe: Recipe) -> object:
    """How a control stands; None where the recipe has no such control."""
    try:
        return control.read(recipe)
    except RecipeError:
        return None


def best(heard: dict[str, list[float]]) -> str:
    """The source that was moved: one of 14 bits before its two halves, else the one that sent most values."""
    return max(heard, key=lambda source: ("/cc14/" in source, len(set(heard[source])), len(heard[source])))


def ends_of(values: Sequence[float]) -> tuple[float, float]:
    """What an OSC source sends, guessed from some of it: shares, both ways, MIDI's numbers, or what was seen."""
    low, high = min(values), max(values)
    if low >= 0 and high <= 1:
        return 0.0, 1.0
    if low >= -1 and high <= 1:
        return -1.0, 1.0
    if low >= 0 and high <= 127:
        return 0.0, 127.0
    return (low, high) if low < high else (min(low, 0.0), max(high, 0.0))
