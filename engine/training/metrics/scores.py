"""All numbers of one comparison together: what is gathered of a set of pictures, and what two of them give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from engine.errors import VisagistError
from engine.job import Job, Progress
from engine.training.dataset import Dataset
from engine.training.metrics.features import Features, fid, kid
from engine.training.metrics.inception import Inception
from engine.training.metrics.ms_ssim import in_pairs, similarity
from engine.training.metrics.pyramid import Pictures
from engine.training.metrics.swd import LIMIT, Batches, Descriptors, distances

BATCH = 32


@dataclass(frozen=True)
class Scores:
    """How near fake pictures come to real ones.

    swd: side of a level -> sliced Wasserstein distance in thousandths. ms_ssim: of the fake pictures among themselves,
    None for fewer than two. fid, kid: None without an Inception network. pictures: how many fake ones were looked at.
    """

    swd: dict[int, float]
    ms_ssim: float | None
    fid: float | None
    kid: float | None
    side: int
    pictures: int

    @property
    def swd_mean(self) -> float:
        """The mean over the levels, which the paper prints last."""
        return sum(self.swd.values()) / len(self.swd)


class Gathered:
    """What is kept of one set of pictures, in memory that does not grow with their number.

    Made once of the real pictures, it serves every later comparison with the same seed and side.
    """

    def __init__(self, side: int, *, seed: int = 0, limit: int = LIMIT, inception: Inception | None = None) -> None:
        self.side, self.seed, self.inception = side, seed, inception
        self.descriptors = Descriptors(side, seed=seed, limit=limit)
        self.features = None if inception is None else Features(inception.width, seed=seed)
        self.pairs, self.alike = 0, 0.0

    def add(self, pictures: Pictures) -> None:
        """More pictures: uint8 [N, side, side, 3]."""
        self.descriptors.add(pictures)
        for one, other in in_pairs([pictures]):
            self.pairs += len(one)
            self.alike += float(similarity(one, other).sum())
        if self.inception is not None and self.features is not None:
            self.features.add(self.inception.features(pictures))

    @property
    def ms_ssim(self) -> float | None:
        """How alike the set's pictures are; None without a pair."""
        return self.alike / self.pairs if self.pairs else None


def gather(
    pictures: Batches, side: int, *, seed: int = 0, inception: Inception | None = None, total: int = 0, what: str = ""
) -> Job[Gathered]:
    """Look at a set of pictures; total: how many will come, 0 where not known; what: the words of the progress."""
    made = Gathered(side, seed=seed, inception=inception)
    for batch in pictures:
        made.add(batch)
        yield Progress(made.descriptors.pictures, total, what or "looking at pictures")
    if not made.descriptors.pictures:
        raise VisagistError("there are no pictures to look at; give at least one")
    return made


def compare(real: Gathered, fake: Gathered) -> Job[Scores]:
    """Every number that two sets give."""
    swd = yield from distances(real.descriptors, fake.descriptors, seed=real.seed)
    far = near = None
    if real.features is not None and fake.features is not None:
        near = yield from kid(real.features, fake.features, seed=real.seed)
        far = fid(real.features, fake.features)
    return Scores(swd, fake.ms_ssim, far, near, fake.side, fake.descriptors.pictures)


def batches_of(dataset: Dataset, side: int, count: int, *, seed: int = 0, batch: int = BATCH) -> Iterable[Pictures]:
    """A fair choice of at most `count` pictures of a data set, in batches uint8 [n, side, side, 3]."""
    chosen = np.random.default_rng(seed).permutation(len(dataset))[:count]
    for start in range(0, len(chosen), batch):
        yield dataset.pictures(side, chosen[start : start + batch])
