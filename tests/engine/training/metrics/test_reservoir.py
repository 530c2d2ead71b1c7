"""A bounded sample: fair, and the same however the rows come."""

from __future__ import annotations

import numpy as np
import pytest

from engine.training.metrics.reservoir import Reservoir


def kept(rows: np.ndarray, limit: int, batch: int, seed: int = 0) -> Reservoir:
    reservoir = Reservoir(1, limit, (seed,), np.float32)
    for start in range(0, len(rows), batch):
        some = rows[start : start + batch]
        which, places = reservoir.places(len(some))
        reservoir.put(places, some[which])
    return reservoir


def test_everything_is_kept_in_order_while_there_is_room():
    rows = np.arange(10_000, dtype=np.float32)[:, None]
    assert np.array_equal(kept(rows, 10_000, 37).rows, rows)


@pytest.mark.parametrize("batch", [1, 7, 500])
def test_what_is_kept_does_not_depend_on_the_batches(batch):
    rows = np.arange(500, dtype=np.float32)[:, None]
    assert np.array_equal(kept(rows, 60, batch).rows, kept(rows, 60, 100).rows)


def test_every_row_has_the_same_chance():
    rows = np.arange(100, dtype=np.float32)[:, None]
    times = np.zeros(100)
    for seed in range(2000):
        sample = kept(rows, 20, 33, seed).rows[:, 0].astype(int)
        assert len(set(sample)) == 20
        times[sample] += 1
    # 2000 draws with chance 1/5: mean 400, deviation 18
    assert np.abs(times - 400).max() < 5 * 18


def test_memory_stays_within_the_limit():
    reservoir = Reservoir(3, 5000, (1,), np.float16)
    for _ in range(40):
        which, places = reservoir.places(1000)
        reservoir.put(places, np.ones((len(which), 3), np.float16))
    assert reservoir.room.nbytes == 5000 * 3 * 2
    assert len(reservoir) == 5000
    assert reservoir.offered == 40_000
