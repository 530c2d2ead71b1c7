"""What the augmentation promises: pictures untouched at 0, known transforms, gradients of two orders, a moving p."""

from __future__ import annotations

import math

import msgspec
import pytest
import torch
from torch import Tensor

from engine.training.augment import AdaptiveProbability, Augmentation, AugmentSettings, AugmentState, recoloured
from engine.training.dice import Dice
from engine.training.draws import COLOURS, GEOMETRY, Draw, about_grey
from engine.training.warp import warp

EVERYTHING = (*dict(GEOMETRY), *COLOURS, "noise", "cutout")


def thrown(seed: int = 1) -> Dice:
    return Dice(seed, 0)


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def pictures(count: int = 4, side: int = 16, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.rand(count, 3, side, side, generator=seeded(7), dtype=dtype) * 2 - 1


def smooth(count: int, side: int, change: Tensor | None = None) -> Tensor:
    """A picture known at every place of the plane, as it looks through `change` [3, 3] of places."""
    y, x = torch.meshgrid(*(torch.arange(side, dtype=torch.float64) - (side - 1) / 2,) * 2, indexing="ij")
    place = torch.stack([x, y, torch.ones_like(x)]).flatten(1)
    x, y, _ = ((torch.eye(3, dtype=torch.float64) if change is None else change.double()) @ place).view(3, side, side)
    near = torch.exp(-((x / side * 5) ** 2 + (y / side * 5 - 0.7) ** 2))
    colours = torch.stack([near, near * torch.cos(x * 9 / side), near * torch.sin(y * 7 / side)])
    return colours.expand(count, -1, -1, -1)


def test_at_probability_0_the_very_pictures_come_back_and_nothing_is_drawn():
    dice, given = thrown(), pictures()
    before = dice.generator.get_state()
    assert Augmentation(AugmentSettings())(given, 0.0, dice) is given
    assert torch.equal(dice.generator.get_state(), before)


def test_pictures_on_which_no_operation_is_in_force_keep_their_bits():
    given = pictures(64, 8)
    changed = Augmentation(AugmentSettings(EVERYTHING))(given, 0.02, thrown())
    same = (changed == given).flatten(1).all(1)
    assert 20 < int(same.sum()) < 64


def test_the_dice_decide_everything():
    augmentation, given = Augmentation(AugmentSettings(EVERYTHING)), pictures()
    first, again, other = (augmentation(given, 0.8, thrown(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize("side", [4, 8, 16])
def test_the_identity_turns_by_90_degrees_and_mirror_images_move_pixels_as_they_are(side):
    given = pictures(2, side)
    for turns in range(4):
        sine, cosine = math.sin(turns * math.pi / 2), math.cos(turns * math.pi / 2)
        inverse = torch.tensor([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]]).repeat(2, 1, 1)
        assert torch.allclose(warp(given, inverse), given.rot90(turns, (2, 3)), atol=2e-5)
    assert torch.allclose(warp(given, torch.diag(torch.tensor([-1.0, 1, 1])).repeat(2, 1, 1)), given.flip(3), atol=2e-5)


def test_a_shift_by_whole_pixels_moves_them_and_the_mirror_image_comes_in():
    inverse = torch.eye(3)[None].clone()
    inverse[0, 0, 2], inverse[0, 1, 2] = 5, -3
    given = pictures(1, 48)
    assert torch.allclose(warp(given, inverse)[..., 16:32, 16:32], given[..., 13:29, 21:37], atol=1e-4)
    ramp = torch.linspace(-1, 1, 32).expand(1, 3, 32, 32)
    moved = torch.cat([ramp[..., 5:], ramp[..., 27:].flip(3)], 3)
    assert torch.allclose(warp(ramp, inverse), moved, atol=0.02)


@pytest.mark.parametrize("name", dict(GEOMETRY))
def test_every_warp_shows_what_the_plane_shows_there(name):
    draw = Draw(12, 1.0, thrown(3))
    inverse = dict(GEOMETRY)[name](draw, 48, 48)
    assert (inverse != torch.eye(3)).flatten(1).any(1).sum() >= 2
    # places near a border show the mirror image; the smooth picture is dark there
    truth = torch.cat([smooth(1, 48, matrix) for matrix in inverse])
    found = warp(smooth(12, 48).float(), inverse)
    inside = (slice(None), slice(None), slice(14, 34), slice(14, 34))
    assert (found[inside] - truth[inside]).abs().max() < 0.01


def test_shrinking_folds_no_fine_detail_into_coarse():
    stripes = torch.tensor([1.0, -1.0]).repeat(32).expand(1, 3, 64, 64)
    shrunk = warp(stripes, torch.diag(torch.tensor([1.5, 1.5, 1.0]))[None])
    # read point by point they would come back as coarse stripes of full strength
    assert shrunk[..., 16:-16, 16:-16].abs().max() < 0.3


def colour(name: str) -> Tensor:
    return COLOURS[name](Draw(9, 1.0, thrown(3)))


def test_colour_operations_do_to_greys_and_to_the_rest_what_their_names_say():
    red = torch.tensor([1.0, 0.0, 0.0])
    grey = torch.full((9, 3, 1, 1), 0.3)
    light = recoloured(grey, colour("brightness"))
    assert torch.allclose(light.std(1), torch.zeros(9, 1, 1), atol=1e-6)
    assert not torch.allclose(light, grey)
    for name in ("hue", "saturation"):
        assert torch.allclose(recoloured(grey, colour(name)), grey, atol=1e-6)
        turned = recoloured(red[None, :, None, None].repeat(9, 1, 1, 1), colour(name))
        assert torch.allclose(turned.mean(1), torch.full((9, 1, 1), 1 / 3), atol=1e-6)
        assert not torch.allclose(turned[:, 0], torch.ones(9, 1, 1))
    length = recoloured(red[None, :, None, None].repeat(9, 1, 1, 1), colour("hue")).norm(dim=1)
    assert torch.allclose(length, torch.ones(9, 1, 1), atol=1e-6)
    factors = recoloured(grey, colour("contrast")) / grey
    assert torch.allclose(factors, factors[:, :1].expand_as(factors))
    flipped = recoloured(grey, colour("luma_flip"))
    assert {round(float(value), 4) for value in flipped[:, 0]} == {0.3, -0.3}


def test_the_hue_turned_by_a_third_brings_red_to_green():
    third = torch.tensor([2 * math.pi / 3])
    matrix = about_grey(torch.ones(1), third.cos(), third.sin())
    assert torch.allclose(matrix[0, :3, :3] @ torch.tensor([1.0, 0, 0]), torch.tensor([0.0, 1, 0]), atol=1e-6)


@pytest.mark.parametrize("name", EVERYTHING)
def test_each_operation_is_in_force_on_about_p_of_the_pictures(name):
    given = pictures(600, 8)
    augmentation = Augmentation(AugmentSettings((name,)))
    share = (augmentation(given, 0.4, thrown()) != given).flatten(1).any(1).float().mean()
    certain = (augmentation(given, 1.0, thrown()) != given).flatten(1).any(1).float().mean()
    assert float(share / certain) == pytest.approx(0.4, abs=0.06)
    if name not in ("flip", "quarter_turn", "shift", "luma_flip"):
        assert certain == 1.0


def test_two_processes_change_their_halves_as_one_process_changes_the_whole():
    augmentation, given = Augmentation(AugmentSettings(EVERYTHING)), pictures(6)
    whole = augmentation(given, 0.7, Dice(1, 5))
    for rank in range(2):
        half = augmentation(given[rank::2], 0.7, Dice(1, 5, rank=rank, world=2))
        assert torch.allclose(half, whole[rank::2], atol=1e-5)


@pytest.mark.parametrize("p", [0.3, 1.0])
def test_gradients_of_both_orders_are_right(p):
    augmentation = Augmentation(AugmentSettings(EVERYTHING))
    given = pictures(2, 4, torch.float64).requires_grad_()

    def change(x: Tensor) -> Tensor:
        return augmentation(x, p, thrown(5)).sin()  # a bend behind it, so that the second order is not 0

    assert torch.autograd.gradcheck(change, (given,))
    assert torch.autograd.gradgradcheck(change, (given,))


def test_pictures_that_are_not_square_keep_their_shape():
    given = pictures(3, 16)[:, :, :, :8]
    assert Augmentation(AugmentSettings(EVERYTHING))(given, 1.0, thrown()).shape == (3, 3, 16, 8)


def test_settings_name_an_operation_that_there_is_not():
    with pytest.raises(msgspec.ValidationError, match="wobble"):
        msgspec.json.decode(b'{"operations": ["wobble"]}', type=AugmentSettings)
    assert msgspec.json.decode(b"{}", type=AugmentSettings) == AugmentSettings()


def test_p_rises_while_the_discriminator_is_too_sure_and_falls_when_it_doubts():
    control = AdaptiveProbability(target=0.6, images_to_one=1000)
    for _ in range(12):
        control.observe(1.0, 10)
    assert control.p == pytest.approx(0.12)
    for _ in range(3):
        control.observe(0.0, 10)
    assert control.p == pytest.approx(0.12), "it moves at every fourth step"
    control.observe(0.0, 10)
    assert control.p == pytest.approx(0.08)
    for _ in range(100):
        control.observe(0.0, 10)
    assert control.p == 0.0
    for _ in range(400):
        control.observe(1.0, 10)
    assert control.p == 1.0


def test_half_way_between_two_moves_the_controller_goes_on_from_its_state():
    signs = torch.rand(23, generator=seeded(2)).tolist()
    whole, first = AdaptiveProbability(0.5, 500), AdaptiveProbability(0.5, 500)
    for sign in signs:
        whole.observe(sign, 8)
    for sign in signs[:10]:
        first.observe(sign, 8)
    kept = msgspec.json.decode(msgspec.json.encode(first.state), type=AugmentState)
    second = AdaptiveProbability(0.5, 500, kept)
    for sign in signs[10:]:
        second.observe(sign, 8)
    assert second.state == whole.state
    assert whole.state.steps == 3
