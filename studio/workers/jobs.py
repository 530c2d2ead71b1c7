"""Long work on threads of its own: runs an engine job, tells its progress, stops it when asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QThread, Signal

from engine.job import Job, Progress
from studio.workers.courtesy import stand_back

TELL_EVERY_S = 0.04


@dataclass(frozen=True)
class Tell:
    """Who hears of a job."""

    done: Callable[[Any], None]
    failed: Callable[[BaseException], None]
    progress: Callable[[Progress], None]


class RunningJob(QThread):
    """One job on its thread; what it tells is told on the thread that this object lives on, the main one.

    whole: a window that closes waits for its end.
    """

    stepped = Signal(object)  # Progress
    done = Signal(object)  # what the job returned
    failed = Signal(object)  # the exception

    def __init__(self, job: Job[Any], tell: Tell, parent: QObject | None = None, *, whole: bool = False) -> None:
        super().__init__(parent)
        self.job, self.tell, self.whole = job, tell, whole
        self.cancelled = False  # Qt forgets the interruption of a thread that has ended
        # our own methods, so that Qt sees which thread they belong to; a bare function would run on the job's
        self.stepped.connect(self.tell_progress)
        self.done.connect(self.tell_done)
        self.failed.connect(self.tell_failed)

    def cancel(self) -> None:
        """Stop at the job's next step; what it had begun is cleaned up by the job itself."""
        self.cancelled = True
        self.requestInterruption()

    def run(self) -> None:
        stand_back()
        told = -TELL_EVERY_S
        try:
            while not self.isInterruptionRequested():
                progress = next(self.job)
                now = time.monotonic()
                if now - told >= TELL_EVERY_S or progress.done >= progress.total:
                    self.stepped.emit(progress)
                    told = now
            self.job.close()
        except StopIteration as end:
            self.done.emit(end.value)
        except Exception as error:  # whoever started the job tells the person
            self.failed.emit(error)

    def tell_progress(self, progress: Progress) -> None:
        if not self.cancelled:
            self.tell.progress(progress)

    def tell_done(self, value: object) -> None:
        if not self.cancelled:
            self.tell.done(value)

    def tell_failed(self, error: BaseException) -> None:
        if not self.cancelled:
            self.tell.failed(error)


class Jobs(QObject):
    """The jobs that run now."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.running: set[RunningJob] = set()

    def start(
        self,
        job: Job[Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
        progress: Callable[[Progress], None] = lambda progress: None,
        *,
        whole: bool = False,
    ) -> RunningJob:
        """Run a job; the callables are called on the main thread, and no more once it is cancelled.

        whole: it is short and somebody relies on it, a file that is saved, so that even `end` lets it come to its end.
        """
        running = RunningJob(job, Tell(done, failed, progress), self, whole=whole)
        running.finished.connect(self.drop_finished)
        self.running.add(running)
        running.start()
        return running

    def drop_finished(self) -> None:
        """Let go of threads that ended."""
        for running in [running for running in self.running if running.isFinished()]:
            running.wait()
            self.running.discard(running)
            running.deleteLater()

    def end(self) -> None:
        """Stop all but those that are to come to their end, hear what these tell, and wait for every thread."""
        while self.running:
            for running in self.running:
                if not running.whole:
                    running.cancel()
            ending = self.running.pop()
            ending.wait()
            QCoreApplication.sendPostedEvents(ending)  # what it told while nobody listened; it may start another job
