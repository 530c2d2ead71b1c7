"""Noise maps: modes, strengths, levels and phases do what the recipe says."""

from __future__ import annotations

import pytest
import torch

from engine.errors import RecipeError
from engine.networks.noise import noise_map
from engine.recipe import Noise, NoiseLevel

CONST = torch.linspace(-1, 1, 64 * 64).reshape(64, 64)


def test_a_level_scales_the_noise_of_its_own_resolution_only():
    noise = Noise("const", 0, 0.5, (NoiseLevel(64, 3.0),))
    assert torch.allclose(noise_map(CONST, 0, noise), 1.5 * CONST)
    assert torch.allclose(noise_map(CONST[:32, :32], 0, noise), 0.5 * CONST[:32, :32])


def test_a_level_of_0_is_no_noise_there():
    assert noise_map(CONST, 0, Noise(levels=(NoiseLevel(64, 0.0),))) is None


def test_noise_walks_from_its_seed_to_the_next_one_and_is_as_strong_all_the_way():
    seeds = [noise_map(CONST, 3, Noise("random", seed)) for seed in (7, 8)]
    at = [noise_map(CONST, 3, Noise("random", 7, phase=phase)) for phase in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert torch.equal(at[0], seeds[0])
    assert torch.equal(at[-1], seeds[1])
    half = (seeds[0].double() + seeds[1].double()) / 2**0.5
    assert torch.allclose(at[2].double(), half, atol=1e-6)
    strength = CONST.square().mean().sqrt()
    for one in at:
        assert float((one.square().mean().sqrt() / strength - 1).abs()) < 0.05  # of 4096 samples


def test_noise_goes_round_a_whole_circle_at_an_even_speed():
    at = [noise_map(CONST, 3, Noise("random", 7, phase=step / 4)) for step in range(17)]
    assert torch.equal(at[16], at[0])
    for step, opposite in ((0, 8), (4, 12), (3, 11)):
        assert torch.allclose(at[step], -at[opposite], atol=1e-5)
    strides = torch.stack([(at[step + 1] - at[step]).norm() for step in range(16)])
    assert float(strides.max() / strides.min()) < 1.1
    assert Noise("random", 7, phase=4.0).at(64) == Noise("random", 7).at(64)


def test_the_seed_after_the_last_one_is_the_first():
    last = noise_map(CONST, 3, Noise("random", 2**64 - 1, phase=1.0))
    assert torch.equal(last, noise_map(CONST, 3, Noise("random", 0)))


def test_values_that_sound_the_same_are_equal():
    assert Noise("const", seed=5, phase=0.5).at(8) == Noise().at(8)
    assert Noise("none", 3).at(8) == Noise("random", 1, 0.0).at(8) == Noise("const", levels=(NoiseLevel(8, 0),)).at(8)
    assert Noise("random", 4, phase=1.0).at(8) == Noise("random", 5).at(8)
    assert Noise("random", 4, 100.0, (NoiseLevel(8, -100.0),)).at(8).strength == -100


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Noise(phase=4.5), "the noise phase is 4.5"),
        (lambda: Noise(levels=(NoiseLevel(8, 1.0), NoiseLevel(4, 1.0))), "ascending, each once"),
        (lambda: Noise(levels=(NoiseLevel(8, 1.0), NoiseLevel(8, 2.0))), "ascending, each once"),
        (lambda: NoiseLevel(0, 1.0), "the resolution of a noise level is 0"),
        (lambda: NoiseLevel(8, float("nan")), "the noise strength at 8 px is nan"),
    ],
)
def test_noise_that_makes_no_sense_is_refused(make, words):
    with pytest.raises(RecipeError, match=words):
        make()
