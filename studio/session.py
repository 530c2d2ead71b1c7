"""The session: joins document, render thread and canvas, and opens models. Windows and panels hang on it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import VisagistError
from engine.job import Progress
from engine.recipe import Recipe
from studio.canvas import Canvas
from studio.document import Document
from studio.messages import Messages, sentence, words_of
from studio.thumbnails import Thumbnails
from studio.workers.frames import Frames, Taker
from studio.workers.jobs import Jobs, RunningJob, Tell
from studio.workers.mailbox import Errand
from studio.workers.opening import ModelMissingError, Opened, fetching, opening
from studio.workers.render_worker import RenderWorker, Result

if TYPE_CHECKING:
    from engine.frame import Frame
    from engine.renderer import Renderer

log = logging.getLogger(__name__)

SLOW_MS = 300  # a model that opens sooner needs no word about it

Take = Callable[["Frame"], None]


def nothing() -> None:
    """Nobody waits."""


class Session(QObject):
    """One document on one render thread.

    failed: a model could not be opened, with the sentence; waits: opening one takes long enough to say so, or is over.
    """

    failed = Signal(str)
    waits = Signal(bool)
    stepped = Signal(str)  # what opening a model does just now
    result_shown = Signal(object)  # Result

    def __init__(self, canvas: Canvas, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.canvas, self.messages = canvas, messages
        self.document = Document(parent=self)
        self.jobs = Jobs(self)
        self.worker = RenderWorker(self)
        self.thumbnails = Thumbnails(self)
        self.large_thumbnails = Thumbnails(self, kind="large thumbnail", smallest=192, kept=256, side=112)
        self.renderer: Renderer | None = None
        self.model_path: Path | None = None  # of the open model
        self.opened = 0
        self.opening: RunningJob | None = None
        self.slow = QTimer(self, singleShot=True, interval=SLOW_MS)
        self.slow.timeout.connect(lambda: self.waits.emit(True))
        self.shown = 0  # generation of the picture on show
        self.lent: Callable[[Result], None] | None = None  # who gets the window's pictures in the canvas's place
        self.place = 0  # on the screen that pictures are asked for: another one with each lending, and each return
        self.takers: dict[object, Taker] = {}
        self.asked = 0
        self.document.recipe_changed.connect(self.on_recipe)
        self.worker.rendered.connect(self.on_result)
        self.worker.ran_errand.connect(self.on_errand)
        for thumbnails in (self.thumbnails, self.large_thumbnails):
            thumbnails.wanted.connect(self.ask)
            thumbnails.broke.connect(partial(self.messages.fail, "making a thumbnail"))

    def open_model(
        self, path: Path | None = None, then: Callable[[], None] = nothing, first: Callable[[], None] = nothing
    ) -> None:
        """Open a model in the background; the one on show stays until the new one is ready.

        first, then: called just before it takes over and when it has; neither where it cannot be opened, or another
        was wished for meanwhile.
        """
        self.stop_opening()
        self.opened += 1
        if self.renderer is None:
            self.canvas.empty.show_work("Opening the model")

        def done(opened: Opened) -> None:
            first()
            self.on_opened(opened)
            then()

        self.opening = self.jobs.start(
            opening(path, self.opened),
            done,
            lambda error: self.on_not_opened(error, path),
            self.on_opening,
        )
        self.slow.start()

    def stop_opening(self) -> None:
        """The model that is on its way is no longer wanted."""
        if self.opening is not None:
            self.opening.cancel()
            self.end_opening()

    def end_opening(self) -> None:
        """No model is on its way any more."""
        self.opening = None
        self.slow.stop()
        self.waits.emit(False)

    def fetch_model(self) -> None:
        """Fetch the default model, then open it."""
        job = self.jobs.start(fetching(), self.on_fetched, self.on_not_fetched, self.canvas.empty.show_progress)

        def cancel() -> None:
            job.cancel()
            self.offer_fetch(VisagistError("it was not fetched"))

        self.canvas.empty.show_work("Fetching the face generator", ("Cancel", cancel))

    def picture(self, take: Take) -> None:
        """The final of the recipe as it is now: at once where it is on show, else as soon as it is rendered."""
        frame = self.canvas.frame
        if frame is not None and not frame.draft and frame.recipe == self.document.recipe:
            take(frame)
        elif self.renderer is not None:

            def taker(frame: Frame | None, error: BaseException | None) -> None:
                self.messages.fail("rendering", error) if frame is None else take(frame)

            self.ask_for(self.document.recipe, None, taker)

    def frames(
        self,
        recipes: Sequence[Recipe],
        size: int | None,
        done: Callable[[list[Frame]], None],
        progress: Callable[[Progress], None],
        failed: Callable[[BaseException], None],
    ) -> Frames:
        """Frames of many recipes in their order, made in quiet moments; size as an errand's. An error ends it."""
        order = Frames(recipes, size, self.ask_for, Tell(done, failed, progress))
        order.ask_next()
        return order

    def ask_for(self, recipe: Recipe, size: int | None, take: Taker, renderer: Renderer | None = None) -> None:
        """One picture as an errand of its own; renderer: of another model than the open one."""
        if self.renderer is None:
            take(None, VisagistError("no model is open yet; try again when the first face is there"))
            return
        self.asked += 1
        key = ("picture", self.asked)
        self.takers[key] = take
        self.ask(key, recipe, size, renderer)

    def ask(self, key: object, recipe: Recipe, size: int | None, renderer: Renderer | None = None) -> None:
        """An errand for the render thread."""
        if self.renderer is not None:
            self.worker.mailbox.queue(Errand(key, self.model_number, renderer or self.renderer, recipe, size))

    def lend(self, take: Callable[[Result], None]) -> None:
        """Another page shows pictures now: it asks with `show_other`, and the document's recipe waits.

        take: gets every picture that was asked for from here on.
        """
        self.lent = take
        self.turn_to_another_place()

    def show_other(self, recipe: Recipe, *, moving: bool) -> None:
        """Ask for a picture of the page that the window is lent to, by the road of all pictures."""
        if self.renderer is not None:
            self.worker.request(self.model_number, self.renderer, recipe, moving=moving, place=self.place)

    def give_back(self) -> None:
        """The canvas shows the document's recipe again."""
        if self.lent is not None:
            self.lent = None
            self.turn_to_another_place()
            self.on_recipe(self.document.recipe, self.document.recipe, True)

    def turn_to_another_place(self) -> None:
        """What is still on its way to the place before is dropped, even where it is the picture asked for next."""
        self.place += 1
        self.shown = self.worker.generation + 1

    @property
    def model_number(self) -> int:
        """Which opening is on show."""
        return 0 if self.document.model is None else self.document.model.number

    def end(self) -> None:
        """End every thread."""
        self.jobs.end()
        self.worker.end()

    def on_recipe(self, old: Recipe, new: Recipe, rests: bool) -> None:
        if self.renderer is not None and self.lent is None:
            self.worker.request(self.model_number, self.renderer, new, moving=not rests, place=self.place)

    def on_opening(self, progress: Progress) -> None:
        """How far it is: in the place of the picture, or beside the one on show."""
        self.canvas.empty.show_progress(progress)
        self.stepped.emit(sentence(progress.what))

    def on_opened(self, opened: Opened) -> None:
        self.end_opening()
        self.renderer = opened.renderer
        self.model_path = opened.path
        self.worker.mailbox.drop_errands()
        waiting, self.takers = self.takers, {}
        for thumbnails in (self.thumbnails, self.large_thumbnails):
            thumbnails.use(opened.model)
        if not self.worker.isRunning():
            self.worker.start()
        self.document.adopt(opened.model)
        for take in waiting.values():
            take(None, VisagistError("another model was opened meanwhile; try again with it"))

    def on_not_opened(self, error: BaseException, path: Path | None) -> None:
        self.end_opening()
        if self.renderer is not None:
            self.messages.fail("opening the model", error)
        elif isinstance(error, ModelMissingError):
            self.offer_fetch(error)
        else:
            log.error("opening the model failed", exc_info=error)
            retry, fetch = ("Try again", lambda: self.open_model(path)), ("Fetch it again", self.fetch_model)
            why = f"{sentence(words_of(error))}."
            self.canvas.empty.show_sentence("The model cannot be opened", why, retry, fetch)
        self.failed.emit(words_of(error))

    def on_fetched(self, path: Path) -> None:
        if self.renderer is None:  # else another was opened meanwhile
            self.open_model()

    def on_not_fetched(self, error: BaseException) -> None:
        log.error("fetching the model failed", exc_info=error)
        self.offer_fetch(error)

    def offer_fetch(self, error: BaseException) -> None:
        """No model: say so, and what to do; where one was opened meanwhile, its picture stays."""
        if self.renderer is not None:
            self.messages.fail("fetching the model", error)
            return
        why = f"{sentence(words_of(error))}."
        self.canvas.empty.show_sentence("No face generator", why, ("Fetch it", self.fetch_model))

    def on_result(self, result: Result) -> None:
        request = result.work
        if request.model != self.model_number or request.generation < self.shown:
            return
        if result.frame is None:
            self.messages.fail("rendering", result.error)
            return
        self.shown = request.generation
        if self.lent is not None:
            self.lent(result)
            return
        before = self.canvas.frame
        fading = before is not None and not request.moving and is_another(before, result.frame)
        self.canvas.show_frame(result.frame, request.renderer.sizes[-1], fading=fading, final_in=result.final_in)
        self.canvas.readout.show_frame(result.frame, result.waited)
        if result.frame.notice:
            self.messages.warn(result.frame.notice)
        self.result_shown.emit(result)

    def on_errand(self, result: Result) -> None:
        errand = result.work
        if errand.model != self.model_number:
            return
        take = self.takers.pop(errand.key, None)
        if take is not None:
            take(result.frame, result.error)
            return
        kind, _ = errand.key
        next(made for made in (self.thumbnails, self.large_thumbnails) if made.kind == kind).take(result)


def is_another(before: Frame, frame: Frame) -> bool:
    """Whether a picture shows another face, or is of another model, than the one before."""
    return before.model != frame.model or before.recipe.latent != frame.recipe.latent
