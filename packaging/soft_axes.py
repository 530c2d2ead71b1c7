"""Axes of w that move one attribute and leave others alone, softly, from linear predictors of all of them."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine.directions.calibrate import DEVIATIONS, FURTHEST, Candidate, Ruler
from engine.directions.contest import Answer, contest, questions_of
from engine.directions.labels import Labels
from engine.directions.spaces import Space
from engine.job import Progress, finish
from engine.models.model import Model

FAINT = 1e-3  # of the mean variance of w: directions that vary less are taken to vary this much
STEP = 0.5  # units
STRAYS = 1 / 4  # of the faces may leave the range of natural pictures; some lie at its end before they are moved


@dataclass(frozen=True, eq=False)
class Predictors:
    """Of every column [K]: steps [K, w_dim], what one unit of w adds to it in its standard deviations; answers, how
    well each is told; deviations of the labels, and their counts; covariance [w_dim, w_dim] of w.
    """

    columns: tuple[str, ...]
    steps: Tensor
    answers: tuple[Answer, ...]
    deviations: NDArray[np.float64]
    counts: NDArray[np.int64]
    covariance: Tensor

    def of(self, column: str) -> Tensor:
        return self.steps[self.columns.index(column)]

    def mixed(self, shares: Mapping[str, float]) -> Tensor:
        """The steps of several columns as one [w_dim]."""
        return torch.stack([share * self.of(column) for column, share in shares.items()]).sum(0)


def predictors_of(model: Model, labels: Labels, w: Tensor) -> Predictors:
    """A linear predictor of every column from w [N, w_dim] at the psi of its picture."""
    x = torch.lerp(model.w_mean.expand_as(w), w, torch.from_numpy(labels.psi).float()[:, None])
    x = x - x.mean(0)
    scale = float(x.square().mean().sqrt())
    home = Space("all", tuple(range(model.generator.plan.style_rows)), torch.eye(x.shape[1]))
    answers = finish(contest(x / scale, questions_of(labels, 0), [home]), tell)
    for name, answer in zip(labels.names, answers, strict=True):
        print(f"{name:20} {answer.method:8} {answer.score.name} {answer.score.value:.3f}", flush=True)
    steps = torch.stack([answer.normal * (answer.slope / scale) for answer in answers]).double()
    counts = np.isfinite(labels.values).sum(0)
    deviations = np.nanstd(labels.values, 0)
    return Predictors(labels.names, steps, tuple(answers), deviations, counts, torch.cov(x.T.double()))


def tell(progress: Progress) -> None:
    print(f"{progress.done} / {progress.total} {progress.what}", file=sys.stderr)


def axis_of(known: Predictors, shares: Mapping[str, float], along: Collection[str], still: Sequence[float]) -> Tensor:
    """The direction [w_dim] of length 1 that moves these columns and leaves alone what is not along.

    still [K]: how much a standard deviation of each other column weighs against the length of the move.
    """
    wanted = known.mixed(shares)
    values, axes = torch.linalg.eigh(known.covariance / known.covariance.diagonal().mean())
    # halfway between the predictor, which is ill told where w hardly varies, and its pattern among faces
    # (Haufe et al. 2014, On the interpretation of weight vectors of linear models, eq. 6), which entangles
    metric = axes * values.clamp_min(FAINT) ** -0.5 @ axes.T
    unit = float(wanted.norm())
    for column, step, weight in zip(known.columns, known.steps, still, strict=True):
        if column not in along:
            metric = metric + weight * torch.outer(step, step) / max(unit, float(step.norm())) ** 2
    axis = torch.linalg.solve(metric, wanted)
    return axis / axis.norm()


def reach(ruler: Ruler, candidate: Candidate, unit: float) -> float:
    """How many units (of signed length `unit`) go before too many of the ruler's faces stray; one always does."""
    furthest = min(FURTHEST, DEVIATIONS * candidate.spread / abs(unit))
    reached = 1.0
    while reached + STEP <= furthest:
        looks = ruler.moved(candidate, (reached + STEP) * unit)
        if sum(map(ruler.strays, looks, ruler.looks)) > STRAYS * len(looks):
            break
        reached += STEP
    return reached
