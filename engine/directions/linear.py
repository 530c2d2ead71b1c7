"""Linear predictors of many attributes at once: ridge, logistic regression, and the support vector machine.

All share one solver, so that twenty attributes and the folds of their cross-validation are the columns of one matrix
product. Missing labels and held-out rows are rows of weight nought.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

Method = Literal["ridge", "logistic", "svm"]

STEPS = 300
TOLERANCE = 1e-3  # of a column's length; the last step is shorter
PATIENCE = 10  # steps between two looks at who has arrived
FEW = 1 / 4  # of the rows; columns that know fewer are fitted on rows of their own


@dataclass(frozen=True)
class Loss:
    """slope: targets and scores [N, K] -> derivative of the loss by the score; bend: the most its second derivative is.

    Targets are real for ridge, and -1 or 1 for the two others.
    """

    slope: Callable[[Tensor, Tensor], Tensor]
    bend: float


LOSSES: dict[Method, Loss] = {
    "ridge": Loss(lambda target, score: score - target, 1.0),
    "logistic": Loss(lambda target, score: -target * torch.sigmoid(-target * score), 0.25),
    # the squared hinge, which is smooth (Fan et al. 2008, LIBLINEAR, section 2)
    "svm": Loss(lambda target, score: -target * (1 - target * score).clamp_min(0), 1.0),
}


@dataclass(frozen=True, eq=False)
class Fit:
    """Predictors: the score of x [D] in column k is x @ normals[:, k] + offsets[k]."""

    normals: Tensor
    offsets: Tensor

    def scores(self, x: Tensor) -> Tensor:
        """x [N, D] -> [N, K]."""
        return x @ self.normals + self.offsets


def fit(x: Tensor, targets: Tensor, weights: Tensor, method: Method, penalty: float) -> Iterator[Fit]:
    """Least mean loss plus penalty / 2 |normal|^2, for each column by itself; yields as it goes, the last is the fit.

    x [N, D], targets [N, K], weights [N, K] of 0 or 1. Of columns that know few of the rows, all rows would bound the
    Hessian so loosely that they never arrive.
    """
    few = weights.sum(0) < FEW * len(x)
    seen = weights[:, few].any(1)
    if not 0 < 2 * int(seen.sum()) < len(x):
        yield from descent(x, targets, weights, method, penalty)
        return
    normals, offsets = x.new_zeros(x.shape[1], len(few)), x.new_zeros(len(few))
    for columns, rows in ((few, seen), (~few, torch.ones_like(seen))):
        if columns.any():
            for part in fit(x[rows], targets[rows][:, columns], weights[rows][:, columns], method, penalty):
                normals[:, columns], offsets[columns] = part.normals, part.offsets
                yield Fit(normals, offsets)


def descent(x: Tensor, targets: Tensor, weights: Tensor, method: Method, penalty: float) -> Iterator[Fit]:
    """As `fit`, all columns together.

    Descent in the metric of the Hessian's bound
    bend x'x / N + penalty (Böhning & Lindsay 1988, Monotonicity of quadratic-approximation algorithms), one Cholesky
    factor for all columns, with momentum that restarts where it leads uphill (Nesterov 1983; O'Donoghue & Candès 2015,
    1204.3982, section 3.2).
    """
    loss = LOSSES[method]
    count = len(x)
    wide = torch.cat((x, x.new_ones(count, 1)), 1)  # the last column is the offset's
    known = weights.sum(0).clamp_min(1)
    ridge = torch.full((wide.shape[1],), penalty, dtype=x.dtype)
    ridge[-1] = 0
    # a little more on the diagonal keeps the factor sound in float32 where x spans less than D dimensions
    metric = loss.bend * (wide.T @ wide) / count + torch.diag(ridge + 1e-5)
    factor = torch.linalg.cholesky(metric)
    stride = known / count  # rows of weight nought make the bound so much too high
    at = torch.zeros(wide.shape[1], targets.shape[1], dtype=x.dtype)
    ahead, pace = at, torch.ones(targets.shape[1], dtype=x.dtype)
    for step in range(1, STEPS + 1):
        slope = wide.T @ (weights * loss.slope(targets, wide @ ahead)) / known + ridge[:, None] * ahead
        move = torch.cholesky_solve(slope, factor) * stride
        arrived = ahead - move
        uphill = ((ahead - arrived) * (arrived - at)).sum(0) > 0
        quicker = (1 + (1 + 4 * pace.square()).sqrt()) / 2
        push = torch.where(uphill, torch.zeros_like(pace), (pace - 1) / quicker)
        pace = torch.where(uphill, torch.ones_like(pace), quicker)
        ahead = arrived + push * (arrived - at)
        length = (arrived - at).norm(dim=0)
        at = arrived
        if step % PATIENCE == 0 or step == STEPS:
            yield Fit(at[:-1], at[-1])
            if bool((length <= TOLERANCE * at.norm(dim=0).clamp_min(1e-6)).all()):
                return
