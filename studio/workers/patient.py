"""Rendering for jobs that can wait: on the render thread, behind whatever the hand wants, paused when asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QThread

from studio.workers.mailbox import Commission, Mailbox

if TYPE_CHECKING:
    from torch import Tensor

    from engine.frame import Frame
    from engine.models.model import Model
    from engine.recipe import Recipe
    from engine.renderer import Renderer

LOOK_EVERY_S = 0.1


class Abandoned(Exception):
    """The job was cancelled while it waited."""


class Gate:
    """Holds a job up while it is paused; the time that it tells stands still meanwhile."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.opened = threading.Event()
        self.opened.set()
        self.lost = 0.0  # seconds of pauses that are over
        self.shut_at = 0.0

    @property
    def paused(self) -> bool:
        """Whether it holds up."""
        return not self.opened.is_set()

    def pause(self) -> None:
        """Hold up whoever comes."""
        if not self.paused:
            self.shut_at = self.clock()
            self.opened.clear()

    def resume(self) -> None:
        """Let them go on."""
        if self.paused:
            self.lost += self.clock() - self.shut_at
            self.opened.set()

    def time(self) -> float:
        """Seconds, without pauses."""
        return (self.shut_at if self.paused else self.clock()) - self.lost

    def go_through(self) -> None:
        """Wait until it is open; Abandoned where the job was cancelled."""
        while not self.opened.wait(LOOK_EVERY_S):
            check_wanted()


class PatientRenderer:
    """A renderer as a job's thread may use it: every picture is made on the render thread, one after the other.

    Why not a process of its own, at low priority: measured with the 1024 px generator on two cores, `visagist video`
    beside the window took 860 MB that nothing shares (here: the stages of one picture and the encoder), and drafts took
    165 ms instead of 113 while it ran at nice 19, for caches and memory know no priority. A second process would need a
    second context on a GPU, too, which knows none either. Here the hand goes first to the stage.
    """

    def __init__(self, renderer: Renderer, mailbox: Mailbox, gate: Gate) -> None:
        self.renderer, self.mailbox, self.gate = renderer, mailbox, gate

    @property
    def model(self) -> Model:
        """What it renders."""
        return self.renderer.model

    @property
    def sizes(self) -> tuple[int, ...]:
        """As a renderer's."""
        return self.renderer.sizes

    def check(self, recipe: Recipe) -> None:
        """As a renderer's, at once."""
        self.renderer.check(recipe)

    def render(self, recipe: Recipe, size: int | None = None) -> Frame:
        """As a renderer's; Abandoned where the job was cancelled."""
        return self.made(lambda stop: self.renderer.render(recipe, size, stop))

    def render_deep(self, recipe: Recipe, size: int | None = None) -> Frame:
        """As a renderer's; Abandoned where the job was cancelled."""
        return self.made(lambda stop: self.renderer.render_deep(recipe, size, stop))

    def picture(self, recipe: Recipe, size: int | None = None) -> Tensor:
        """As a renderer's; Abandoned where the job was cancelled."""
        return self.made(lambda stop: self.renderer.picture(recipe, size))

    def made(self, work: Callable[[Callable[[], bool]], Any]) -> Any:
        """What the render thread makes of it."""
        self.gate.go_through()
        commission = Commission(work)
        self.mailbox.commission(commission)
        ready = threading.Event()
        commission.done.add_done_callback(lambda _: ready.set())
        try:
            while not ready.wait(LOOK_EVERY_S):
                check_wanted()
        except Abandoned:
            self.mailbox.withdraw(commission)
            raise
        return commission.done.result()


def check_wanted() -> None:
    """Abandoned where this thread's job was cancelled."""
    if QThread.currentThread().isInterruptionRequested():
        raise Abandoned
