"""FID and KID: how far two sets of pictures lie apart in the features of an Inception network.

FID is the Frechet distance of two Gaussians (Heusel et al., 1706.08500, equation 6), KID a squared maximum mean
discrepancy without bias (Binkowski et al., 1801.01401, section 4).
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.errors import VisagistError
from engine.job import Job, Progress
from engine.training.metrics.reservoir import Reservoir

KEPT = 10_000  # rows for KID, a fair sample: 82 MB
SUBSETS, SUBSET = 100, 1000  # of KID: how many, and how many rows of each set in one

Floats = NDArray[np.float64]


class Features:
    """What is kept of a set's features: mean and covariance over all, and a sample of rows. Any number may come."""

    def __init__(self, width: int, *, seed: int = 0, kept: int = KEPT) -> None:
        self.count = 0
        self.sum: Floats = np.zeros(width)
        self.products: Floats = np.zeros((width, width))
        self.sample = Reservoir(width, kept, (seed, width), np.float32)

    def add(self, features: Tensor) -> None:
        """More rows: [N, width]."""
        rows = features.double().numpy()
        self.count += len(rows)
        self.sum += rows.sum(0)
        self.products += rows.T @ rows
        which, places = self.sample.places(len(rows))
        self.sample.put(places, features.numpy()[which])

    @property
    def mean(self) -> Floats:
        return self.sum / self.count

    @property
    def covariance(self) -> Floats:
        """Without bias, so divided by one less than the count."""
        if self.count < 2:
            raise VisagistError("FID and KID need at least two pictures of each set")
        return (self.products - np.outer(self.sum, self.sum) / self.count) / (self.count - 1)


def fid(real: Features, fake: Features) -> float:
    """Frechet Inception distance; VisagistError for fewer than two pictures."""
    return frechet(real.mean, real.covariance, fake.mean, fake.covariance)


def frechet(mean: Floats, covariance: Floats, other_mean: Floats, other_covariance: Floats) -> float:
    """|m - m'|^2 + tr(C + C' - 2 (C C')^(1/2)).

    The trace of the root is that of the symmetric (C^(1/2) C' C^(1/2))^(1/2), whose eigenvalues are real and at least 0
    also where a covariance has no inverse, as with fewer pictures than features. The root of an eigenvalue that is
    rounding alone would count, so those are taken as 0.
    """
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(beyond_rounding(values)) @ vectors.T
    inner = beyond_rounding(np.linalg.eigvalsh(root @ other_covariance @ root))
    spread = np.trace(covariance) + np.trace(other_covariance) - 2 * np.sqrt(inner).sum()
    return float(np.square(mean - other_mean).sum() + spread)


def beyond_rounding(values: Floats) -> Floats:
    """Eigenvalues of a symmetric matrix, with 0 for those that its rounding cannot tell from it."""
    smallest = len(values) * np.finfo(np.float64).eps * np.abs(values).max()
    return np.where(values > smallest, values, 0)


def kid(real: Features, fake: Features, *, seed: int = 0, subsets: int = SUBSETS, size: int = SUBSET) -> Job[float]:
    """Kernel Inception distance: the mean over random subsets; it may be a little below 0 for equal sets.

    size: rows of each set in a subset, fewer where there are not as many. VisagistError for fewer than two.
    """
    ours, theirs = torch.from_numpy(real.sample.rows), torch.from_numpy(fake.sample.rows)
    size = min(size, len(ours), len(theirs))
    if size < 2:
        raise VisagistError("FID and KID need at least two pictures of each set")
    random = np.random.default_rng(seed)
    sums = 0.0
    for done in range(subsets):
        some, others = (rows[random.choice(len(rows), size, replace=False)] for rows in (ours, theirs))
        sums += discrepancy(some, others)
        yield Progress(done + 1, subsets, "comparing features")
    return sums / subsets


def discrepancy(x: Tensor, y: Tensor) -> float:
    """The squared maximum mean discrepancy of [n, d] and [m, d] without bias: no row is compared with itself."""
    alike = mean_apart(kernel(x, x)) + mean_apart(kernel(y, y))
    return alike - 2 * float(kernel(x, y).mean(dtype=torch.float64))


def mean_apart(products: Tensor) -> float:
    """The mean off the diagonal of [n, n]."""
    n = len(products)
    return float(products.sum(dtype=torch.float64) - products.diagonal().sum(dtype=torch.float64)) / (n * (n - 1))


def kernel(x: Tensor, y: Tensor) -> Tensor:
    """(x . y / d + 1)^3, the paper's polynomial."""
    return (x @ y.T / x.shape[1] + 1) ** 3
