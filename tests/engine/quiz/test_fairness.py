"""Both kinds of picture come to the screen alike."""

from __future__ import annotations

import numpy as np
import pytest

from engine.quiz.fairness import area_shares, fair, fair_side


def slow_mean(picture: np.ndarray, side: int) -> np.ndarray:
    """Every output pixel as the mean of a fine grid of points in the area that it covers, in float64."""
    size = picture.shape[0]
    fine = 60
    points = ((np.arange(side * fine) + 0.5) / fine * size / side).astype(int)
    sampled = picture[points][:, points].astype(np.float64)
    return sampled.reshape(side, fine, side, fine, 3).mean((1, 3))


@pytest.mark.parametrize(("size", "side"), [(24, 12), (24, 8), (30, 12), (20, 16), (7, 7)])
def test_a_pixel_is_the_mean_of_the_area_it_covers(size, side):
    picture = np.random.default_rng(0).integers(0, 256, (size, size, 3)).astype(np.uint8)
    assert np.abs(fair(picture, side).astype(float) - slow_mean(picture, side)).max() <= 1.0


def test_the_quick_way_of_whole_factors_is_the_exact_one():
    picture = np.random.default_rng(1).integers(0, 256, (32, 32, 3)).astype(np.uint8)
    shares = area_shares(32, 8).astype(np.float64)
    exact = np.einsum("ih,jw,hwc->ijc", shares, shares, picture.astype(np.float64))
    assert np.abs(fair(picture, 8) - exact).max() <= 0.5 + 1e-5


def test_the_middle_square_is_cut_out_whatever_the_shape():
    picture = np.zeros((10, 30, 3), np.uint8)
    picture[:, 10:20] = 200
    assert (fair(picture, 5) == 200).all()
    assert (fair(picture.swapaxes(0, 1), 10) == 200).all()


def test_a_picture_of_one_colour_keeps_it_exactly():
    assert (fair(np.full((37, 41, 3), 77, np.uint8), 16) == 77).all()


@pytest.mark.parametrize(
    ("sides", "photographs", "side"),
    [
        ([1024, 1024], True, 512),
        ([1024, 600], True, 300),
        ([64, 64], True, 64),
        ([1024, 256], False, 256),
        ([2048], False, 1024),
    ],
)
def test_pictures_meet_at_the_smaller_side_and_photographs_at_half_of_it(sides, photographs, side):
    assert fair_side(sides, photographs=photographs) == side


def test_the_same_picture_real_or_generated_comes_out_the_same():
    """A generated frame has a fourth channel of padding; both go the same way."""
    picture = np.random.default_rng(2).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    padded = np.dstack([picture, np.full((64, 64), 255, np.uint8)])
    np.testing.assert_array_equal(fair(picture, 32), fair(padded, 32))
