"""Linear predictors and their scores against slow float64 twins."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.directions.linear import fit
from engine.directions.scores import FOLDS, auc_score, folds_of, r2_score


@pytest.fixture(scope="module")
def data():
    """300 points in 12 dimensions of very different widths, three noisy attributes, a quarter of the labels missing."""
    chance = np.random.default_rng(3)
    x = chance.standard_normal((300, 12)) * np.geomspace(3, 0.1, 12)
    y = x @ chance.standard_normal((12, 3)) + 0.5 * chance.standard_normal((300, 3)) + 0.3
    return x, y / y.std(0), (chance.random((300, 3)) < 0.75).astype(float)


def newton(x, target, weights, method, penalty):
    """The same minimum by Newton's method, one attribute in float64: normal and offset."""
    wide = np.hstack((x, np.ones((len(x), 1))))
    ridge = penalty * np.diag([1.0] * x.shape[1] + [0.0])
    at = np.zeros(wide.shape[1])
    for _ in range(60):
        score = wide @ at
        if method == "ridge":
            slope, bend = score - target, np.ones_like(score)
        elif method == "logistic":
            chance = 1 / (1 + np.exp(target * score))
            slope, bend = -target * chance, chance * (1 - chance)
        else:
            left = 1 - target * score
            slope, bend = -target * np.maximum(left, 0), (left > 0).astype(float)
        gradient = wide.T @ (weights * slope) / weights.sum() + ridge @ at
        at = at - np.linalg.solve((wide.T * (weights * bend)) @ wide / weights.sum() + ridge, gradient)
    return at


@pytest.mark.parametrize("method", ["ridge", "logistic", "svm"])
@pytest.mark.parametrize("penalty", [0.01, 1.0])
def test_every_predictor_is_the_minimum_that_newtons_method_finds(data, method, penalty):
    x, y, weights = data
    targets = y if method == "ridge" else np.where(y > 0.2, 1.0, -1.0)
    *_, found = fit(*(torch.from_numpy(one).float() for one in (x, targets, weights)), method, penalty)
    for k in range(3):
        wanted = newton(x, targets[:, k], weights[:, k], method, penalty)
        got = np.append(found.normals[:, k].numpy(), float(found.offsets[k]))
        assert np.linalg.norm(got - wanted) < 0.01 * np.linalg.norm(wanted)


@pytest.mark.parametrize("method", ["ridge", "svm"])
def test_an_attribute_with_few_labels_beside_one_with_many_is_fitted_as_well(method):
    chance = np.random.default_rng(5)
    x = chance.standard_normal((1500, 60)) * np.geomspace(5, 0.05, 60)
    x /= np.sqrt(np.square(x).mean())
    y = x @ chance.standard_normal((60, 3))
    targets = y / y.std(0) if method == "ridge" else np.where(y > 0, 1.0, -1.0)
    weights = np.ones((1500, 3))
    weights[30:, 0] = weights[:1400, 1] = 0
    *_, found = fit(*(torch.from_numpy(one).float() for one in (x, targets, weights)), method, 0.01)
    for k in range(3):
        wanted = newton(x, targets[:, k], weights[:, k], method, 0.01)
        got = np.append(found.normals[:, k].numpy(), float(found.offsets[k]))
        assert np.linalg.norm(got - wanted) < 0.03 * np.linalg.norm(wanted)


def test_area_under_the_curve_is_the_share_of_pairs_in_the_right_order():
    chance = np.random.default_rng(0)
    labels = (chance.random(200) < 0.3).astype(float)
    scores = np.round(labels + 1.5 * chance.standard_normal(200), 1)  # rounded, so that some are equal
    ones, noughts = scores[labels == 1], scores[labels == 0]
    pairs = (ones[:, None] > noughts).mean() + 0.5 * (ones[:, None] == noughts).mean()
    assert auc_score(labels, scores).value == pytest.approx(pairs)


def test_the_errors_of_scores_are_their_spread_over_many_draws():
    chance = np.random.default_rng(1)
    aucs, r2s = [], []
    for _ in range(400):
        truth = chance.standard_normal(150)
        seen = truth + chance.standard_normal(150)
        aucs.append(auc_score((truth > 0).astype(float), seen))
        r2s.append(r2_score(truth, 0.5 * seen))
    for scores in (aucs, r2s):
        spread = np.std([score.value for score in scores])
        assert np.mean([score.error for score in scores]) == pytest.approx(spread, rel=0.25)


def test_every_fold_has_some_of_a_rare_class():
    labels = np.array([1.0] * 7 + [0.0] * 200)
    folds = folds_of(labels, seed=0)
    assert set(folds[labels == 1]) == set(range(FOLDS))
    assert np.ptp(np.bincount(folds)) <= 1
