"""Evaluation beside the training: worked off a slice at a time, on a share of the time that can be set."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

import torch

from engine.job import Job
from engine.training.checkpoints import Progress
from engine.training.config import Config
from engine.training.dataset import Dataset
from engine.training.metrics.inception import Inception
from engine.training.metrics.inception_file import read_inception
from engine.training.metrics.pyramid import SMALLEST, Pictures
from engine.training.metrics.scores import BATCH, Gathered, Scores, batches_of, compare, gather
from engine.training.metrics.swd import Batches
from engine.training.networks.protocol import Forger
from engine.training.networks.shape import Grown
from engine.training.samples import to_bytes

MOST_OWED_S = 10.0  # of evaluation that are made up for in one step

# first, count -> pictures number first to first + count - 1 of one frozen generator: uint8 [count, side, side, 3]
Generate = Callable[[int, int], Pictures]


class Measured(NamedTuple):
    """A finished evaluation: where the run stood when it began, and the fields of its "metric" record."""

    progress: Progress
    fields: dict[str, Any]


def evaluation_of(config: Config, dataset: Dataset) -> Evaluation:
    """The evaluation that a run's settings ask for; ModelFileError for a broken Inception file."""
    count = config.metric_pictures
    return Evaluation(
        lambda side: batches_of(dataset, side, count, seed=config.seed),
        every=config.metric_images,
        pictures=count,
        share=config.metric_share,
        seed=config.seed,
        inception=read_inception(Path(config.inception)) if config.inception else None,
    )


class Frozen:
    """A generator as it is now, apart from the one that learns on; a `Generate`.

    The same latents each time, so that curves show the generator's change and not theirs; labels out of the data set.
    """

    def __init__(self, generator: Forger, grown: Grown, config: Config, dataset: Dataset) -> None:
        self.generator, self.grown, self.dataset = deepcopy(generator).requires_grad_(False), grown, dataset
        dice = torch.Generator().manual_seed(config.seed + 1)
        self.z = torch.randn(config.metric_pictures, config.z_dim, generator=dice)
        self.indexes = torch.randint(len(dataset), (len(self.z),), generator=dice).numpy()
        self.labels = torch.from_numpy(dataset.labels(self.indexes)) if config.labels else None

    @torch.no_grad()
    def __call__(self, first: int, count: int) -> Pictures:
        device = next(self.generator.parameters()).device
        some = slice(first, first + count)
        label = None if self.labels is None else self.labels[some].to(device)
        return to_bytes(self.generator(self.z[some].to(device), label, self.grown)[0])


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
        self.progress = Progress(0, 0, "")
        self.began, self.spent = 0.0, 0.0

    def step(self, progress: Progress, side: int, freeze: Callable[[], Generate]) -> Measured | None:
        """Go on with the evaluation, where one is due; what was measured, when it is finished.

        progress: where the run stands; side: of the pictures now. freeze: called when an evaluation begins, gives the
        generator as it is at that moment, and keeps it so while the training goes on.
        """
        if self.job is None:
            if progress.images < self.due or side < SMALLEST or self.share <= 0:
                return None
            self.progress, self.began, self.spent = progress, self.clock(), 0.0
            self.due = self.next_after(progress.images)
            self.job = self.evaluated(side, freeze())
        self.forget_rest()
        while self.spent <= self.share * (self.clock() - self.began):
            scores = self.slice(self.job)
            if scores is not None:
                self.job = None
                return Measured(self.progress, fields_of(scores))
        return None

    def whole(self, progress: Progress, side: int, freeze: Callable[[], Generate]) -> Job[Measured]:
        """One evaluation from its begin to its end, whatever the share: that of a run that is finished.

        One that is under way is given up. VisagistError for a side under 16.
        """
        self.close()
        scores = yield from self.evaluated(side, freeze())
        return Measured(progress, fields_of(scores))

    def resume(self, images: int) -> None:
        """A run goes on from here: what was being evaluated is given up, and the next is due as if it had been."""
        self.close()
        self.due = self.next_after(images)

    def next_after(self, images: int) -> int:
        """The next whole multiple of `every`."""
        return images - images % self.every + self.every

    def close(self) -> None:
        """Give up what is being evaluated."""
        if self.job is not None:
            self.job.close()
            self.job = None

    def forget_rest(self) -> None:
        """A run that was paused for an hour does not owe the evaluation its share of it."""
        now = self.clock()
        self.began = max(self.began, now - (self.spent + MOST_OWED_S) / self.share)

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


def fields_of(scores: Scores) -> dict[str, Any]:
    """What a "metric" record says besides its moment."""
    return {
        "swd": {str(level): distance for level, distance in scores.swd.items()},
        "swd_mean": scores.swd_mean,
        "ms_ssim": scores.ms_ssim,
        "fid": scores.fid,
        "kid": scores.kid,
        "side": scores.side,
        "pictures": scores.pictures,
    }
