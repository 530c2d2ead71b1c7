"""How much time growing saves (ProGAN, 1710.10196, section 6.3): two runs of the real trainer, compared by SWD.

One network grows level by level, the other is the same at its full size from the start; data set, seed and all other
settings are equal. The runs take turns, and only the seconds of training steps count.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from engine.bench.report import Measurement, Report
from engine.checks import check_number
from engine.devices import Target
from engine.job import Job, Progress
from engine.training.config import Architecture, Config, default_config
from engine.training.dataset import Dataset, Pictures
from engine.training.entry import target_of
from engine.training.evaluation import Frozen
from engine.training.metrics.scores import BATCH, batches_of
from engine.training.metrics.swd import Descriptors, describe, distances
from engine.training.probe import Speed, probe
from engine.training.run import RunFolder
from engine.training.trainer import Trainer

GOAL = ">= 2"
POINTS = 16  # of a curve
PICTURES = 1000  # real and generated for a point
PATCHES = 2**16  # of a level
EARLY = 0.4  # share of the time that the levels before the last one have, each twice that of the one before
FOREVER = 10**9  # images: the time ends it
PROGRESSIVE, FULL = "progressive", "full size from the start"


class Point(Struct, frozen=True):
    """seconds: of training steps so far; side: of the network then; swd: mean over the levels, in thousandths."""

    seconds: float
    images: int
    side: int
    swd: float


class Curve(Struct, frozen=True):
    """One run."""

    name: str
    points: tuple[Point, ...]

    @property
    def best(self) -> float:
        """The smallest distance."""
        return min(point.swd for point in self.points)

    def reached(self, swd: float) -> float | None:
        """Seconds until the distance was that small for the first time, on the line between points."""
        if self.points[0].swd <= swd:
            return self.points[0].seconds
        for before, after in pairwise(self.points):
            if after.swd <= swd:
                share = (before.swd - swd) / (before.swd - after.swd)
                return before.seconds + share * (after.seconds - before.seconds)
        return None


class GrowthReport(Report, frozen=True):
    """With the curves, for a machine that draws them."""

    curves: tuple[Curve, ...] = ()


def measure_growing(
    folder: Path, minutes: float, architecture: Architecture = "style"
) -> Job[tuple[list[Measurement], tuple[Curve, ...]]]:
    """Two runs of so many minutes of steps each, on a data set; what is written for them is thrown away.

    Raises ConfigError and DatasetError for what cannot be trained, VisagistError for a data set under 16 px.
    """
    check_number("the minutes", minutes, 0.001, 10_000)
    dataset = Dataset(folder)
    usual = plain_settings(default_config(folder, dataset.facts, architecture=architecture))
    target = target_of(usual.precision, None)
    speeds = yield from probe(usual, target)
    seconds = minutes * 60
    configs = {PROGRESSIVE: growing_settings(usual, speeds, seconds), FULL: full_settings(usual)}
    reals = yield from describe(
        batches_of(dataset, usual.side, PICTURES, seed=usual.seed), usual.side, seed=usual.seed, limit=PATCHES
    )
    with tempfile.TemporaryDirectory(prefix="visagist-") as scratch:
        runs = [Run(name, config, dataset, target, Path(scratch)) for name, config in configs.items()]
        try:
            for number in range(POINTS):
                for run in runs:
                    yield from run.go_on(seconds * (number + 1) / POINTS)
                    yield from run.measure(reals)
        finally:
            for run in runs:
                run.close()
    curves = tuple(Curve(run.name, tuple(run.points)) for run in runs)
    return measurements(*curves), curves


def plain_settings(config: Config) -> Config:
    """Nothing but steps: no ticks, no evaluations of the run's own."""
    return replace(config, metric_share=0.0, metric_pictures=PICTURES, tick_images=FOREVER)


def growing_settings(config: Config, speeds: list[Speed], seconds: float) -> Config:
    """The time shared out among the levels, half of each for its fade; the last one has what is left."""
    *early, last = config.levels
    rates = {speed.side: speed.rate for speed in speeds}
    levels = []
    for number, level in enumerate(early):
        share = EARLY * 2**number / (2 ** len(early) - 1)
        images = max(level.batch, round(share * seconds * rates[level.side]))
        fade = images // 2 if number else 0
        levels.append(replace(level, fade=fade, stabilise=images - fade))
    fade = round((1 - EARLY) / 4 * seconds * rates[last.side])
    levels.append(replace(last, fade=fade if early else 0, stabilise=FOREVER))
    return replace(config, levels=tuple(levels))


def full_settings(config: Config) -> Config:
    """The last level alone."""
    return replace(config, levels=(replace(config.levels[-1], fade=0, stabilise=FOREVER),))


class Run:
    """One of the two, going on for a while at a time."""

    def __init__(self, name: str, config: Config, dataset: Dataset, target: Target, scratch: Path) -> None:
        self.name, self.config, self.dataset = name, config, dataset
        self.folder = RunFolder(scratch / name)
        self.folder.prepare()
        self.trainer = Trainer(config, self.folder, dataset, target)
        self.steps = self.trainer.train()
        self.seconds = 0.0
        self.points: list[Point] = []

    def go_on(self, until: float) -> Job[None]:
        """Steps, until so many seconds of them are over."""
        while self.seconds < until:
            next(self.steps)
            self.seconds += self.trainer.last_seconds
            words = f"{self.name}: {self.trainer.words()}"
            yield Progress(round(self.seconds), round(until), words)

    def close(self) -> None:
        """Let go of its files."""
        self.steps.close()
        self.folder.release()

    def measure(self, reals: Descriptors) -> Job[None]:
        """A point of the curve, its time not counted."""
        phase, images = self.trainer.phase, self.trainer.progress.images
        assert phase is not None
        frozen = Frozen(self.trainer.learner.average, phase.grown(images), self.config, self.dataset)
        fakes = yield from describe(
            enlarged(frozen, reals.side), reals.side, seed=self.config.seed, limit=PATCHES, total=PICTURES
        )
        swd = yield from distances(reals, fakes, seed=self.config.seed)
        self.points.append(Point(self.seconds, images, phase.side, sum(swd.values()) / len(swd)))


def enlarged(frozen: Frozen, side: int) -> Iterator[Pictures]:
    """Pictures of the full side: a network that has not grown yet repeats its pixels, as the paper's program does."""
    for first in range(0, PICTURES, BATCH):
        pictures = frozen(first, min(BATCH, PICTURES - first))
        times = side // pictures.shape[1]
        yield pictures.repeat(times, 1).repeat(times, 2)


def measurements(growing: Curve, full: Curve) -> list[Measurement]:
    """Both ends, and the ratio of the times at the distance that both reached."""
    target = max(growing.best, full.best)
    quick, slow = growing.reached(target), full.reached(target)
    assert quick is not None
    assert slow is not None
    what = f"to an SWD of {target:.1f}"
    return [
        Measurement(f"SWD after {curve.points[-1].seconds / 60:.1f} min, {curve.name}", curve.points[-1].swd, "e-3")
        for curve in (growing, full)
    ] + [
        Measurement(f"{what}: {growing.name}", quick, "s"),
        Measurement(f"{what}: {full.name}", slow, "s"),
        Measurement(f"{what}: {growing.name}, faster than {full.name}", slow / quick, "x", 1, GOAL),
    ]
