"""Where live controls go: into the document as undoable gestures, or to a runner on top of what plays."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, SignalInstance
from PySide6.QtGui import QGuiApplication

from engine.controls import Value, control_at
from engine.errors import RecipeError
from engine.recipe import DirectionAmount, Recipe
from engine.show.mapper import Change, applied
from studio.document import Document
from studio.open_model import OpenModel

BURST_MS = 500  # without a change: the knob rests
LAG_S = 0.5  # in which what plays has taken up a control


class Sink(Protocol):
    """What live controls change, and what they are now."""

    @property
    def recipe(self) -> Recipe:
        """As it is with all that was put."""

    def take(self, changes: Iterable[Change], *, by_hand: bool = True) -> None:
        """Change these controls. by_hand: a person does; sound and clocks go on by themselves."""


class Player(Protocol):
    """What plays a show: `studio.exhibition.runner.Runner`."""

    @property
    def recipe(self) -> Recipe | None:
        """What is on show, or soon; None at first."""

    opened: SignalInstance  # OpenModel: another model is on show

    def put(self, address: str, value: Value, move: DirectionAmount | None = None) -> None:
        """A live control; RecipeError where there is none."""

    def stranger(self, seed: int | None = None) -> None:
        """New faces."""

    def touch(self) -> bool:
        """A visitor did something."""

    def scene_names(self) -> tuple[str, ...]:
        """What can be chosen."""

    def set_scene(self, name: str | None) -> None:
        """Play a scene, or what the show says."""


class DocumentSink(QObject):
    """The document. All that comes until the knobs rest is one step of undo.

    A hand in the window goes before, and so does the way to a preset: the newest values wait until it is over.
    A knob ends what moves by itself, as a slider does; sound and clocks wait for it. travels: whether the picture is
    on its way to a preset.
    """

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.travels: Callable[[], bool] = bool
        self.waiting: dict[str, Change] = {}
        self.bursts = self.writes = False
        self.resting = QTimer(self, singleShot=True, interval=BURST_MS)
        self.resting.timeout.connect(self.rest)
        document.recipe_changed.connect(self.on_recipe)

    @property
    def recipe(self) -> Recipe:
        return applied(self.document.recipe, self.waiting.values()) if self.waiting else self.document.recipe

    def take(self, changes: Iterable[Change], *, by_hand: bool = True) -> None:
        self.waiting |= {change.address: change for change in changes}
        if self.waiting and not self.must_wait(by_hand):
            self.write()

    def must_wait(self, by_hand: bool) -> bool:
        """Whether somebody else moves the picture who goes before."""
        held = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        return self.travels() or (self.document.moving and not self.bursts and (held or not by_hand))

    def write(self) -> None:
        """Put what waits into the document; what its model cannot follow is left out."""
        changes, self.waiting = [*self.waiting.values()], {}
        recipe = self.followed(changes)
        if recipe != self.document.recipe:
            self.bursts = self.writes = True
            self.document.replace(text_of(changes), recipe, moving="inputs")
            self.writes = False
            self.resting.start()

    def followed(self, changes: list[Change]) -> Recipe:
        """The recipe with the changes that the open model can follow."""
        model, recipe = self.document.model, self.document.recipe
        wanted = applied(recipe, changes)
        if model is None or follows(model, wanted):
            return wanted
        for change in changes:
            wanted = applied(recipe, [change])
            recipe = wanted if follows(model, wanted) else recipe
        return recipe

    def rest(self) -> None:
        """The knobs rest: the final picture is due, and the next change is another step of undo."""
        self.resting.stop()
        if self.bursts:
            self.bursts = False
            self.document.rest()

    def on_recipe(self, old: Recipe, new: Recipe, rests: bool) -> None:
        """Something else changed the recipe, or let go of it."""
        if self.writes:
            return
        if old != new:
            self.bursts = False
            self.resting.stop()
        if rests and self.waiting:
            QTimer.singleShot(0, self, self.catch_up)

    def catch_up(self) -> None:
        """The hand has let go."""
        if self.waiting and not self.document.moving and not self.travels():
            self.write()


class PlayerSink:
    """A runner. What was put a moment ago counts as there, since the picture that has it is still being made."""

    def __init__(self, player: Player, clock: Callable[[], float] = time.monotonic) -> None:
        self.player, self.clock = player, clock
        self.recent: dict[str, tuple[float, Change]] = {}

    @property
    def recipe(self) -> Recipe:
        now = self.clock()
        self.recent = {address: one for address, one in self.recent.items() if now - one[0] < LAG_S}
        return applied(self.player.recipe or Recipe(), [change for _, change in self.recent.values()])

    def take(self, changes: Iterable[Change], *, by_hand: bool = True) -> None:
        for change in changes:
            try:
                self.player.put(change.address, change.value, change.move)
            except RecipeError:
                continue  # what plays now has no such control
            self.recent[change.address] = (self.clock(), change)


def follows(model: OpenModel, recipe: Recipe) -> bool:
    """Whether a model can make a recipe's picture."""
    try:
        model.check(recipe)
    except RecipeError:
        return False
    return True


def text_of(changes: list[Change]) -> str:
    """What undo calls it."""
    return f"{control_at(changes[0].address).title} by a knob" if len(changes) == 1 else "Controls by knobs"
