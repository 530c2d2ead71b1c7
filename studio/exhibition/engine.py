"""The show's engine: its render thread and its open networks, opened beside what plays, dropped and begun again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.errors import VisagistError
from engine.job import Job
from engine.recipe import Recipe
from engine.show.values import ShowModel
from studio.open_model import OpenModel
from studio.opening_files import locating
from studio.workers.jobs import Jobs, RunningJob
from studio.workers.mailbox import Errand
from studio.workers.opening import Opened, opening
from studio.workers.render_worker import RenderWorker, Result

if TYPE_CHECKING:
    from engine.frame import Frame

log = logging.getLogger(__name__)

RETRY_S = 30.0  # until a model that could not be opened is tried again
ENDING_MS = 10_000  # for the picture that a thread is at
HANGING: list[RenderWorker] = []
CACHE_BYTES = 64 * 2**20  # a show seldom comes back to a stage; what it keeps of one picture need not be more

Open = Callable[[ShowModel, int, "str | None"], Job[Opened]]


@dataclass(frozen=True)
class Order:
    """One picture of the wall: a recipe for each face. token: what the asker knows it by."""

    token: object
    model: ShowModel
    recipes: tuple[Recipe, ...]
    size: int
    asked: float


class Engine(QObject):
    """One order at a time, each face of it an errand of the render thread.

    made: the order and its frames; failed: the order, or the model that could not be opened, and the error;
    opened: the model and its facts.
    """

    made = Signal(object, object)
    failed = Signal(object, object)
    opened = Signal(object, object)

    def __init__(self, clock: Callable[[], float], open: Open | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.clock, self.open = clock, open or opening_of
        self.device: str | None = None
        self.jobs = Jobs(self)
        self.models: dict[ShowModel, Opened] = {}
        self.under_way: dict[ShowModel, RunningJob] = {}
        self.retry_at: dict[ShowModel, float] = {}
        self.number = 0
        self.order: Order | None = None
        self.frames: list[Frame] = []
        self.abandoned: list[RenderWorker] = []
        self.worker = self.new_worker()

    def facts(self, model: ShowModel) -> OpenModel | None:
        """The facts of a model; None until it is open."""
        there = self.models.get(model)
        return None if there is None else there.model

    def want(self, models: Sequence[ShowModel]) -> None:
        """Have these open, beside each other, and let go of all others."""
        for gone in [model for model in self.models if model not in models]:
            if self.order is None or self.order.model != gone:
                del self.models[gone]
        for gone in [model for model in self.under_way if model not in models]:
            self.under_way.pop(gone).cancel()
        for model in models:
            waits = self.retry_at.get(model, 0.0) > self.clock()
            if model not in self.models and model not in self.under_way and not waits:
                self.number += 1
                self.under_way[model] = self.jobs.start(
                    self.open(model, self.number, self.device),
                    partial(self.on_opened, model),
                    partial(self.on_not_opened, model),
                )

    def ask(self, order: Order) -> None:
        """Render an order; the one before must be done."""
        assert self.order is None
        self.order, self.frames = order, []
        self.ask_next()

    def ask_next(self) -> None:
        """The next face of the order."""
        assert self.order is not None
        there = self.models[self.order.model]
        key = (self.worker, self.order, len(self.frames))
        recipe = self.order.recipes[len(self.frames)]
        self.worker.mailbox.queue(Errand(key, there.model.number, there.renderer, recipe, self.order.size))

    def restart(self, device: str | None) -> None:
        """Drop the render thread and all networks, and open them again; a thread that hangs is left behind."""
        self.device, self.order = device, None
        self.worker.ran_errand.disconnect(self.on_errand)
        self.worker.mailbox.close()
        self.abandoned.append(self.worker)
        for job in self.under_way.values():
            job.cancel()
        self.models.clear()
        self.under_way.clear()
        self.retry_at.clear()
        self.worker = self.new_worker()

    def end(self) -> bool:
        """End every thread. Whether all did: one that hangs ends only with the process."""
        self.jobs.end()
        self.worker.mailbox.close()
        workers = [self.worker, *self.abandoned]
        hanging = [worker for worker in workers if not worker.wait(ENDING_MS)]
        HANGING.extend(hanging)  # an object of a thread that runs must not go
        return not hanging

    def new_worker(self) -> RenderWorker:
        """A render thread."""
        worker = RenderWorker()
        worker.ran_errand.connect(self.on_errand)
        worker.finished.connect(self.drop_abandoned)
        worker.start()
        return worker

    def drop_abandoned(self) -> None:
        """Threads that ended after all."""
        for worker in [worker for worker in self.abandoned if worker.isFinished()]:
            worker.wait()
            self.abandoned.remove(worker)
            worker.deleteLater()

    def on_errand(self, result: Result) -> None:
        worker, order, _ = result.work.key
        if order is not self.order or worker is not self.worker:
            return
        if result.frame is None:
            self.order = None
            self.failed.emit(order, result.error)
            return
        self.frames.append(result.frame)
        if len(self.frames) < len(order.recipes):
            self.ask_next()
        else:
            frames, self.order, self.frames = self.frames, None, []
            self.made.emit(order, frames)

    def on_opened(self, model: ShowModel, opened: Opened) -> None:
        self.under_way.pop(model, None)
        self.retry_at.pop(model, None)
        opened.renderer.cache.limit = min(opened.renderer.cache.limit, CACHE_BYTES)
        self.models[model] = opened
        self.opened.emit(model, opened.model)

    def on_not_opened(self, model: ShowModel, error: BaseException) -> None:
        self.under_way.pop(model, None)
        self.retry_at[model] = self.clock() + RETRY_S
        self.failed.emit(model, error)


def opening_of(model: ShowModel, number: int, device: str | None) -> Job[Opened]:
    """Find the file of a show's model, and open it; one without hash and path is that which the program begins with."""
    path = Path(model.path) if model.path else None
    if model.hash:
        path = yield from locating(model.hash, () if path is None else (path,))
        if path is None:
            what = model.title or model.hash[:12]
            raise VisagistError(f"the model {what} is not on this machine; put its file into the models folder")
    return (yield from opening(path, number, device))
