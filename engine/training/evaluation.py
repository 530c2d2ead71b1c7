"""Evaluation beside the training: worked off a slice at a time, on a share of the time that can be set."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from engine.job import Job
from engine.training.metrics.inception import Inception
from engine.training.metrics.pyramid import SMALLEST, Pictures
from engine.training.metrics.scores import BATCH, Gathered, Scores, compare, gather
from engine.training.metrics.swd import Batches

# first, count -> pictures number first to first + count - 1 of one frozen generator: uint8 [count, side, side, 3]
Generate = Callable[[int, int], Pictures]
Record = dict[str, Any]


class Evaluation:
    """Compares generated pictures with real ones every so many images; the training loop calls `step` at each step.

    reals: side -> batches of real pictures of that side; asked once a side. every: images from one evaluation to the
    next. pictures: how many are generated for one. share: of the time since an evaluation began, the most that is
    spent on it, 0 to 1; a slice is never cut, so it can be more by one slice. clock: seconds.
    It draws no number of the training's, so that a run with and one without it are the same run.
    """

    def __init__(
        self,
        reals: Callable[[int], Batches],
        *,
        every: int,
        pictures: int,
        share: float,
        seed: int = 0,
        inception: Inception | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.reals, self.every, self.pictures, self.share = reals, every, pictures, share
        self.seed, self.inception, self.clock = seed, inception, clock
        self.known: Gathered | None = None
        self.job: Job[Scores] | None = None
        self.due = every
        self.images, self.began, self.spent = 0, 0.0, 0.0

    def step(self, images: int, side: int, freeze: Callable[[], Generate]) -> Record | None:
        """Go on with the evaluation, where one is due; the "metric" event's own fields when it is finished.

        images: shown so far; side: of the pictures now. freeze: called when an evaluation begins, gives the generator
        as it is at that moment, and keeps it so while the training goes on. The record belongs to that moment.
        """
        if self.job is None:
            if images < self.due or side < SMALLEST or self.share <= 0:
                return None
            self.images, self.began, self.spent = images, self.clock(), 0.0
            self.due = images - images % self.every + self.every
            self.job = self.evaluated(side, freeze())
        while self.spent <= self.share * (self.clock() - self.began):
            scores = self.slice(self.job)
            if scores is not None:
                self.job = None
                return record_of(self.images, scores)
        return None

    def resume(self, images: int) -> None:
        """A run goes on from here: what was being evaluated is given up, and the next is due as if it had been."""
        self.close()
        self.due = images - images % self.every + self.every

    def close(self) -> None:
        """Give up what is being evaluated."""
        if self.job is not None:
            self.job.close()
            self.job = None

    def slice(self, job: Job[Scores]) -> Scores | None:
        """One slice of the work, its time counted; the scores with the last one."""
        start = self.clock()
        try:
            next(job)
        except StopIteration as end:
            scores: Scores = end.value
            return scores
        finally:
            self.spent += self.clock() - start
        return None

    def evaluated(self, side: int, generate: Generate) -> Job[Scores]:
        """The real pictures of a side are looked at once, the generated ones each time."""
        if self.known is None or self.known.side != side:
            self.known = None  # let go of the last side's before the next is made
            self.known = yield from gather(self.reals(side), side, seed=self.seed, inception=self.inception)
        fake = yield from gather(self.generated(generate), side, seed=self.seed, inception=self.inception)
        return (yield from compare(self.known, fake))

    def generated(self, generate: Generate) -> Iterator[Pictures]:
        for first in range(0, self.pictures, BATCH):
            yield generate(first, min(BATCH, self.pictures - first))


def record_of(images: int, scores: Scores) -> Record:
    """The "metric" record of events.jsonl, but for its time and step."""
    return {
        "event": "metric",
        "images": images,
        "swd": {str(level): distance for level, distance in scores.swd.items()},
        "swd_mean": scores.swd_mean,
        "ms_ssim": scores.ms_ssim,
        "fid": scores.fid,
        "kid": scores.kid,
        "side": scores.side,
        "pictures": scores.pictures,
    }
