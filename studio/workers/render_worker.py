"""The render thread: the only one that touches a network. Requests go in by the mailbox, results come out by signal."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from engine.errors import VisagistError
from engine.recipe import Recipe
from studio.workers.courtesy import stand_back
from studio.workers.mailbox import Commission, Errand, Mailbox, Request
from studio.workers.pace import Pace

if TYPE_CHECKING:
    from engine.frame import Frame
    from engine.renderer import Renderer

REST_S = 0.25  # a hand that holds still this long is at rest


@dataclass(frozen=True)
class Result:
    """What became of a request or an errand.

    frame: the picture, or None with the error that stands in its place; waited: seconds since it was asked for;
    final_in: expected seconds until the final that follows this draft, 0 when none is due.
    """

    work: Request | Errand
    frame: Frame | None
    error: BaseException | None = None
    waited: float = 0.0
    final_in: float = 0.0


class RenderWorker(QThread):
    """Draft while the hand moves, final at rest; a final is given up as soon as something newer is wanted."""

    rendered = Signal(object)  # Result of a Request
    ran_errand = Signal(object)  # Result of an Errand

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mailbox = Mailbox()
        self.pace = Pace()
        self.generation = 0
        self.drawn: tuple[int, int, Recipe, int] | None = None  # place, model, recipe and size of the last picture

    def request(self, model: int, renderer: Renderer, recipe: Recipe, *, moving: bool, place: int = 0) -> int:
        """Ask for the window's picture; gives the request's generation."""
        self.generation += 1
        self.mailbox.put(Request(self.generation, model, renderer, recipe, moving, time.perf_counter(), place))
        return self.generation

    def end(self) -> None:
        """The one way to end the thread: quit, wait, drop."""
        self.mailbox.close()
        self.wait()

    def run(self) -> None:
        stand_back()
        while (work := self.mailbox.take()) is not None:
            if isinstance(work, Errand):
                self.run_errand(work)
            elif isinstance(work, Commission):
                self.run_commission(work)
            else:
                self.follow(work)

    def follow(self, request: Request) -> None:
        """A draft, and the final once the hand rests."""
        full = request.renderer.sizes[-1]
        wanted = (request.place, request.model, request.recipe)
        if self.drawn == (*wanted, full):
            return
        draft = self.pace.draft(request.renderer.sizes)
        if self.drawn is None or self.drawn[:3] != wanted:
            frame = self.deliver(request, draft)
            if frame is None:
                return
            self.pace.note_draft(draft, frame.seconds)
            if not frame.draft:
                return
        if request.moving and self.mailbox.comes_within(REST_S):
            return
        frame = self.deliver(request, full, self.mailbox.waits)
        if frame is not None:
            self.pace.note_final(frame.seconds)

    def deliver(self, request: Request, size: int, stop: Callable[[], bool] | None = None) -> Frame | None:
        """Render and send; the picture, where one came of it."""
        result = self.rendering(request, request.renderer, size, stop)
        if result is None:
            return None
        frame = result.frame
        if frame is not None:
            self.drawn = (request.place, request.model, request.recipe, size)
        due = self.pace.final if frame is not None and frame.draft else 0.0
        self.rendered.emit(replace(result, waited=time.perf_counter() - request.asked, final_in=due))
        return frame

    def run_errand(self, errand: Errand) -> None:
        """Put aside, not given up, when the window wants something; a small one that had no patience is finished."""
        hurried = errand.size is not None and self.mailbox.waits()
        result = self.rendering(errand, errand.renderer, errand.size, None if hurried else self.mailbox.waits)
        if result is None:
            self.mailbox.queue(errand, first=True)
        else:
            self.ran_errand.emit(result)

    def run_commission(self, commission: Commission) -> None:
        """Put aside when the window wants something, but never before one more stage is made, so that it ends."""
        from engine.renderer import Interrupted

        begun = False

        def stop() -> bool:
            nonlocal begun
            waits, begun = begun and self.mailbox.waits(), True
            return waits

        try:
            commission.done.set_result(commission.work(stop))
        except Interrupted:
            self.mailbox.commission(commission, first=True)
        except Exception as error:  # whoever commissioned it tells the person
            commission.done.set_exception(error)

    def rendering(
        self, work: Request | Errand, renderer: Renderer, size: int | None, stop: Callable[[], bool] | None
    ) -> Result | None:
        """One picture as a Result, an error in it where there is one; None when it was interrupted."""
        from engine.renderer import Interrupted  # brings torch, which the window must not wait for

        try:
            return Result(work, renderer.render(work.recipe, size, stop))
        except Interrupted:
            return None
        except VisagistError as error:
            return Result(work, None, error)
        except Exception as error:  # a bug in one picture must not end the thread; `messages` logs its traceback
            return Result(work, None, error)
