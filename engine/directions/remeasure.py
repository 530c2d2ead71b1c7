"""Directions as pictures show them: how long one standard deviation is, and which rows move the least else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from engine.directions.calibrate import DEVIATIONS
from engine.directions.ganspace import sample_w
from engine.directions.measures import Measurer, Numbers
from engine.directions.pictures import BATCH, measured, styles_of
from engine.job import Job, Progress
from engine.models.model import Model

FACES = 16
NATURAL = 200  # pictures that tell a standard deviation of each attribute
SEARCHES = 3
NEAR = 0.07  # of a standard deviation: near enough
LEAST = 0.5  # standard deviations that a unit must move its attribute by, within w
SEED = 77


@dataclass(frozen=True, eq=False)
class Trial:
    """A move to be tried: axis [w_dim] float64 of length 1, the length of a unit, and the spread of w along it."""

    group: str
    rows: tuple[int, ...]
    axis: Tensor
    unit: float
    spread: float
    statistics: dict[str, float] = field(default_factory=dict)


def remeasure(model: Model, measurer: Measurer, psi: float) -> Job[Remeasure]:
    """A ruler of a model's pictures at one psi."""
    w = torch.lerp(model.w_mean, torch.cat(list(sample_w(model.generator, NATURAL, SEED))), psi)
    natural = []
    for begin in range(0, NATURAL, BATCH):
        yield Progress(begin, NATURAL, "measuring pictures as they are")
        natural.append(measured(model.generator, styles_of(model, w[begin : begin + BATCH]), measurer))
    deviations = np.maximum(np.nanstd(np.concatenate(natural), 0), 1e-9)
    return Remeasure(model, measurer, styles_of(model, w[:FACES]), deviations)


@dataclass(frozen=True, eq=False)
class Remeasure:
    """Base faces [FACES, style_rows, w_dim] of a model, and the standard deviation [L] of each measured attribute among
    its pictures.
    """

    model: Model
    measurer: Measurer
    bases: Tensor
    deviations: Numbers

    def measure(self, styles: Tensor) -> Numbers:
        """styles [N, style_rows, w_dim] -> [N, L]."""
        return measured(self.model.generator, styles, self.measurer)

    def change(self, trial: Trial, length: float) -> Numbers:
        """What half the way from -length to +length changes, in standard deviations: [L]."""
        ends = []
        for sign in (1, -1):
            styles = self.bases.clone()
            styles[:, list(trial.rows)] += (sign * length * trial.axis).float()
            ends.append(self.measure(styles))
        return np.asarray(np.nanmean(ends[0] - ends[1], 0) / (2 * self.deviations))

    def best(self, name: str, trials: Sequence[Trial], where: Progress) -> Job[Trial]:
        """The trial that moves other attributes least for a deviation of its own; the first where none moves it.

        where: told before each trial.
        """
        tried = []
        for trial in trials:
            yield where
            tried.append(self.try_out(name, trial))
        good = [one for one in tried if one.statistics["moved"] >= LEAST]
        return min(good, key=lambda one: one.statistics["others"], default=trials[0])

    def try_out(self, name: str, trial: Trial) -> Trial:
        """The unit that moves the attribute by one deviation, as far as w goes; what it and the others move then."""
        own = self.measurer.names.index(name)
        furthest = DEVIATIONS / 2 * trial.spread
        length = min(trial.unit, furthest)
        for _ in range(SEARCHES):
            change = self.change(trial, length)
            seen = float(change[own])
            if abs(seen - 1) < NEAR:
                break
            better = min(furthest, length * min(3.0, max(0.3, 1 / max(seen, 1e-3))))
            if better == length:
                break
            length = better
        else:
            change = self.change(trial, length)
        moved = float(change[own])
        # what is too long to be reached is compared as if it could be
        others = float(np.nanmean(np.abs(np.delete(change, own)))) / max(moved, 1e-3) if len(change) > 1 else 0.0
        return replace(trial, unit=length, statistics={"moved": round(moved, 4), "others": round(others, 4)})
