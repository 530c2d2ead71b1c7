"""Sliced Wasserstein distance between two sets of pictures, a number a pyramid level (ProGAN, 1710.10196, section 5).

Small patches are cut out of every level of the Laplacian pyramid; what is compared is how patches of the two sets are
distributed along random directions. The large levels tell of fine detail, the one of 16 px of the whole picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from engine.errors import VisagistError
from engine.job import Job, Progress
from engine.training.metrics.pyramid import Pictures, laplacian, levels_of
from engine.training.metrics.reservoir import Reservoir

PATCH = 7  # pixels a side
A_PICTURE = 128  # patches of each level
DIRECTIONS = 512
ROUND = 32  # directions projected and sorted at a time
WIDTH = 3 * PATCH**2
LIMIT = 2**18  # patches kept of a level: 77 MB in half precision
CHUNK = 2**15  # patches in full precision at a time
SCALE = 1000  # the paper's tables are in thousandths

Batches = Iterable[Pictures]
Sorted = NDArray[np.float32]


class Descriptors:
    """Patches of one set of pictures, at every level: all of them, or a fair sample of at most `limit` a level.

    Equal seeds cut every set at the same places, whatever its batches are. Made once for the real pictures, it is good
    for any number of comparisons.
    """

    def __init__(self, side: int, *, seed: int = 0, limit: int = LIMIT) -> None:
        self.side, self.seed, self.pictures = side, seed, 0
        self.kept = {level: Reservoir(WIDTH, limit, (seed, level, 0), np.float16) for level in levels_of(side)}
        self.where = {level: np.random.default_rng((seed, level, 1)) for level in self.kept}

    def add(self, pictures: Pictures) -> None:
        """More pictures: uint8 [N, side, side, 3]."""
        if pictures.shape[1:] != (self.side, self.side, 3) or pictures.dtype != np.uint8:
            raise ValueError(f"{pictures.dtype} {pictures.shape} is not uint8 [N, {self.side}, {self.side}, 3]")
        count = len(pictures)
        for level in laplacian(pictures):
            side = level.shape[-1]
            corners = self.where[side].random((count, A_PICTURE, 2)) * (side - PATCH + 1)
            corner = torch.from_numpy(corners.astype(np.int64).reshape(-1, 2))
            which, places = self.kept[side].places(count * A_PICTURE)
            chosen = torch.from_numpy(which)
            x, y = corner[chosen].unbind(1)
            windows = level.unfold(2, PATCH, 1).unfold(3, PATCH, 1)  # [N, 3, s - 6, s - 6, 7, 7], no copy
            patches = windows[chosen // A_PICTURE, :, y, x]  # [k, 3, 7, 7]
            self.kept[side].put(places, patches.flatten(1).half().numpy())
        self.pictures += count


def describe(pictures: Batches, side: int, *, seed: int = 0, limit: int = LIMIT, total: int = 0) -> Job[Descriptors]:
    """Descriptors of a set; total: how many pictures will come, 0 where that is not known."""
    made = Descriptors(side, seed=seed, limit=limit)
    for batch in pictures:
        made.add(batch)
        yield Progress(made.pictures, total, "taking patches")
    return made


def swd(
    real: Batches | Descriptors,
    fake: Batches | Descriptors,
    side: int,
    *,
    seed: int = 0,
    limit: int = LIMIT,
) -> Job[dict[int, float]]:
    """Side of a level -> distance in thousandths, as the paper prints it; smaller is nearer, 0 is the same patches.

    real, fake: batches of uint8 [N, side, side, 3], or what `describe` made of them. Equal arguments, equal numbers.
    Raises VisagistError for a side under 16, and where there are no pictures.
    """
    ours = real if isinstance(real, Descriptors) else (yield from describe(real, side, seed=seed, limit=limit))
    theirs = fake if isinstance(fake, Descriptors) else (yield from describe(fake, side, seed=seed, limit=limit))
    return (yield from distances(ours, theirs, seed=seed))


def distances(real: Descriptors, fake: Descriptors, *, seed: int = 0) -> Job[dict[int, float]]:
    """As `swd`, of descriptors of one side."""
    if not real.pictures or not fake.pictures:
        raise VisagistError("there are no pictures to compare; give at least one of each set")
    found: dict[int, float] = {}
    total = len(real.kept) * DIRECTIONS
    for index, level in enumerate(real.kept):
        along = directions(seed, level)
        ours, theirs = Normalised(real.kept[level].rows), Normalised(fake.kept[level].rows)
        sums = 0.0
        for start in range(0, DIRECTIONS, ROUND):
            some = along[:, start : start + ROUND]
            sums += wasserstein(ours.sorted(some), theirs.sorted(some)).sum()
            yield Progress(index * DIRECTIONS + start + ROUND, total, f"comparing patches of {level} px")
        found[level] = float(sums / DIRECTIONS * SCALE)
    return found


def directions(seed: int, level: int) -> NDArray[np.float64]:
    """Random directions of length 1: [147, 512]."""
    drawn = np.random.default_rng((seed, level, 2)).standard_normal((WIDTH, DIRECTIONS))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=0))


class Normalised:
    """Patches [n, 147] whose colour channels have mean 0 and deviation 1 over all of them; that is never written out.

    A channel of one single value stays 0.
    """

    def __init__(self, rows: NDArray[np.float16]) -> None:
        self.rows, numbers = rows, len(rows) * PATCH**2
        self.mean = torch.stack([chunk.double().sum((0, 2)) for chunk in self.chunks()]).sum(0) / numbers
        from_mean = (chunk.double() - self.mean[:, None] for chunk in self.chunks())
        self.deviation = (torch.stack([far.square().sum((0, 2)) for far in from_mean]).sum(0) / numbers).sqrt()
        self.deviation[self.deviation == 0] = 1.0

    def chunks(self) -> Iterator[torch.Tensor]:
        """Some patches at a time, in full precision: [k, 3, 49]."""
        for start in range(0, len(self.rows), CHUNK):
            yield torch.from_numpy(self.rows[start : start + CHUNK]).float().view(-1, 3, PATCH**2)

    def sorted(self, along: NDArray[np.float64]) -> Sorted:
        """Where the patches lie along directions [147, k]: ascending, [k, n]."""
        scaled = torch.from_numpy(along).view(3, PATCH**2, -1) / self.deviation[:, None, None]
        matrix, shift = scaled.flatten(0, 1).T.float(), (scaled.sum(1) * self.mean[:, None]).sum(0).float()
        parts = [matrix @ chunk.flatten(1).T - shift[:, None] for chunk in self.chunks()]
        return np.sort(torch.cat(parts, 1).numpy(), axis=1)


def wasserstein(ours: Sorted, theirs: Sorted) -> NDArray[np.float64]:
    """The earth mover's distance of sorted samples [k, n] and [k, m] -> [k], exact for unequal numbers too."""
    n, m = ours.shape[1], theirs.shape[1]
    if n == m:
        return np.asarray(np.abs(ours - theirs).mean(1, dtype=np.float64))
    # the distance is the area between the two quantile functions, which jump at multiples of 1/n and of 1/m
    jumps = np.union1d(np.arange(1, n + 1) * m, np.arange(1, m + 1) * n)
    widths = np.diff(jumps, prepend=0) / (n * m)
    return np.asarray(np.abs(ours[:, (jumps - 1) // m] - theirs[:, (jumps - 1) // n]) @ widths)
