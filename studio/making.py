"""A picture of many pictures: rendered by errands, put together by a job, with a line of progress; one at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from engine.job import Job
from engine.recipe import Recipe
from studio.progress_line import ProgressLine
from studio.session import Session

if TYPE_CHECKING:
    from engine.frame import Frame
    from studio.workers.frames import Frames
    from studio.workers.jobs import RunningJob


class Making(QObject):
    """Renders recipes, then runs a job on their frames. doing: what failed, in words, if it does."""

    def __init__(self, session: Session, line: ProgressLine, doing: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self.line, self.doing = session, line, doing
        self.at_work: Frames | RunningJob | None = None

    def start(
        self,
        recipes: Sequence[Recipe],
        size: int,
        make: Callable[[list[Frame]], Job[Any]],
        done: Callable[[Any], None],
    ) -> None:
        """Render all (at least one), make something of the frames, hand it over; what was being made is given up."""
        self.stop()

        def finish(value: Any) -> None:
            self.end()
            done(value)

        def put_together(frames: list[Frame]) -> None:
            self.at_work = self.session.jobs.start(make(frames), finish, self.fail, self.line.show_progress)

        self.line.begin(self.stop)
        self.at_work = self.session.frames(recipes, size, put_together, self.line.show_progress, self.fail)

    def fail(self, error: BaseException) -> None:
        """Say why there is nothing."""
        self.end()
        self.session.messages.fail(self.doing, error)

    def stop(self) -> None:
        """Give up what is being made; nothing of it stays."""
        if self.at_work is not None:
            self.at_work.cancel()
        self.end()

    def end(self) -> None:
        """Nothing is being made."""
        self.at_work = None
        self.line.end()
