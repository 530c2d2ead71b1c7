"""Measures the speed of a timeline: small pictures of its ways by the render thread; it can be stopped any time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from engine.job import Progress, finish
from engine.recipe import Recipe
from engine.timeline.pace import SAMPLES, measure
from engine.timeline.values import Timeline
from studio.animate.animation import Animation

if TYPE_CHECKING:
    import numpy as np

    from engine.frame import Frame
    from studio.session import Session

SIDE = 128  # pixels of the pictures
MOST_WAYS = 400  # between keyframes; half an hour of measuring


class Pacing(QObject):
    """One measurement at a time. began; progressed: Progress; ended.

    The pictures are errands: nothing but the render thread touches the network, and the hand goes first.
    """

    began = Signal()
    progressed = Signal(object)
    ended = Signal()

    def __init__(self, session: Session, animation: Animation, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self.animation = session, animation
        self.number = 0  # of the measurement; an answer to an earlier one is for nobody
        self.timeline: Timeline | None = None
        self.recipes: list[Recipe] = []
        self.distances: list[float] = []
        self.last: np.ndarray | None = None

    @property
    def running(self) -> bool:
        """Whether it measures."""
        return self.timeline is not None

    def start(self) -> None:
        """Measure the timeline as it is now; what was being measured is given up."""
        self.stop()
        timeline = self.animation.shown
        if len(timeline.recipes.keys) < 2:
            self.animation.messages.warn("even speed needs two keyframes or more; put another face on the timeline")
            return
        if len(timeline.recipes.keys) > MOST_WAYS:
            self.animation.messages.warn(f"the speed of at most {MOST_WAYS} ways between keyframes can be measured")
            return
        self.timeline, self.distances, self.last = timeline, [], None
        self.recipes = recipes_of(timeline)
        self.began.emit()
        self.ask_next(self.number)

    def stop(self) -> None:
        """Give up."""
        if self.timeline is not None:
            self.number += 1
            self.timeline = None
            self.ended.emit()

    def ask_next(self, number: int) -> None:
        """The next picture, or the end."""
        done = len(self.distances)
        if done == len(self.recipes):
            self.finish()
            return
        self.progressed.emit(Progress(done, len(self.recipes), "measuring the speed"))
        self.session.ask_for(self.recipes[done], SIDE, lambda frame, error: self.take(number, frame, error))

    def take(self, number: int, frame: Frame | None, error: BaseException | None) -> None:
        """A picture came: how different it is from the one before."""
        if number != self.number or self.timeline is None:
            return
        if frame is None:
            assert error is not None
            self.stop()
            self.session.messages.fail("measuring the speed", error)
            return
        from engine.export.pace import difference  # with torch, which is there once there is a picture

        seen = signed(frame)
        self.distances.append(0.0 if self.last is None else difference(self.last, seen))
        self.last = seen
        self.ask_next(number)

    def finish(self) -> None:
        """Put what was measured on the board, where the keyframes are still those."""
        measured, now = self.timeline, self.animation.shown
        assert measured is not None
        self.number += 1
        self.timeline = None
        self.ended.emit()
        if recipes_of(now) != self.recipes:
            self.animation.messages.warn("the keyframes changed while the speed was measured; measure it again")
            return
        pace = finish(measure(measured, lambda recipe: True, distances_of(self.distances))).recipes.pace

        def even(timeline: Timeline) -> Timeline:
            return replace(timeline, recipes=replace(timeline.recipes, even=True, pace=pace))

        self.animation.edit("Even speed", even)


def recipes_of(timeline: Timeline) -> list[Recipe]:
    """What a measurement looks at, in its order."""
    seen: list[Recipe] = []

    def look(recipe: Recipe) -> bool:
        seen.append(recipe)
        return True

    finish(measure(timeline, look, lambda a, b: 0.0))
    return seen


def distances_of(measured: list[float]) -> object:
    """The distances as `measure` asks for them: none for the first picture of a way."""
    left: Iterator[float] = iter([distance for at, distance in enumerate(measured) if at % (SAMPLES + 1)])
    return lambda a, b: next(left)


def signed(frame: Frame) -> np.ndarray:
    """A frame as [3, side, side] in [-1, 1]."""
    import numpy as np  # here with the frame

    pixels: np.ndarray = frame.rgb().astype(np.float32).transpose(2, 0, 1) / 127.5 - 1
    return pixels
