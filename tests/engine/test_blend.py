"""Recipes between recipes: their styles lie where the arithmetic says, whatever the parents are made of."""

from __future__ import annotations

import itertools

import pytest
import torch
from msgspec.structs import replace

from engine.blend import blend, breed, neighbour
from engine.latents import Latents
from engine.recipe import (
    DirectionAmount,
    ExplicitLatent,
    Mix,
    Noise,
    NoiseLevel,
    PlaneLatent,
    Recipe,
    SeedLatent,
    Truncation,
)

WHOLE = Truncation(1.0)


@pytest.fixture(scope="module")
def latents(tiny_model) -> Latents:
    made = Latents(tiny_model.generator, tiny_model.w_mean)
    made.directions["smile"] = torch.randn(made.plan.w_dim, generator=torch.Generator().manual_seed(1))
    return made


def given(latents: Latents) -> ExplicitLatent:
    rows, width = latents.plan.style_rows, latents.plan.w_dim
    return ExplicitLatent(rows, width, torch.randn(rows, width).numpy().astype("<f4").tobytes())


def parents(latents: Latents) -> list[Recipe]:
    seeds = SeedLatent(5), SeedLatent(6), SeedLatent(7)
    return [
        Recipe(latent=SeedLatent(1), truncation=WHOLE),
        Recipe(latent=SeedLatent(2), truncation=WHOLE, mixes=(Mix(SeedLatent(3), (0, 1, 2), 0.4),)),
        Recipe(
            latent=SeedLatent(1),
            truncation=WHOLE,
            mixes=(Mix(SeedLatent(3), (1, 2), 1.0), Mix(SeedLatent(4), (2, 3), 0.3)),
        ),
        Recipe(latent=PlaneLatent(seeds, 0.2, 0.6), truncation=WHOLE, mixes=(Mix(SeedLatent(1), (4,), -0.5),)),
        Recipe(
            latent=given(latents),
            truncation=WHOLE,
            directions=(DirectionAmount("Smile", "smile", 2.0, (0, 1)),),
        ),
    ]


def test_styles_between_two_recipes_lie_on_the_line_between_theirs(latents):
    for a, b in itertools.permutations(parents(latents), 2):
        for share in (0.0, 0.25, 0.7, 1.0):
            made = latents.styles(blend(a, b, share, latents.plan.style_rows))
            wanted = torch.lerp(latents.styles(a), latents.styles(b), share)
            assert torch.allclose(made, wanted, atol=1e-4), (a, b, share)


def test_a_child_takes_its_share_of_each_row(latents):
    rows = latents.plan.style_rows
    shares = [0.0, 1.0, 0.5, 0.5] + [0.2] * (rows - 4)
    for a, b in itertools.permutations(parents(latents)[:4], 2):
        made = latents.styles(breed(a, b, shares))
        wanted = torch.lerp(latents.styles(a), latents.styles(b), torch.tensor(shares)[:, None])
        assert torch.allclose(made, wanted, atol=1e-4), (a, b)


def test_the_ends_are_the_parents_themselves(latents):
    a, b, *_ = parents(latents)
    assert blend(a, b, 0, latents.plan.style_rows) is a
    assert blend(a, b, 1, latents.plan.style_rows) is b
    assert breed(a, b, [0.0] * 10) is a


def test_numbers_go_in_step_and_what_cannot_be_divided_is_the_nearer_ones(latents):
    rows = latents.plan.style_rows
    a = Recipe(truncation=Truncation(1.0, 2), noise=Noise("random", 5, 1.0))
    b = Recipe(truncation=Truncation(0.0), noise=Noise("const", 0, 0.0))
    near_a, near_b = blend(a, b, 0.25, rows), blend(a, b, 0.75, rows)
    assert near_a.truncation == Truncation(0.75, round(2 + (rows - 2) / 4))
    nearest = replace(b, truncation=Truncation(0.0, centre="nearest"))
    assert [blend(a, nearest, share, rows).truncation.centre for share in (0.4, 0.6)] == ["mean", "nearest"]
    assert near_a.noise == Noise("random", 5, 0.75)
    assert near_b.noise == Noise("const", 0, 0.25)
    assert blend(a, replace(a, truncation=Truncation(1.0)), 0.999, rows).truncation.cutoff is None


def test_noise_goes_in_step_level_by_level(latents):
    a = Recipe(noise=Noise("random", 5, levels=(NoiseLevel(8, 0.0), NoiseLevel(16, 2.0)), phase=0.2))
    b = Recipe(noise=Noise("random", 5, levels=(NoiseLevel(16, 0.0), NoiseLevel(32, 3.0)), phase=0.6))
    half = blend(a, b, 0.5, latents.plan.style_rows).noise
    assert half == Noise("random", 5, levels=(NoiseLevel(8, 0.5), NoiseLevel(32, 2.0)), phase=0.4)
    other = replace(b, noise=replace(b.noise, seed=6))
    assert blend(a, other, 0.25, latents.plan.style_rows).noise.phase == 0.2


def test_a_neighbour_lies_as_far_as_its_radius_says(latents):
    base = SeedLatent(1)
    assert neighbour(base, 1, 0.5) == base
    close, far = (neighbour(base, 9, radius) for radius in (0.05, 0.5))
    start = latents.w_of(base)
    assert 0 < (latents.w_of(close) - start).norm() < (latents.w_of(far) - start).norm()
    assert neighbour(close, 10, 0.1).space == "z"
