"""What is wished of a run while it goes on: by a person, by whoever works on the same machine, by a signal."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from engine.job import Job, Progress
from engine.training.run import RunFolder

PATIENCE_S = 0.2  # between looks at the wishes of a run that rests
LONGEST_REST_S = 60.0  # at a time; a clock that is wrong holds nothing up
SMALLEST_SHARE = 0.02


class Order(IntEnum):
    """What is to be done before the next step."""

    GO = 0
    PAUSE = 1
    STOP = 2


class Wishes:
    """wait: sleeps for so many seconds. stopping: a signal came."""

    def __init__(self, folder: RunFolder, wait: Callable[[float], None]) -> None:
        self.folder, self.wait = folder, wait
        self.stopping = False

    def order(self, why: str) -> Order:
        """What this process would do; why: what stands in the way."""
        wish = self.folder.control().wish
        if self.stopping or wish == "stop":
            return Order.STOP
        return Order.PAUSE if why or wish == "pause" else Order.GO

    def rest(self, told: Progress) -> Job[None]:
        """Leave the machine to somebody who works on it, for as long as they wish and not for ever."""
        longest = self.folder.clock() + LONGEST_REST_S
        while self.folder.clock() < min(self.folder.control().rest_until, longest) and self.order("") is Order.GO:
            yield told
            self.wait(PATIENCE_S)

    def leave_share(self, seconds: float) -> None:
        """Leave the machine to others for their share of the time, after steps that took so many seconds."""
        waited = 0.0
        while self.order("") is Order.GO:
            share = max(self.folder.control().share, SMALLEST_SHARE)
            left = seconds * (1 / share - 1) - waited
            if left <= 0:
                return
            part = min(left, PATIENCE_S)
            self.wait(part)
            waited += part
