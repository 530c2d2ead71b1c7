"""Batches of a data set in a random order that follows from the seed alone."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.training.dataset import Dataset


class Loader:
    """Pictures number `images`, `images` + 1 ... of an endless shuffle, epoch by epoch.

    rank, world: this process takes every world-th picture of a batch. mirror: half of the pictures, at random.
    """

    def __init__(
        self, dataset: Dataset, seed: int, *, mirror: bool = False, labels: bool = False, rank: int = 0, world: int = 1
    ) -> None:
        self.dataset, self.seed, self.mirror, self.labels = dataset, seed, mirror, labels
        self.rank, self.world = rank, world
        names = dataset.facts.label_names
        self.signs = np.array([-1 if name in dataset.facts.mirror_negates else 1 for name in names], np.float32)
        self.epoch = -1, np.empty(0, np.int64)

    def batch(self, images: int, count: int, side: int) -> tuple[Tensor, Tensor | None]:
        """count pictures [n, 3, side, side] float32 in [-1, 1] and labels [n, L]; n = count / world."""
        places = np.arange(images, images + count)[self.rank :: self.world]
        indexes = np.array([self.index(int(place)) for place in places])
        pictures = self.dataset.pictures(side, indexes)
        labels = self.dataset.labels(indexes) if self.labels else None
        if self.mirror:
            turned = mirrored_places(self.seed, images, count)[self.rank :: self.world]
            pictures[turned] = pictures[turned, :, ::-1]
            if labels is not None:
                labels[turned] *= self.signs
        x = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1
        return x, None if labels is None else torch.from_numpy(labels)

    def index(self, place: int) -> int:
        """Which picture stands at a place of the endless shuffle."""
        epoch, within = divmod(place, len(self.dataset))
        if epoch != self.epoch[0]:
            order = np.random.default_rng((self.seed, epoch)).permutation(len(self.dataset))
            self.epoch = epoch, order
        return int(self.epoch[1][within])


def mirrored_places(seed: int, images: int, count: int) -> NDArray[np.bool_]:
    """Which of the pictures from a place on are mirrored."""
    return np.random.default_rng((seed, 1, images)).random(count) < 0.5
