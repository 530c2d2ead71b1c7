"""What a person at a terminal sees of long work: bars and spinners on stderr, and nothing where nobody looks."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, closing, nullcontext
from typing import TYPE_CHECKING, TypeVar

from engine.job import Job, Progress, finish

if TYPE_CHECKING:
    from rich.console import Console

T = TypeVar("T")


def follow(job: Job[T]) -> T:
    """Drive a job to its end with a progress bar; an error or Ctrl-C closes it at once."""
    with closing(job):
        if not sys.stderr.isatty():
            return finish(job)
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bars

        look = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
        with Bars(*look, console=stderr_console(), transient=True) as bars:
            task = bars.add_task("", total=None)

            def show(progress: Progress) -> None:
                bars.update(task, description=progress.what, completed=progress.done, total=progress.total or None)

            return finish(job, show)


def busy(what: str) -> AbstractContextManager[object]:
    """A spinner while something runs that cannot say how far it is."""
    return stderr_console().status(what) if sys.stderr.isatty() else nullcontext()


def note(sentence: str) -> None:
    """One line for the person, beside what the command writes."""
    print(f"visagist: {sentence}", file=sys.stderr)


def stderr_console() -> Console:
    from rich.console import Console  # slow to import for a command that shows nothing

    return Console(stderr=True)
