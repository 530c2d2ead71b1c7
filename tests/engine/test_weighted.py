"""Weighted sums of recipes: their styles are the sums of the styles, whatever the recipes are made of."""

from __future__ import annotations

import itertools

import pytest
import torch
from msgspec.structs import replace

from engine.blend import between, blend
from engine.errors import RecipeError
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
    View,
    leaves,
)
from engine.weighted import check_sum, grounds, weighted

WHOLE = Truncation(1.0)
SEEDS = SeedLatent(5), SeedLatent(6), SeedLatent(7)


@pytest.fixture(scope="module")
def latents(tiny_model) -> Latents:
    made = Latents(tiny_model.generator, tiny_model.w_mean)
    made.directions["smile"] = torch.randn(made.plan.w_dim, generator=torch.Generator().manual_seed(1))
    return made


@pytest.fixture(scope="module")
def recipes(latents) -> list[Recipe]:
    rows, width = latents.plan.style_rows, latents.plan.w_dim
    given = torch.randn(rows, width, generator=torch.Generator().manual_seed(2)).numpy().astype("<f4").tobytes()
    child = between(between(SeedLatent(1), SeedLatent(2), 0.5), between(SeedLatent(3), SeedLatent(4), 0.5), 0.25)
    return [
        Recipe(latent=SeedLatent(1), truncation=WHOLE),
        Recipe(latent=child, truncation=WHOLE, mixes=(Mix(SeedLatent(3), (0, 1, 2), 0.4), Mix(child, (1, 5), -0.5))),
        Recipe(latent=PlaneLatent(SEEDS, 0.2, 0.6), truncation=WHOLE, mixes=(Mix(SeedLatent(1), (4,), -0.5),)),
        Recipe(latent=PlaneLatent(SEEDS, 0.1, 0.3, "z"), truncation=WHOLE),
        Recipe(
            latent=ExplicitLatent(rows, width, given),
            truncation=WHOLE,
            directions=(DirectionAmount("Smile", "smile", 2.0, (0, 1)),),
        ),
    ]


@pytest.mark.parametrize("weights", [(-0.1, 0.6, 0.6, -0.1), (0.1, 0.2, 0.3, 0.4), (1.5, -0.25, -0.5, 0.25)])
def test_the_styles_of_a_sum_are_the_sum_of_the_styles(latents, recipes, weights):
    for four in itertools.permutations(recipes, 4):
        made = weighted(list(zip(four, weights, strict=True)), latents.plan.style_rows)
        wanted = sum(w * latents.styles(one).double() for one, w in zip(four, weights, strict=True))
        assert torch.allclose(latents.styles(made).double(), wanted, atol=2e-4)


def test_a_sum_of_two_is_their_blend(latents, recipes):
    for a, b in itertools.permutations(recipes, 2):
        made = weighted([(a, 0.7), (b, 0.3)], latents.plan.style_rows)
        wanted = latents.styles(blend(a, b, 0.3, latents.plan.style_rows))
        assert torch.allclose(latents.styles(made), wanted, atol=1e-4)


def test_a_sum_of_one_recipe_is_that_recipe(recipes):
    for one in recipes:
        assert weighted([(one, 0.7), (one, 0.3)], 8) == one
        assert weighted([(recipes[0], 0.0), (one, 1.0)], 8) == one


def test_a_sum_stands_on_about_as_many_latents_as_there_are(recipes):
    seeds = [Recipe(latent=SeedLatent(seed)) for seed in range(4)]
    made = weighted(list(zip(seeds, (-0.1, 0.6, 0.6, -0.1), strict=True)), 8)
    assert leaves(made.latent) <= 7
    again = weighted([(made, 0.5), (seeds[0], 0.5)], 8)
    assert leaves(again.latent) <= 7
    assert sum(grounds(again.latent).values()) == pytest.approx(1)


def test_in_z_two_faces_meet_on_the_sphere_and_a_mix_stays_what_it_is(latents):
    rows = latents.plan.style_rows
    a = Recipe(latent=SeedLatent(1), truncation=WHOLE)
    b = Recipe(latent=SeedLatent(2), truncation=WHOLE, mixes=(Mix(SeedLatent(9), (0, 1), 0.5),))
    ends = [latents.z_of(SeedLatent(seed)).double() for seed in (1, 2)]
    for share in (0.1, 0.5, 0.8):
        made = weighted([(a, 1 - share), (b, share)], rows, "z")
        norm = latents.z_of(made.latent).double().norm()
        assert float(norm) == pytest.approx(float(ends[0].norm() * (1 - share) + ends[1].norm() * share), rel=1e-5)
        styles = latents.styles(made)
        on_sphere = latents.w_of(made.latent)
        assert torch.equal(styles[-1], on_sphere)
        mixed = torch.lerp(on_sphere, latents.w_of(SeedLatent(9)), share * 0.5)
        assert torch.allclose(styles[0], mixed, atol=1e-4)


def test_points_of_one_plane_meet_on_that_plane():
    a, b = (Recipe(latent=PlaneLatent(SEEDS, x, 0.5, "z")) for x in (0.0, 0.4))
    assert weighted([(a, 0.25), (b, 0.75)], 8).latent == PlaneLatent(SEEDS, 0.4 * 0.75, 0.5, "z")


def test_numbers_go_by_the_weights_within_their_limits_and_what_cannot_be_divided_is_the_heaviest_ones():
    a = Recipe(
        noise=Noise("random", 5, 1.0, (NoiseLevel(8, 3.0),)), truncation=Truncation(0.5, 2), view=View(zoom=0.02)
    )
    b = Recipe(noise=Noise("const", 0, 0.0), truncation=Truncation(1.0), view=View(zoom=1.0), label=(1.0,))
    half = weighted([(a, 0.6), (b, 0.4)], 10)
    assert half.noise == Noise("random", 5, 0.6, (NoiseLevel(8, 3.0 - 2.0 * 0.4),))
    assert half.truncation == Truncation(0.7, round(2 + 0.4 * 8))
    beyond = weighted([(a, 1.5), (b, -0.5)], 10)
    assert beyond.view.zoom == 0.01
    assert beyond.truncation == Truncation(0.25, 0)
    assert beyond.label == ()
    grown = [replace(a, growth=value) for value in (0.2, 3.0)]
    assert weighted([(grown[0], 1.5), (grown[1], -0.5)], 10).growth == 0.0


def test_too_many_latents_beside_each_other_are_told():
    faces = [SeedLatent(seed) for seed in range(60)]
    many = Recipe(mixes=tuple(Mix(face, (row,)) for row, face in enumerate(faces)))
    with pytest.raises(RecipeError, match="would stand on 63 latents"):
        check_sum([many])
    check_sum([Recipe(mixes=many.mixes[:20]), Recipe(mixes=many.mixes[20:40])])
