"""How fast this machine would train: a few real steps of every size on pictures of the data set; writes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import torch
from msgspec import Struct

from engine.devices import Target
from engine.training.architectures import LEARNERS
from engine.training.config import Config, Level
from engine.training.dataset import Dataset
from engine.training.dice import Dice
from engine.training.learner import Learner
from engine.training.loader import Loader
from engine.training.networks.shape import Grown

ENOUGH_S, LONG_S = 1.0, 5.0  # of steps at one size; a single step that takes so long tells enough
MOST = 20


class Rate(Struct, frozen=True):
    """Images a second at one size."""

    side: int
    rate: float


def rates(
    config: Config, dataset: Dataset, target: Target, clock: Callable[[], float] = time.perf_counter
) -> Iterator[Rate]:
    """Measure the levels of a run one after the other, the smallest first."""
    label_dim = len(dataset.facts.label_names) if config.labels else 0
    learner = LEARNERS[config.architecture](config, config.shape(label_dim), target.device, target.precision)
    loader = Loader(dataset, config.seed, labels=config.labels)
    for level in config.levels:
        yield Rate(level.side, level.batch / seconds_a_step(learner, loader, level, clock))


def seconds_a_step(learner: Learner, loader: Loader, level: Level, clock: Callable[[], float]) -> float:
    """Mean over plain steps and those with R1, as often as the run has them."""
    every = learner.config.r1_every

    def timed(step: int) -> float:
        began = clock()
        real, label = loader.batch(step * level.batch, level.batch, level.side)
        learner.step(
            real.to(learner.device),
            None if label is None else label.to(learner.device),
            Grown(level.side),
            Dice(learner.config.seed, step, learner.device),
            step=step,
            images=step * level.batch,
            augment=lambda pictures: pictures,
        )
        if learner.device.type == "cuda":
            torch.cuda.synchronize()
        return clock() - began

    first = timed(1)  # which makes the buffers of its size, too
    if first > LONG_S:
        return first
    penalised = timed(every)
    plain = [timed(every + 1)] if every > 1 else [penalised]
    while every > 1 and sum(plain) < ENOUGH_S and len(plain) < MOST:
        plain.append(timed(every + 1 + len(plain) % (every - 1)))
    return (penalised + (every - 1) * sum(plain) / len(plain)) / every
