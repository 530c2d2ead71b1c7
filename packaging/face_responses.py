"""What moves cause, as pictures show it: responses of every measured column to the principal directions of w.

Labels tell what goes together among faces. Where a predictor of theirs tells an attribute well and yet hardly moves it,
the move is composed of small ones whose effects were measured one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.models.model import Model
from face_measurer import FaceMeasurer, Measured
from face_sliders import ROWS, Slider
from face_table import NAMES
from make_labels import moved_picture

ROWS_MOVED = ROWS["features"]
COUNT = 48  # principal directions
SEEN_ON = range(310_000, 310_006)
FAR = 1.25  # standard deviations of w to either side
LEAST_COST = 0.05  # of a move that changes nothing else


@dataclass(frozen=True, eq=False)
class Responses:
    """basis [COUNT, w_dim]: a standard deviation of w each; changes [COUNT, len(NAMES)]: what each of them adds to the
    columns, in their standard deviations.
    """

    basis: Tensor
    changes: NDArray[np.float64]

    def axis_of(self, slider: Slider) -> Tensor:
        """The direction [w_dim] of length 1 that moves a slider's own columns most for what it moves besides."""
        wanted = sum(share * self.changes[:, NAMES.index(column)] for column, share in slider.columns.items())
        others = self.changes[:, [place for place, name in enumerate(NAMES) if name not in slider.along]]
        shares = np.linalg.solve(others @ others.T + LEAST_COST * np.eye(len(others)), wanted)
        axis = torch.from_numpy(shares) @ self.basis
        return axis / axis.norm()


def measured_responses(
    model: Model, measurer: FaceMeasurer, covariance: Tensor, deviations: NDArray[np.float64], path: Path
) -> Responses:
    """Measure them, or read what was measured; deviations [len(NAMES)] of the columns among faces."""
    values, axes = torch.linalg.eigh(covariance)
    order = values.argsort(descending=True)[:COUNT]
    basis = (axes[:, order] * values[order].sqrt()).T
    if not path.is_file():
        seen = measurer.all(moves(model, basis))
        np.savez(path, changes=np.stack([mean_change(seen) for _ in basis]))
    with np.load(path, allow_pickle=False) as kept:
        return Responses(basis, kept["changes"] / deviations)


def moves(model: Model, basis: Tensor) -> Iterator[NDArray[np.uint8]]:
    """Pictures of every direction, face by face, on one side and on the other."""
    for direction in basis:
        for seed in SEEN_ON:
            for sign in (-1, 1):
                yield moved_picture(model, seed, (sign * FAR * direction).float(), ROWS_MOVED)


def mean_change(seen: Iterator[Measured]) -> NDArray[np.float64]:
    """What the next direction changed, for one standard deviation of w: [len(NAMES)]."""
    changes = []
    for _ in SEEN_ON:
        before, after = next(seen), next(seen)
        changes.append([after.values[name] - before.values[name] for name in NAMES])
    return np.asarray(np.nanmean(changes, 0) / (2 * FAR))
