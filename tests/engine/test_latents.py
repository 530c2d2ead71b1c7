"""Recipe -> styles: seeds, planes, mixes, truncation and directions do what their definitions say."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from engine.errors import RecipeError
from engine.latents import Latents, draw_z, spherical_blend
from engine.networks.mobile_stylegan import MobileStyleGAN
from engine.recipe import DirectionAmount, ExplicitLatent, Mix, PlaneLatent, Recipe, SeedLatent, Truncation
from tests.nets import tiny_weights

ROWS, WIDTH = 10, 512


@pytest.fixture(scope="module")
def latents() -> Latents:
    weights = tiny_weights()
    smile = torch.linspace(-1, 1, WIDTH)
    per_row = torch.arange(ROWS).float()[:, None].expand(-1, WIDTH)
    return Latents(MobileStyleGAN(weights), weights["w_mean"], {"smile": smile, "ramp": per_row})


def w_of(latents: Latents, seed: int) -> torch.Tensor:
    return latents.generator.map(draw_z(seed, WIDTH)[None])[0]


def test_seeds_below_2_to_the_32_are_drawn_as_the_stylegan_programs_draw_them():
    assert np.array_equal(draw_z(7, 512).numpy(), np.random.RandomState(7).randn(1, 512)[0].astype(np.float32))


def test_large_seeds_differ_in_both_halves():
    drawn = [draw_z(seed, 64) for seed in (1, 2**32 + 1, 2**33 + 1, 2**64 - 1)]
    for i, first in enumerate(drawn):
        for second in drawn[:i]:
            assert not torch.equal(first, second)


def test_psi_1_leaves_w_alone_and_psi_0_is_the_mean(latents):
    assert torch.equal(latents.styles(Recipe(truncation=Truncation(1.0)))[3], w_of(latents, 0))
    assert torch.equal(latents.styles(Recipe(truncation=Truncation(0.0)))[3], latents.w_mean)


def test_truncation_leaves_rows_from_the_cutoff_on(latents):
    styles = latents.styles(Recipe(truncation=Truncation(0.5, 4)))
    w = w_of(latents, 0).double()
    pulled = latents.w_mean.double() + 0.5 * (w - latents.w_mean.double())
    assert torch.allclose(styles[3].double(), pulled, atol=1e-6)
    assert torch.equal(styles[4], w_of(latents, 0))


def test_a_mix_takes_its_rows_from_the_other_latent(latents):
    recipe = Recipe(truncation=Truncation(1.0), mixes=(Mix(SeedLatent(5), (2, 3)), Mix(SeedLatent(6), (7,), 0.25)))
    styles = latents.styles(recipe)
    own, other, third = (w_of(latents, seed) for seed in (0, 5, 6))
    assert torch.equal(styles[1], own)
    assert torch.equal(styles[2], other)
    assert torch.equal(styles[3], other)
    assert torch.allclose(styles[7], 0.75 * own + 0.25 * third, atol=1e-6)


def test_directions_are_added_after_truncation_on_their_rows_only(latents):
    move = DirectionAmount("Smile", "smile", 2.0, (1, 2))
    plain = latents.styles(Recipe())
    moved = latents.styles(Recipe(directions=(move,)))
    assert torch.allclose(moved[1] - plain[1], 2 * torch.linspace(-1, 1, WIDTH), atol=1e-5)
    assert torch.equal(moved[3], plain[3])
    ramp = latents.styles(Recipe(directions=(DirectionAmount("Ramp", "ramp", 1.0, (3,)),)))
    assert torch.allclose(ramp[3] - plain[3], torch.full((WIDTH,), 3.0), atol=1e-5)


def test_slerp_keeps_the_length_and_walks_the_great_circle_at_constant_speed():
    a, b = torch.eye(8)[0] * 3, torch.eye(8)[1] * 3
    for t in (0.0, 0.2, 0.5, 0.9, 1.0):
        point = spherical_blend(torch.stack([a, b]), (1 - t, t))
        expected = 3 * (math.cos(t * math.pi / 2) * torch.eye(8)[0] + math.sin(t * math.pi / 2) * torch.eye(8)[1])
        assert torch.allclose(point, expected, atol=1e-6)


@pytest.mark.parametrize("space", ["z", "w"])
def test_the_corners_of_a_plane_are_its_seeds(latents, space):
    for corner, (x, y) in enumerate([(0, 0), (1, 0), (0, 1)]):
        plane = PlaneLatent((SeedLatent(11), SeedLatent(12), SeedLatent(13)), x, y, space)
        styles = latents.styles(Recipe(latent=plane, truncation=Truncation(1.0)))
        assert torch.allclose(styles[0], w_of(latents, 11 + corner), atol=1e-5)


@pytest.mark.parametrize("space", ["z", "w"])
def test_a_plane_through_planes_is_where_the_planes_are(latents, space):
    inner = PlaneLatent((SeedLatent(1), SeedLatent(2), SeedLatent(3)), 0.3, 0.2, space)
    outer = PlaneLatent((inner, SeedLatent(8), SeedLatent(9)), 0.0, 0.0, space)
    assert torch.allclose(latents.w_of(outer), latents.w_of(inner), atol=1e-5)
    assert torch.allclose(latents.w_of(replace(outer, x=1.0)), w_of(latents, 8), atol=1e-5)


def test_a_plane_with_a_corner_of_many_rows_has_many_rows(latents):
    values = torch.randn(ROWS, WIDTH)
    given = ExplicitLatent(ROWS, WIDTH, values.numpy().astype("<f4").tobytes())
    plane = PlaneLatent((SeedLatent(4), given, given), 0.25)
    styles = latents.styles(Recipe(latent=plane, truncation=Truncation(1.0)))
    assert torch.allclose(styles, 0.75 * w_of(latents, 4) + 0.25 * values, atol=1e-5)


def test_a_pinned_direction_is_left_alone_by_a_move(latents):
    smile, age = torch.randn(WIDTH), torch.randn(WIDTH)
    latents.directions |= {"smile": smile, "age": age}
    rows = tuple(range(ROWS))
    plain = latents.styles(Recipe())
    free = latents.styles(Recipe(directions=(DirectionAmount("Age", "age", 2.0, rows),))) - plain
    kept = latents.styles(Recipe(directions=(DirectionAmount("Age", "age", 2.0, rows, ("smile",)),))) - plain
    assert torch.allclose(free, 2 * age.expand_as(free), atol=1e-4)
    assert (kept @ smile).abs().max() < 1e-3
    assert torch.allclose(free - kept, (free - kept) @ smile[:, None] / smile.norm() ** 2 * smile, atol=1e-4)


def test_the_same_direction_pinned_twice_is_pinned_once(latents):
    smile, age = torch.randn(WIDTH), torch.randn(WIDTH)
    latents.directions |= {"smile": smile, "grin": smile.clone(), "age": age}
    once = latents.vector_of(DirectionAmount("Age", "age", 1.0, (0,), ("smile",)))
    twice = latents.vector_of(DirectionAmount("Age", "age", 1.0, (0,), ("smile", "grin")))
    assert torch.allclose(once, twice, atol=1e-4)


def test_three_equal_seeds_make_a_plane_of_one_face(latents):
    for space in ("z", "w"):
        styles = latents.styles(
            Recipe(
                latent=PlaneLatent((SeedLatent(4), SeedLatent(4), SeedLatent(4)), 0.3, 0.3, space),
                truncation=Truncation(1.0),
            )
        )
        assert torch.allclose(styles[0], w_of(latents, 4), atol=1e-5)


def test_an_explicit_latent_is_used_as_it_is(latents):
    values = torch.randn(ROWS, WIDTH)
    latent = ExplicitLatent(ROWS, WIDTH, values.numpy().astype("<f4").tobytes())
    assert torch.equal(latents.styles(Recipe(latent=latent, truncation=Truncation(1.0))), values)
    one = ExplicitLatent(1, WIDTH, values[:1].numpy().astype("<f4").tobytes())
    assert torch.equal(latents.styles(Recipe(latent=one, truncation=Truncation(1.0)))[5], values[0])


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        (Recipe(mixes=(Mix(SeedLatent(1), (9, 10)),)), "style row 10; this model's rows are 0 to 9"),
        (Recipe(directions=(DirectionAmount("Smile", "smile", 1, (10,)),)), "style row 10"),
        (Recipe(directions=(DirectionAmount("Hat", "hat", 1, (1,)),)), "no open direction pack holds"),
        (Recipe(label=(1.0,)), "takes 0"),
        (Recipe(latent=ExplicitLatent(1, 2, struct.pack("<2f", 1, 2))), "1 or 10 rows of 512"),
        (Recipe(truncation=Truncation(0.5, 11)), "has 10 style rows"),
    ],
)
def test_a_recipe_that_the_model_cannot_follow_is_refused_in_one_sentence(latents, recipe, words):
    with pytest.raises(RecipeError, match=words):
        latents.styles(recipe)
