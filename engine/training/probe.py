"""How fast this machine trains: a few steps at every level of a plan, on noise."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from msgspec import Struct
from msgspec.structs import replace

from engine.devices import Target, is_out_of_memory
from engine.job import Job, Progress
from engine.training.architectures import LEARNERS
from engine.training.config import Config, Level, smaller_batch
from engine.training.dataset import Dataset
from engine.training.dice import Dice
from engine.training.learner import Learner
from engine.training.networks.shape import Grown

LONGEST_S = 2.0  # at one level and batch
WORTH = 1.2  # how much faster twice the batch has to be


class Speed(Struct, frozen=True):
    """Images a second at a side, with so many a step."""

    side: int
    rate: float
    batch: int


def probe(
    config: Config,
    target: Target,
    tell: Callable[[Speed], object] = lambda speed: None,
    clock: Callable[[], float] = time.perf_counter,
) -> Job[list[Speed]]:
    """Steps of every level, the largest last; a level that does not fit into memory is tried with half the batch.

    Twice the planned batch is taken where that is clearly faster. tell: hears each speed as it is measured.
    """
    labels = len(Dataset(Path(config.dataset)).facts.label_names) if config.labels else 0
    learner = LEARNERS[config.architecture](config, config.shape(labels), target.device, target.precision)
    speeds = []
    for done, level in enumerate(config.levels):
        yield Progress(done, len(config.levels), f"{level.side} px")
        speed = fitting(learner, level, clock)
        if target.device != "cpu":  # there a batch fills the cores already
            yield Progress(done, len(config.levels), f"{level.side} px, larger batch")
            larger = fitting(learner, replace(level, batch=2 * speed.batch), clock)
            speed = larger if larger.rate > WORTH * speed.rate else speed
        speeds.append(speed)
        tell(speed)
    return speeds


def fitting(learner: Learner, level: Level, clock: Callable[[], float]) -> Speed:
    """The speed of a level, with a batch that fits."""
    batch = level.batch
    while True:
        try:
            return Speed(level.side, rate_of(learner, level.side, batch, clock), batch)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error) or batch == 1:
                raise
            learner.forget_gradients()
            batch = smaller_batch(batch)


def rate_of(learner: Learner, side: int, batch: int, clock: Callable[[], float]) -> float:
    """Images a second over whole rounds of the penalty, or until it takes too long."""
    grown = Grown(side)
    real = torch.rand(batch, 3, side, side, device=learner.device) * 2 - 1
    label = torch.zeros(batch, learner.shape.label_dim, device=learner.device) if learner.shape.label_dim else None
    begun, steps = 0.0, 0
    for step in range(1 + learner.config.r1_every):
        dice = Dice(0, step, learner.device)
        # the first one warms up, and takes the penalty of a whole round with it
        learner.step(real, label, grown, dice, step=step, images=0, augment=lambda pictures: pictures)
        if step == 0:
            begun = clock()
            continue
        steps += 1
        if clock() - begun > LONGEST_S:
            break
    return batch * steps / (clock() - begun)


def with_batches(config: Config, speeds: Sequence[Speed]) -> Config:
    """The plan with the batches that were found."""
    found = {speed.side: speed.batch for speed in speeds}
    levels = tuple(replace(level, batch=found.get(level.side, level.batch)) for level in config.levels)
    return replace(config, levels=levels)
