"""A fair sample of rows that come in any number, in memory that is bounded (Vitter 1985, algorithm R)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[Any]
FIRST_ROOM = 4096  # rows; it doubles until the limit


class Reservoir:
    """Keeps at most `limit` of all rows it is offered, each of them with the same chance.

    Which ones depends on the seed and the order of the rows, and not on how they are cut into batches.
    """

    def __init__(self, width: int, limit: int, seed: tuple[int, ...], kind: type[np.generic]) -> None:
        self.limit, self.offered = limit, 0
        self.random = np.random.default_rng(seed)
        self.room: Rows = np.empty((min(limit, FIRST_ROOM), width), kind)

    def __len__(self) -> int:
        return min(self.offered, self.limit)

    @property
    def rows(self) -> Rows:
        """What is kept: [n, width]."""
        return self.room[: len(self)]

    def places(self, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Which of the next `count` rows are kept, and at which places: a later row may take an earlier one's."""
        order = np.arange(self.offered, self.offered + count)
        self.offered += count
        place = order.copy()
        late = order >= self.limit
        place[late] = (self.random.random(int(late.sum())) * (order[late] + 1)).astype(np.int64)
        which = np.flatnonzero(place < self.limit)
        self.make_room()
        return which, place[which]

    def put(self, places: NDArray[np.int64], rows: Rows) -> None:
        """Keep rows at places that `places` gave; where a place comes twice, the last row stays."""
        self.room[places] = rows

    def make_room(self) -> None:
        if len(self) <= len(self.room):
            return
        larger = np.empty((min(self.limit, max(2 * len(self.room), len(self))), self.room.shape[1]), self.room.dtype)
        larger[: len(self.room)] = self.room
        self.room = larger
