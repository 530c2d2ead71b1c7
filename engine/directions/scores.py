"""How well a predictor does on labels that it did not see, with the error of that number."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.directions.labels import Kind

Vector = NDArray[np.float64]

FOLDS = 5
# below these, or within three standard errors of chance, an attribute is not told by w
LEAST_AUC = 0.6
LEAST_R2 = 0.04


@dataclass(frozen=True)
class Score:
    """name: "AUC" of a binary attribute, "R2" of any other; value on held-out labels; error: its standard error.

    least: what it must reach to be more than chance, for so many labels.
    """

    name: str
    value: float
    error: float
    least: float

    @property
    def weak(self) -> bool:
        """Whether chance would do about as well."""
        return not self.value >= self.least


def score_of(kind: Kind, labels: Vector, scores: Vector) -> Score:
    """The score of predictions [N] of labels [N], none of them missing."""
    return auc_score(labels, scores) if kind == "binary" else r2_score(labels, scores)


def auc_score(labels: Vector, scores: Vector) -> Score:
    """Area under the ROC curve and its standard error (Hanley & McNeil 1982, eq. 1)."""
    more = labels == labels.max()
    ones, noughts = int(more.sum()), int((~more).sum())
    area = (ranks(scores)[more].sum() - ones * (ones + 1) / 2) / (ones * noughts)
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (ones - 1) * (q1 - area**2) + (noughts - 1) * (q2 - area**2)
    chance = math.sqrt((ones + noughts + 1) / (12 * ones * noughts))  # of the area where there is nothing to tell
    error = math.sqrt(max(spread, 0.0) / (ones * noughts))
    return Score("AUC", float(area), error, max(LEAST_AUC, 0.5 + 3 * chance))


def r2_score(labels: Vector, scores: Vector) -> Score:
    """Share of the variance that is predicted, and its standard error (Olkin & Finn 1995, eq. 2)."""
    r2 = float(1 - ((labels - scores) ** 2).sum() / ((labels - labels.mean()) ** 2).sum())
    error = math.sqrt(4 * max(r2, 0.0) * (1 - r2) ** 2 / len(labels))
    return Score("R2", r2, error, max(LEAST_R2, 9 / len(labels)))


def ranks(values: Vector) -> Vector:
    """Ranks from 1; equal values share the mean of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place], np.float64)


def folds_of(labels: Vector, seed: int) -> NDArray[np.int64]:
    """The fold [N] of each label: labels in their order are dealt out, so that each fold has some of every size."""
    chance = np.random.default_rng(seed)
    order = np.lexsort((chance.random(len(labels)), labels))
    folds = np.empty(len(labels), np.int64)
    for begin in range(0, len(labels), FOLDS):
        part = order[begin : begin + FOLDS]
        folds[part] = chance.permutation(FOLDS)[: len(part)]
    return folds
