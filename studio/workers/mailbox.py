"""The render worker's mailbox: one slot where the newest request stands, and a line of errands for quiet moments."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.recipe import Recipe

if TYPE_CHECKING:
    from engine.renderer import Renderer

PATIENCE = 8  # requests that go before a small errand: a drift asks without end, and thumbnails shall come all the same


@dataclass(frozen=True)
class Request:
    """The picture that the window wants now. Captured on the main thread; nothing in it changes.

    generation: counts up with every request; model: number of the opening; moving: whether the hand is still moving;
    place: what on the screen it is for; a picture that stands at one place is drawn anew for another.
    """

    generation: int
    model: int
    renderer: Renderer
    recipe: Recipe
    moving: bool
    asked: float
    place: int = 0


@dataclass(frozen=True)
class Errand:
    """A picture for another purpose (a thumbnail, a file): made when the window waits for nothing.

    key: what the asker knows it by; size: the smallest side that will do, None for the final.
    """

    key: object
    model: int
    renderer: Renderer
    recipe: Recipe
    size: int | None


class Mailbox:
    """Handed between the main thread and the render thread."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.newest: Request | None = None
        self.errands: deque[Errand] = deque()
        self.passed = 0  # requests since the last errand, while one waited
        self.closed = False

    def put(self, request: Request) -> None:
        """Take the place of whatever waited."""
        with self.changed:
            self.newest = request
            self.changed.notify()

    def queue(self, errand: Errand, *, first: bool = False) -> None:
        """Stand in line, or in front of it."""
        with self.changed:
            if errand not in self.errands:
                self.errands.appendleft(errand) if first else self.errands.append(errand)
                self.changed.notify()

    def drop_errands(self) -> None:
        """Nobody wants them any more."""
        with self.changed:
            self.errands.clear()

    def take(self) -> Request | Errand | None:
        """Wait for work, the newest request before errands that have patience; None when the mailbox is closed."""
        with self.changed:
            self.changed.wait_for(lambda: self.closed or self.newest is not None or bool(self.errands))
            if self.closed:
                return None
            errand = self.errand_due()
            if errand is not None:
                self.passed = 0
                self.errands.remove(errand)
                return errand
            self.passed += bool(self.errands)
            request, self.newest = self.newest, None
            return request

    def errand_due(self) -> Errand | None:
        """The errand whose turn it is; a final would hold the hand up for too long."""
        if self.newest is None:
            return self.errands[0]
        small = (errand for errand in self.errands if errand.size is not None)
        return next(small, None) if self.passed >= PATIENCE else None

    def waits(self) -> bool:
        """Whether a newer request waits, or the end."""
        return self.closed or self.newest is not None

    def comes_within(self, seconds: float) -> bool:
        """Wait a little for a newer request."""
        with self.changed:
            return self.changed.wait_for(self.waits, seconds)

    def close(self) -> None:
        """Nothing more is taken."""
        with self.changed:
            self.closed = True
            self.changed.notify_all()
