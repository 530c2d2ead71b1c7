"""Many pictures for one purpose (a sheet, a table), asked of the render thread one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from engine.job import Progress
from engine.recipe import Recipe
from studio.workers.jobs import Tell

if TYPE_CHECKING:
    from engine.frame import Frame

Taker = Callable[["Frame | None", "BaseException | None"], None]  # a picture, or why there is none
Ask = Callable[[Recipe, "int | None", Taker], None]


class Frames:
    """Frames of recipes in their order. Told: progress before each, then the list of frames, or the first error.

    Only one waits in the render thread's line at a time, so that thumbnails come between and a cancel is quick.
    """

    def __init__(self, recipes: Sequence[Recipe], size: int | None, ask: Ask, tell: Tell) -> None:
        self.recipes, self.size, self.ask, self.tell = list(recipes), size, ask, tell
        self.frames: list[Frame] = []
        self.cancelled = False

    def ask_next(self) -> None:
        """Ask for the next picture, or hand all of them over."""
        if len(self.frames) == len(self.recipes):
            self.tell.done(self.frames)
            return
        self.tell.progress(Progress(len(self.frames), len(self.recipes), "rendering"))
        self.ask(self.recipes[len(self.frames)], self.size, self.take)

    def take(self, frame: Frame | None, error: BaseException | None) -> None:
        """One picture came back."""
        if self.cancelled:
            return
        if frame is None:
            assert error is not None
            self.tell.failed(error)
        else:
            self.frames.append(frame)
            self.ask_next()

    def cancel(self) -> None:
        """Nobody wants them any more, and nobody is told."""
        self.cancelled = True
