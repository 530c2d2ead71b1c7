"""The render worker's mailbox: one slot where the newest request stands, and lines of errands and commissions."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.recipe import Recipe

if TYPE_CHECKING:
    from engine.renderer import Renderer

PATIENCE = 8  # requests that go before a small errand: a drift asks without end, and thumbnails shall come all the same
SHARE = 3  # requests that go before a stage of a commission, for the same reason


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


@dataclass(frozen=True, eq=False)
class Commission:
    """A step of long work (a frame of a video): made when nobody waits for anything else, and else stage by stage.

    work: is called on the render thread with what says when to stop, and made again where it was stopped.
    """

    work: Callable[[Callable[[], bool]], Any]
    done: Future[Any] = field(default_factory=Future)


class Mailbox:
    """Handed between the render thread and all others."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.newest: Request | None = None
        self.errands: deque[Errand] = deque()
        self.commissions: deque[Commission] = deque()
        self.passed = 0  # requests since the last errand, while one waited
        self.gone_before = 0  # requests since the last commission, while one waited
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

    def commission(self, commission: Commission, *, first: bool = False) -> None:
        """Stand in the line of long work."""
        with self.changed:
            self.commissions.appendleft(commission) if first else self.commissions.append(commission)
            self.changed.notify()

    def withdraw(self, commission: Commission) -> None:
        """Nobody wants it any more."""
        with self.changed:
            if commission in self.commissions:
                self.commissions.remove(commission)

    def drop_errands(self) -> None:
        """Nobody wants them any more."""
        with self.changed:
            self.errands.clear()

    def take(self) -> Request | Errand | Commission | None:
        """Wait for work, the newest request before what has patience; None when the mailbox is closed."""
        with self.changed:
            self.changed.wait_for(lambda: self.closed or self.newest is not None or self.has_others)
            if self.closed:
                return None
            errand = self.errand_due()
            if errand is not None:
                self.passed = 0
                self.errands.remove(errand)
                return errand
            if self.commissions and (self.newest is None or self.gone_before >= SHARE):
                self.gone_before = 0
                return self.commissions.popleft()
            self.passed += bool(self.errands)
            self.gone_before += bool(self.commissions)
            request, self.newest = self.newest, None
            return request

    @property
    def has_others(self) -> bool:
        """Whether anything waits besides the window."""
        return bool(self.errands or self.commissions)

    def errand_due(self) -> Errand | None:
        """The errand whose turn it is; a final would hold the hand up for too long."""
        if self.newest is None:
            return self.errands[0] if self.errands else None
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
