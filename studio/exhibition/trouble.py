"""Trouble on purpose, for a soak: an engine that fails and hangs, and a hand that does everything in no order."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace as with_changes
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from engine.controls import controls_of
from engine.errors import VisagistError
from engine.job import Job
from engine.project import ModelReference
from engine.recipe import Recipe
from engine.show.values import ShowModel
from studio.exhibition.engine import opening_of
from studio.exhibition.output import OutputWindow
from studio.exhibition.runner import Runner
from studio.workers.opening import Opened

if TYPE_CHECKING:
    from engine.frame import Frame
    from engine.renderer import Renderer

HANG_S = 9.0
FAULTS = ("a fault", "no memory", "a sentence", "a pause", "a hang")
FREE = "free"  # no trouble: caches are emptied, on the thread that they belong to
SIDES = ((1, 1), (1, 1), (2, 1), (1, 2), (2, 2))
SIZES = ((1920, 1080), (1080, 1920), (1280, 1024), (640, 360))


class Troubled:
    """A renderer that does what a soak asks of it, once, instead of the next picture."""

    def __init__(self, renderer: Renderer, orders: list[str]) -> None:
        self.renderer, self.orders = renderer, orders

    def __getattr__(self, name: str) -> Any:
        return getattr(self.renderer, name)

    def render(self, recipe: Recipe, *rest: Any) -> Frame:
        """A picture, or trouble."""
        trouble = self.orders.pop() if self.orders else ""
        if trouble == "a fault":
            raise RuntimeError("CUDA error: an illegal memory access was encountered (by a soak)")
        if trouble == "no memory":
            raise MemoryError("out of memory (by a soak)")
        if trouble == "a sentence":
            raise VisagistError("the model cannot follow this recipe (by a soak)")
        if trouble == FREE:
            self.renderer.free()
        elif trouble:
            time.sleep(HANG_S if trouble == "a hang" else HANG_S / 18)
        return self.renderer.render(recipe, *rest)


class Trouble:
    """What goes wrong, by a seed. orders: for the next pictures."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.orders: list[str] = []
        self.doomed = False  # the next model cannot be opened
        self.made = 0

    def opening(self, model: ShowModel, number: int, device: str | None) -> Job[Opened]:
        """Open a model with a troubled renderer; or not at all."""
        if self.doomed:
            self.doomed = False
            raise VisagistError(f"the file of {model.title} is cut short (by a soak)")
        opened = yield from opening_of(model, number, device)
        return with_changes(opened, renderer=Troubled(opened.renderer, self.orders))

    def strike(self) -> None:
        """One more."""
        self.made += 1
        if self.dice.random() < 0.1:
            self.doomed = True
        else:
            trouble = self.dice.choice(FAULTS)
            self.orders[:] = [trouble] * (self.dice.randint(1, 6) if trouble in FAULTS[:3] else 1)


class RestlessHand:
    """Visitors, controls, scenes, screens and models in no order; after each round all is as in the beginning."""

    def __init__(
        self, runner: Runner, window: OutputWindow, trouble: Trouble, models: Sequence[ModelReference]
    ) -> None:
        self.runner, self.window, self.trouble, self.dice = runner, window, trouble, trouble.dice
        self.project, self.show = runner.project, runner.show
        # one model under two titles is opened twice, too
        self.models = [*models, *(replace(model, title=f"{model.title} again") for model in models)]

    def act(self) -> None:
        """One thing."""
        self.dice.choice(tuple(self.acts()))()

    def acts(self) -> Iterator[Callable[[], object]]:
        """What can be done; what is done often stands there often."""
        yield from [self.turn] * 24
        yield from [self.runner.touch, self.runner.stranger, self.runner.leave] * 8
        yield from [self.change_scene, self.change_screen, self.trouble.strike, self.runner.release] * 4
        yield from [self.change_model] * 3
        yield self.runner.restart_engine

    def turn(self) -> None:
        """A control somewhere."""
        controls = [one for one in controls_of(self.runner.recipe or Recipe()) if one.kind in ("number", "seed")]
        control = self.dice.choice(controls)
        value = control.low + self.dice.random() * (control.high - control.low)
        self.runner.put(control.address, value, visitor=self.dice.random() < 0.7)

    def change_scene(self) -> None:
        self.runner.set_scene(self.dice.choice((None, *self.runner.scene_names())))

    def change_model(self) -> None:
        self.runner.set_project(replace(self.project, model=self.dice.choice(self.models)), self.runner.show)

    def change_screen(self) -> None:
        """Another shape of wall, and other settings of it."""
        columns, rows = self.dice.choice(SIDES)
        screen = replace(
            self.show.screen,
            number=self.dice.choice((1, 2)),
            rotation=self.dice.choice((0, 90, 180, 270)),
            fit=self.dice.choice(("fit", "crop", "fill")),
            columns=columns,
            rows=rows,
            gamma=self.dice.choice((1.0, 1.4)),
        )
        self.runner.set_show(replace(self.show, screen=screen))
        self.window.set_look(screen)
        self.window.resize(*self.dice.choice(SIZES))

    def rest(self) -> None:
        """As it was in the beginning, and nothing moves, so that rounds can be compared."""
        self.trouble.orders[:] = [FREE]
        self.runner.leave()
        self.runner.release()
        self.runner.set_scene(None)
        self.runner.set_project(self.project, self.show)
        self.window.set_look(self.show.screen)
        self.window.resize(*SIZES[0])
        self.runner.touch()
