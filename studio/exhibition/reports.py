"""What the runner tells of itself: once a second to the watchdog, and of each fault once in a while."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

AGAIN_S = 60.0  # until an equal fault is told again
MOST = 64  # different faults that are remembered


@dataclass(frozen=True)
class Beat:
    """How the show is. at: by the runner's clock.

    shown, dropped: beats of the screen so far, with pictures and without. pictures: rendered so far.
    age: seconds since the newest rendered picture came; waiting: that the wall has waited for a picture, 0 where it
    waits for none; patience: that the picture under way may take. restarts: of the engine; faults: so far. size: side
    of the last rendered face. visited: a visitor has the wall.
    """

    at: float
    shown: int
    dropped: int
    pictures: int
    age: float
    waiting: float
    patience: float
    restarts: int
    faults: int
    scene: str
    model: str
    size: int
    dark: bool
    visited: bool


class Once:
    """Lets a line through, and equal ones only after a while: a fault at every beat is no flood in the log."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.told: dict[str, float] = {}

    def is_news(self, text: str) -> bool:
        """Whether it was not told lately."""
        now = self.clock()
        if now - self.told.get(text, now - AGAIN_S) < AGAIN_S:
            return False
        self.told.pop(text, None)
        self.told[text] = now
        while len(self.told) > MOST:
            del self.told[next(iter(self.told))]
        return True
