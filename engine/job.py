"""Long work as a generator: it yields progress, is stopped by closing it, and returns its result."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Progress:
    """How far a job is.

    done, total: the same unit of work (pictures, bytes, steps); total 0 means not known yet.
    what: the present step in plain words.
    """

    done: int
    total: int
    what: str


Job = Generator[Progress, None, T]


def finish(job: Job[T], report: Callable[[Progress], None] | None = None) -> T:
    """Drive a job to its end and give its result; `report` hears every step."""
    while True:
        try:
            progress = next(job)
        except StopIteration as end:
            result: T = end.value
            return result
        if report is not None:
            report(progress)
