"""Which faces to ask a person about next: those whose answer can least be told from the answers so far.

Uncertainty sampling (Lewis & Gale 1994, A sequential algorithm for training text classifiers): nearest to the border
that a linear predictor draws. Some faces of each page are dealt by chance, so that what is learned is also tried on
faces that nobody picked.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

POOL = 1200  # seeds 0, 1, ... that are asked about
DEALT = 4  # one face in so many is dealt by chance
# variances, answers being -1 to 1: of an answer beside what w tells, and of the offset, which most answers being alike
# must not push the border away from all faces
NOISE, OFFSET = 1.0, 1.0


def next_faces(x: Tensor, answered: Mapping[int, float], count: int, seed: int = 0) -> list[int]:
    """Places of the next faces, at most `count`, none of them answered; equal arguments give equal faces.

    x [N, w_dim]: w of the pool about its mean; answered: place -> answer on any scale.
    """
    order = [int(place) for place in np.random.default_rng(seed).permutation(len(x)) if place not in answered]
    given = np.array(list(answered.values()), np.float64)
    if len(given) == 0 or given.min() == given.max():
        return order[:count]
    unsure = np.abs(told(x, list(answered), (given - given.min()) / np.ptp(given) * 2 - 1))
    dealt = order[: count // DEALT]
    rest = sorted(order[len(dealt) :], key=lambda place: unsure[place])
    return [*rest[: count - len(dealt)], *dealt]


def told(x: Tensor, places: list[int], answers: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the answers [K] about some faces tell of all of them, [N].

    The mean of a Gaussian process with a linear kernel (Rasmussen & Williams 2006, eq. 2.25); 0 is the border.
    """
    features = x.double() / x.double().square().mean().sqrt().clamp_min(1e-12)
    kernel = features @ features[places].T / features.shape[1] + OFFSET  # [N, K]
    inner = kernel[places] + NOISE * torch.eye(len(places), dtype=torch.float64)
    mean = kernel @ torch.linalg.solve(inner, torch.from_numpy(answers))
    return np.asarray(mean.numpy(), np.float64)
