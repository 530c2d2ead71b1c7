"""FID and KID: against closed forms, and against a plain float64 sum over all pairs."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.errors import VisagistError
from engine.job import finish
from engine.training.metrics.features import Features, discrepancy, fid, frechet, kid


def seen(rows: np.ndarray, batch: int = 50, kept: int = 10_000) -> Features:
    """What is kept of rows of features that come in batches."""
    features = Features(rows.shape[1], kept=kept)
    for start in range(0, len(rows), batch):
        features.add(torch.from_numpy(rows[start : start + batch]).float())
    return features


def turned(size: int) -> np.ndarray:
    """A random rotation."""
    return np.linalg.qr(np.random.default_rng(size).normal(size=(size, size)))[0]


def test_gaussians_of_common_axes_are_as_far_apart_as_the_closed_form_says():
    one, other, mean = np.array([4, 1, 0.25, 0]), np.array([1, 9, 0, 0.04]), np.array([1.0, -2, 3, 0])
    turn = turned(4)
    far = frechet(mean, turn * one @ turn.T, np.zeros(4), turn * other @ turn.T)
    assert far == pytest.approx(14 + ((np.sqrt(one) - np.sqrt(other)) ** 2).sum())


def test_gaussians_of_two_dimensions_are_as_far_apart_as_the_closed_form_says():
    """tr (A B)^(1/2) = (tr AB + 2 (det AB)^(1/2))^(1/2) for 2 x 2."""
    one, other = np.array([[2.0, 0.7], [0.7, 1.0]]), np.array([[1.0, -0.4], [-0.4, 3.0]])
    product = one @ other
    root = np.sqrt(np.trace(product) + 2 * np.sqrt(np.linalg.det(product)))
    wanted = 5 + np.trace(one) + np.trace(other) - 2 * root
    assert frechet(np.array([1.0, 2.0]), one, np.zeros(2), other) == pytest.approx(wanted)


def test_a_set_is_no_distance_from_itself_even_with_fewer_pictures_than_features():
    rows = np.random.default_rng(0).normal(1, 20, (4, 300))
    assert fid(seen(rows), seen(rows)) == pytest.approx(0, abs=1e-6)


def test_moments_that_came_in_batches_are_those_of_all_rows():
    rows = np.random.default_rng(1).normal(0.4, 0.3, (333, 12)).astype(np.float32).astype(np.float64)
    features = seen(rows, 32)
    assert features.mean == pytest.approx(rows.mean(0))
    assert features.covariance == pytest.approx(np.cov(rows.T))


def test_fid_of_two_shifted_sets_is_the_square_of_the_shift():
    rows = np.random.default_rng(2).normal(0, 1, (400, 8)).astype(np.float32).astype(np.float64)
    assert fid(seen(rows), seen(rows + 0.5)) == pytest.approx(8 * 0.25, rel=1e-4)


def plain_kid(x: np.ndarray, y: np.ndarray) -> float:
    """The estimator of the paper's equation 4, a pair at a time."""
    width = x.shape[1]

    def kernel(a: np.ndarray, b: np.ndarray) -> float:
        return float((a @ b / width + 1) ** 3)

    n, m = len(x), len(y)
    same_x = sum(kernel(x[i], x[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    same_y = sum(kernel(y[i], y[j]) for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
    return same_x + same_y - 2 * sum(kernel(a, b) for a in x for b in y) / (n * m)


def test_the_discrepancy_is_that_of_a_plain_sum_over_all_pairs():
    random = np.random.default_rng(3)
    x, y = random.normal(0, 1, (17, 9)), random.normal(0.4, 1.2, (23, 9))
    assert discrepancy(torch.from_numpy(x), torch.from_numpy(y)) == pytest.approx(plain_kid(x, y), rel=1e-12)


def test_kid_of_subsets_as_large_as_the_sets_is_that_of_the_sets():
    random = np.random.default_rng(4)
    x, y = (random.normal(m, 1, (30, 6)).astype(np.float32) for m in (0, 0.5))
    assert finish(kid(seen(x), seen(y), subsets=3)) == pytest.approx(
        plain_kid(x.astype(float), y.astype(float)), rel=1e-4
    )


def test_kid_has_no_bias_where_two_sets_are_of_one_kind():
    random = np.random.default_rng(5)
    found = [finish(kid(*(seen(random.normal(0, 1, (40, 5))) for _ in "xy"), subsets=2)) for _ in range(200)]
    assert abs(np.mean(found)) < 3 * np.std(found) / np.sqrt(len(found))
    assert min(found) < 0


def test_equal_seeds_give_equal_numbers_and_other_seeds_others():
    random = np.random.default_rng(6)
    x, y = (seen(random.normal(m, 1, (60, 6))) for m in (0, 1))
    first = finish(kid(x, y, subsets=5, size=20))
    assert first == finish(kid(x, y, subsets=5, size=20))
    assert first != finish(kid(x, y, subsets=5, size=20, seed=1))


def test_rows_are_kept_within_the_limit_while_the_moments_hear_all():
    rows = np.random.default_rng(7).normal(0, 1, (500, 4))
    features = seen(rows, kept=100)
    assert features.sample.rows.shape == (100, 4)
    assert features.count == 500


def test_a_single_picture_is_said_in_a_sentence():
    one, many = seen(np.ones((1, 3))), seen(np.ones((5, 3)))
    with pytest.raises(VisagistError, match="at least two"):
        fid(one, many)
    with pytest.raises(VisagistError, match="at least two"):
        finish(kid(many, one))
