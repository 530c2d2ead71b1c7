"""MS-SSIM: against a plain float64 version, and its identities."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import VisagistError
from engine.job import finish
from engine.training.metrics.ms_ssim import WEIGHTS, in_pairs, ms_ssim, similarity, weights_for
from tests.engine.training.metrics.sets import clouds


def plain(one: np.ndarray, other: np.ndarray) -> float:
    """Wang's equations 1 to 7, a window at a time, in float64; one pair."""
    bell = np.exp(-0.5 * (np.arange(-5, 6) / 1.5) ** 2)
    window = np.outer(bell, bell) / bell.sum() ** 2
    weights = weights_for(one.shape[0])
    result, x, y = 1.0, one.astype(np.float64), other.astype(np.float64)
    for scale, weight in enumerate(weights):
        whole, structures = [], []
        for row in range(x.shape[0] - 10):
            for column in range(x.shape[1] - 10):
                for c in range(3):
                    a, b = (p[row : row + 11, column : column + 11, c] for p in (x, y))
                    ma, mb = (window * a).sum(), (window * b).sum()
                    va, vb = (window * (a - ma) ** 2).sum(), (window * (b - mb) ** 2).sum()
                    together = (window * (a - ma) * (b - mb)).sum()
                    structure = (2 * together + 7.65**2) / (va + vb + 7.65**2)
                    structures.append(structure)
                    whole.append(structure * (2 * ma * mb + 2.55**2) / (ma**2 + mb**2 + 2.55**2))
        seen = np.mean(whole if scale == len(weights) - 1 else structures)
        result *= max(seen, 0.0) ** weight
        x, y = (p.reshape(len(p) // 2, 2, len(p) // 2, 2, 3).mean((1, 3)) for p in (x, y))
    return float(result)


def test_it_is_that_of_a_plain_float64_version():
    one, other = clouds(1, 32, 1), clouds(1, 32, 1, detail=40)
    assert similarity(one, other)[0] == pytest.approx(plain(one[0], other[0]), abs=1e-5)


def test_a_picture_is_wholly_like_itself_and_less_like_a_changed_one():
    pictures = clouds(3, 64)
    assert similarity(pictures, pictures) == pytest.approx(np.ones(3), abs=1e-6)
    little, much = (similarity(pictures, clouds(3, 64, detail=d)) for d in (20, 60))
    assert (little < 1).all()
    assert (little > much).all()


def test_it_is_the_same_both_ways_round():
    one, other = clouds(4, 32, 1), clouds(4, 32, 2)
    assert similarity(one, other) == pytest.approx(similarity(other, one))


def test_a_picture_and_its_negative_have_no_likeness_rather_than_no_number():
    picture = clouds(1, 16)
    assert similarity(picture, 255 - picture)[0] == 0


def test_the_weights_are_wangs_and_sum_to_one_where_scales_are_missing():
    assert weights_for(1024) == pytest.approx(WEIGHTS, rel=1e-3)
    assert [len(weights_for(side)) for side in (16, 32, 64, 128, 256)] == [1, 2, 3, 4, 5]
    assert sum(weights_for(64)) == pytest.approx(1)
    assert weights_for(64)[0] / weights_for(64)[1] == pytest.approx(WEIGHTS[0] / WEIGHTS[1])


def test_a_set_is_as_alike_as_its_pairs_on_average():
    pictures = clouds(9, 16)
    batches = [pictures[:4], pictures[4:]]
    pairs = [(0, 1), (2, 3), (4, 5), (6, 7)]  # the ninth is left out
    mean = np.mean([similarity(pictures[[a]], pictures[[b]])[0] for a, b in pairs])
    assert finish(ms_ssim(in_pairs(batches))) == pytest.approx(mean)


def test_one_picture_for_ever_is_told_from_many():
    one = np.repeat(clouds(1, 32), 8, axis=0)
    assert finish(ms_ssim(in_pairs([one]))) == pytest.approx(1, abs=1e-6)
    assert finish(ms_ssim(in_pairs([clouds(8, 32)]))) < 0.8


def test_too_small_and_too_few_are_said_in_a_sentence():
    with pytest.raises(VisagistError, match="8 px are too small"):
        finish(ms_ssim(in_pairs([clouds(2, 8)])))
    with pytest.raises(VisagistError, match="at least two"):
        finish(ms_ssim(in_pairs([clouds(1, 32)])))
