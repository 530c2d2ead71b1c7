"""Sliced Wasserstein distance: against a plain float64 version, and what it must do whatever the numbers."""

from __future__ import annotations

import tracemalloc
from itertools import repeat

import numpy as np
import pytest

from engine.errors import VisagistError
from engine.job import finish
from engine.training.metrics.pyramid import laplacian, levels_of
from engine.training.metrics.swd import Descriptors, describe, directions, swd, wasserstein
from tests.engine.training.metrics.sets import batches, clouds

FIVE = np.array([1, 4, 6, 4, 1]) / 16


def mirrored(index: int, size: int) -> int:
    """About the outermost pixel, which is not repeated."""
    index = abs(index)
    return index if index < size else 2 * (size - 1) - index


def smoothed(channel: np.ndarray) -> np.ndarray:
    """All 25 taps at every pixel, in float64."""
    high, wide = channel.shape
    made = np.zeros((high, wide))
    for dy in range(-2, 3):
        for dx in range(-2, 3):
            rows = [mirrored(y + dy, high) for y in range(high)]
            columns = [mirrored(x + dx, wide) for x in range(wide)]
            made += FIVE[dy + 2] * FIVE[dx + 2] * channel[np.ix_(rows, columns)]
    return made


def plain_pyramid(channel: np.ndarray) -> list[np.ndarray]:
    """Burt and Adelson's: smooth and drop every second pixel; put zeros between, smooth, times 4; subtract."""
    levels = [channel.astype(np.float64)]
    while len(levels[-1]) > 16:
        smaller = smoothed(levels[-1])[::2, ::2]
        between = np.zeros_like(levels[-1])
        between[::2, ::2] = smaller
        levels[-1] = levels[-1] - 4 * smoothed(between)
        levels.append(smaller)
    return levels


def plain_patches(pictures: np.ndarray, seed: int) -> dict[int, np.ndarray]:
    """Side -> 128 patches of each picture, normalised by colour: [n, 147]."""
    sides = levels_of(pictures.shape[1])
    pyramids = [[plain_pyramid(picture[..., c]) for c in range(3)] for picture in pictures]
    found = {}
    for index, side in enumerate(sides):
        corners = np.floor(np.random.default_rng((seed, side, 1)).random((len(pictures), 128, 2)) * (side - 6))
        patches = np.array([
            [[colour[index][int(y) : int(y) + 7, int(x) : int(x) + 7] for colour in pyramid] for x, y in places]
            for pyramid, places in zip(pyramids, corners.tolist(), strict=True)
        ]).reshape(-1, 3, 7, 7)  # fmt: skip
        patches -= patches.mean((0, 2, 3), keepdims=True)
        patches /= patches.std((0, 2, 3), keepdims=True)
        found[side] = patches.reshape(len(patches), -1)
    return found


def plain_swd(real: np.ndarray, fake: np.ndarray, seed: int) -> dict[int, float]:
    """Every step as the paper's appendix words it, in float64."""
    ours, theirs = plain_patches(real, seed), plain_patches(fake, seed)
    found = {}
    for side, patches in ours.items():
        along = directions(seed, side)
        far = np.sort(patches @ along, axis=0) - np.sort(theirs[side] @ along, axis=0)
        found[side] = float(np.abs(far).mean() * 1000)
    return found


def test_the_pyramid_is_burt_and_adelsons():
    pictures = clouds(2, 64)
    for level, picture, colour in ((0, 0, 0), (1, 1, 2), (2, 0, 1)):
        ours = laplacian(pictures)[level][picture, colour].numpy()
        assert ours == pytest.approx(plain_pyramid(pictures[picture, ..., colour])[level], abs=1e-3)


def test_the_distance_is_that_of_a_plain_float64_version():
    real, fake = clouds(6, 32, 1), clouds(6, 32, 2, shift=9, detail=20)
    assert finish(swd(batches(real), batches(fake), 32, seed=5)) == pytest.approx(plain_swd(real, fake, 5), rel=1e-3)


def test_directions_have_length_one_and_do_not_repeat_from_level_to_level():
    assert np.linalg.norm(directions(0, 16), axis=0) == pytest.approx(np.ones(512))
    assert not np.allclose(directions(0, 16), directions(0, 32))


def test_equal_sets_have_no_distance_and_it_grows_with_what_is_done_to_one():
    real = clouds(32)
    found = [finish(swd([real], [clouds(32, detail=detail)], 32)) for detail in (12, 16, 24)]
    assert found[0] == {32: 0, 16: 0}
    assert found[0][32] < found[1][32] < found[2][32]


def test_two_draws_of_one_kind_are_nearer_than_two_kinds():
    real = clouds(60, 32, 1)
    same = finish(swd([real], [clouds(60, 32, 2)], 32))
    flat = np.broadcast_to(real.mean((1, 2), keepdims=True), real.shape).astype(np.uint8)
    other = finish(swd([real], [flat], 32))
    assert all(4 * same[side] < other[side] for side in (32, 16))


def test_pictures_of_one_colour_give_numbers_too():
    grey = np.full((8, 16, 16, 3), 100, np.uint8)
    assert finish(swd([grey], [grey], 16)) == {16: 0}
    assert finish(swd([clouds(8, 16)], [grey], 16))[16] > 100


def test_the_number_depends_on_the_seed_and_not_on_the_batches():
    real, fake = clouds(12, 32, 1), clouds(12, 32, 2)
    first = finish(swd(batches(real, 12), batches(fake, 7), 32, seed=1))
    assert first == finish(swd(batches(real, 5), batches(fake, 12), 32, seed=1))
    assert first != finish(swd([real], [fake], 32, seed=2))


def test_descriptors_made_once_serve_again():
    real, fake = clouds(20, 32, 1), clouds(20, 32, 2)
    known = finish(describe([real], 32))
    assert finish(swd(known, [fake], 32)) == finish(swd([real], [fake], 32))


@pytest.mark.parametrize(("n", "m"), [(5, 5), (3, 7), (6, 4)])
def test_the_earth_movers_distance_is_exact_for_unequal_numbers(n, m):
    random = np.random.default_rng(n)
    ours, theirs = np.sort(random.normal(0, 1, (2, n))), np.sort(random.normal(1, 2, (2, m)))
    repeated = np.abs(ours.repeat(m, 1) - theirs.repeat(n, 1)).mean(1)  # n m grains of equal weight
    assert wasserstein(ours.astype(np.float32), theirs.astype(np.float32)) == pytest.approx(repeated, rel=1e-5)


def test_memory_does_not_grow_with_the_number_of_pictures():
    batch = clouds(64, 16)
    peaks = []
    for times in (30, 120):
        tracemalloc.start()
        made = finish(describe(repeat(batch, times), 16, limit=20_000))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert made.pictures == 64 * times
    assert peaks[1] < 1.1 * peaks[0]


def test_a_bounded_sample_tells_about_the_same():
    real, fake = clouds(80, 16, 1), clouds(80, 16, 2, detail=0)
    fake[:] = fake[:, :1, :1]
    whole = finish(swd([real], [fake], 16))[16]
    assert finish(swd([real], [fake], 16, limit=4000))[16] == pytest.approx(whole, rel=0.03)


def test_progress_tells_how_many_pictures_were_cut_and_then_compared():
    steps = list(swd(batches(clouds(4, 16), 2), [clouds(4, 16)], 16))
    assert [step.done for step in steps[:3]] == [2, 4, 4]
    assert (steps[-1].done, steps[-1].total) == (512, 512)


@pytest.mark.parametrize("side", [8, 24, 0])
def test_a_side_without_levels_is_said_in_a_sentence(side):
    with pytest.raises(VisagistError, match="power of two from 16"):
        Descriptors(side)


def test_levels_run_from_the_full_side_to_16():
    assert levels_of(1024) == (1024, 512, 256, 128, 64, 32, 16)
    assert levels_of(16) == (16,)


def test_no_pictures_are_said_in_a_sentence():
    with pytest.raises(VisagistError, match="no pictures"):
        finish(swd([], [clouds(1)], 32))


def test_pictures_of_another_side_are_never_measured():
    with pytest.raises(ValueError, match="32, 32"):
        finish(swd([clouds(2, 16)], [clouds(2)], 32))
