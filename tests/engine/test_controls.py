"""Every control of a recipe is found under its address, set within its limits, and refused in one sentence."""

from __future__ import annotations

import math

import pytest

from engine.controls import FIXED, control_at, controls_of, get, put, range_of
from engine.errors import RecipeError
from engine.recipe import (
    DirectionAmount,
    Mix,
    Noise,
    NoiseLevel,
    PlaneLatent,
    Recipe,
    SeedLatent,
    Truncation,
    View,
)

SMILE = DirectionAmount("Smile", "0123456789abcdef", 0.5, (0, 1, 2))
FULL = Recipe(
    latent=PlaneLatent((SeedLatent(1), SeedLatent(2), SeedLatent(3)), 0.2, 0.3),
    label=(0.25, 0.75),
    truncation=Truncation(0.6, 8),
    mixes=(Mix(SeedLatent(9), (0, 1), 0.4),),
    directions=(SMILE,),
    noise=Noise("random", 5, 0.8, (NoiseLevel(64, 0.5),), 0.3),
    view=View(0.1, 0.2, 30.0, 1.5),
    growth=1.5,
)


def values() -> list[tuple[str, object]]:
    return [
        ("latent.x", 0.2),
        ("truncation.psi", 0.6),
        ("truncation.cutoff", 8),
        ("truncation.centre", "mean"),
        ("noise.mode", "random"),
        ("noise.seed", 5),
        ("noise.phase", 0.3),
        ("noise.level/64", 0.5),
        ("noise.level/32", 1.0),
        ("view.rotation", 30.0),
        ("growth", 1.5),
        ("label/1", 0.75),
        ("mix/0", 0.4),
        ("mix/9:0-1", 0.4),
        ("mix/9:0-4", 0.0),
        ("direction/Smile", 0.5),
        ("direction/0123456789abcdef", 0.5),
        ("direction/Frown", 0.0),
        ("/view.x", 0.1),
    ]


@pytest.mark.parametrize(("address", "value"), values())
def test_a_control_is_read_at_its_address(address, value):
    assert get(FULL, address) == value


def test_every_control_of_a_recipe_can_be_put_and_got():
    for control in controls_of(FULL):
        if control.kind == "choice":
            wanted: object = control.choices[-1]
        elif control.kind == "number":
            wanted = control.low + 0.625 * (control.high - control.low)
        else:
            wanted = 7
        if control.address == "latent.seed":
            continue  # its latent is a plane, held below
        assert get(put(FULL, control.address, wanted), control.address) == wanted, control.address
        assert put(FULL, control.address, get(FULL, control.address)) == FULL, control.address
        assert control.low < control.high


def test_a_seed_is_put_whatever_the_latent_was():
    assert put(FULL, "latent.seed", 2**63).latent == SeedLatent(2**63)
    assert get(Recipe(latent=SeedLatent(4)), "latent.seed") == 4


def test_what_a_recipe_has_not_yet_is_added():
    plain = Recipe()
    assert put(plain, "mix/9:0-4", 0.5).mixes == (Mix(SeedLatent(9), (0, 1, 2, 3, 4), 0.5),)
    assert put(plain, "direction/Smile", 2, SMILE).directions == (
        DirectionAmount("Smile", "0123456789abcdef", 2.0, (0, 1, 2)),
    )
    assert put(FULL, "direction/Smile", 0).directions == ()
    assert put(plain, "noise.level/64", 0.5).noise.levels == (NoiseLevel(64, 0.5),)
    assert put(FULL, "noise.level/64", 1.0).noise.levels == ()
    assert put(plain, "growth", 2).growth == 2
    assert put(FULL, "truncation.cutoff", None).truncation.cutoff is None
    assert put(FULL, "growth", None).growth is None


def test_a_value_beyond_the_limits_is_kept_within_them_and_a_whole_one_is_rounded():
    assert put(FULL, "view.zoom", 0.0).view.zoom == 0.01
    assert put(FULL, "truncation.psi", 1e9).truncation.psi == 10
    assert put(FULL, "noise.seed", -3).noise.seed == 0
    assert put(FULL, "noise.seed", 1e30).noise.seed == 2**64 - 1
    assert put(FULL, "truncation.cutoff", 6.6).truncation.cutoff == 7


def test_a_knob_goes_through_the_usual_range():
    assert range_of("truncation.psi") == (-1.0, 1.5)
    assert range_of("/direction/Smile") == (-3.0, 3.0)


@pytest.mark.parametrize(
    ("address", "value", "sentence"),
    [
        ("psi", 1, "there is no control 'psi'; there are latent.seed, "),
        ("direction/", 1, "there is no control"),
        ("mix/x:0-4", 1, "'x' in the address 'mix/x:0-4' must be a whole number from 0"),
        ("mix/3", 1, "the recipe has 1 style mixes"),
        ("mix/3:4-1", 1, "style rows run upwards"),
        ("label/2", 1, "the recipe has 2 label values"),
        ("noise.level/0", 1, "the resolution of a noise level is 0"),
        ("truncation.psi", math.nan, "truncation.psi is a finite number, not nan"),
        ("truncation.psi", "high", "truncation.psi is a finite number, not 'high'"),
        ("truncation.psi", None, "truncation.psi is a finite number, not None"),
        ("truncation.psi", True, "truncation.psi is a finite number, not True"),
        ("truncation.centre", "left", "truncation.centre is mean or nearest, not 'left'"),
        ("direction/Frown", 1, "the recipe does not go along 'Frown'"),
    ],
)
def test_what_cannot_be_put_is_told_in_one_sentence(address, value, sentence):
    with pytest.raises(RecipeError) as told:
        put(FULL, address, value)
    assert sentence in str(told.value)
    assert "\n" not in str(told.value)


def test_a_control_that_a_recipe_has_not_is_told():
    with pytest.raises(RecipeError, match="no point of a plane"):
        put(Recipe(), "latent.x", 1)
    with pytest.raises(RecipeError, match="is no seed"):
        get(FULL, "latent.seed")
    assert {control.address for control in controls_of(Recipe())} == set(FIXED) - {"latent.x", "latent.y"}


def test_the_table_is_keyed_by_its_own_addresses_and_no_two_read_alike():
    assert all(control_at(address).address == address for address in FIXED)
    assert len({control.title for control in FIXED.values()}) == len(FIXED)
