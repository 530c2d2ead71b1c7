"""Jobs that write, one after the other: an older state must never come last, and a closing window waits for them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from engine.job import Job
from studio.workers.jobs import Jobs

Told = Callable[[Any], None]


class InTurn:
    """A line of jobs. busy: one of them runs."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs = jobs
        self.line: deque[tuple[Job[Any], Told, Told]] = deque()
        self.busy = False

    def start(self, job: Job[Any], done: Told, failed: Told) -> None:
        """Run a job when those before it have ended; done, failed: as `Jobs.start` has them."""
        self.line.append((job, done, failed))
        self.go_on()

    def go_on(self) -> None:
        """Start the next one, if none runs."""
        if self.busy or not self.line:
            return
        self.busy = True
        job, done, failed = self.line.popleft()
        self.jobs.start(job, partial(self.ended, done), partial(self.ended, failed), whole=True)

    def ended(self, told: Told, value: object) -> None:
        self.busy = False
        told(value)
        self.go_on()
