"""Recipes: immutable, hashable, JSON both ways, and one sentence for whatever is wrong."""

from __future__ import annotations

import json
import struct

import msgspec
import pytest

from engine.checks import parse_rows, rows_text
from engine.errors import RecipeError
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
    from_json,
)

FULL = Recipe(
    model="ab" * 32,
    latent=PlaneLatent((SeedLatent(1), SeedLatent(2), SeedLatent(2**64 - 1)), 0.25, -0.5, "z"),
    label=(0.0, 1.0),
    truncation=Truncation(-0.4, 8, "nearest"),
    mixes=(
        Mix(SeedLatent(3), (0, 1, 2), 0.5),
        Mix(ExplicitLatent(1, 2, struct.pack("<2f", 0.5, -1.25)), (7,)),
    ),
    directions=(DirectionAmount("Smile", "0123456789abcdef", 1.5, (4, 5)),),
    noise=Noise("random", 99, 0.3, (NoiseLevel(4, 0.0), NoiseLevel(512, 2.0)), 0.25),
    view=View(0.1, 0.2, 30.0, 2.0),
)


def test_a_recipe_survives_json_and_equal_recipes_give_equal_bytes():
    again = from_json(FULL.to_json())
    assert again == FULL
    assert hash(again) == hash(FULL)
    assert again.to_json() == FULL.to_json()


def test_a_recipe_cannot_be_changed():
    with pytest.raises(AttributeError):
        FULL.model = None


def test_a_plane_of_version_1_becomes_the_plane_through_the_same_seeds():
    text = (
        '{"version": 1, "latent": {"type": "plane", "seeds": [1, 2, 3], "x": 0.5, "y": 0.25, "space": "z"}, "mixes": '
        '[{"source": {"type": "plane", "seeds": [4, 5, 6]}, "rows": [0], "amount": 0.5}]}'
    )
    plane = PlaneLatent((SeedLatent(1), SeedLatent(2), SeedLatent(3)), 0.5, 0.25, "z")
    other = PlaneLatent((SeedLatent(4), SeedLatent(5), SeedLatent(6)))
    assert from_json(text) == Recipe(latent=plane, mixes=(Mix(other, (0,), 0.5),))


def test_planes_stand_on_planes_up_to_a_limit():
    latent = SeedLatent(0)
    for seed in range(23):
        latent = PlaneLatent((latent, SeedLatent(seed), SeedLatent(seed)), 0.1)
    assert from_json(Recipe(latent=latent).to_json()).latent == latent
    with pytest.raises(RecipeError, match="at most 48"):
        PlaneLatent((latent, SeedLatent(1), SeedLatent(2)), 0.1)


def test_a_walk_in_z_needs_corners_with_a_z():
    given = ExplicitLatent(1, 1, struct.pack("<f", 1.0))
    with pytest.raises(RecipeError, match="corners that have a z"):
        PlaneLatent((given, SeedLatent(1), SeedLatent(2)), space="z")


def test_an_empty_object_is_the_default_recipe():
    assert from_json("{}") == Recipe()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("not json", "not JSON"),
        ("[1]", "must be a JSON object"),
        ("[" * 100_000, "not JSON"),
        ('{"smile": 1}', "unknown field `smile`"),
        ('{"version": 5}', "a newer Visagist opens it"),
        ('{"version": 0}', "whole number from 1"),
        ('{"version": true}', "whole number from 1"),
        ('{"truncation": {"psi": NaN}}', "not JSON"),
        ('{"truncation": {"psi": 1e999}}', "not JSON"),
        ('{"truncation": {"psi": 11}}', "psi is 11; it must lie between"),
        ('{"truncation": {"psi": "0.7"}}', "Expected `float`"),
        ('{"latent": {"type": "seed", "seed": 18446744073709551616}}', "0 to 2^64 - 1"),
        ('{"latent": {"type": "seed", "seed": -1}}', "0 to 2^64 - 1"),
        ('{"latent": {"type": "seed", "seed": 1.5}}', "Expected `int`"),
        ('{"latent": {"type": "pickle", "seed": 1}}', "cannot be followed"),
        ('{"latent": {"type": "w", "rows": 1, "width": 2, "values": "AAAA"}}', "4 bytes for each number"),
        ('{"mixes": [{"source": {"type": "seed", "seed": 1}, "rows": []}]}', "names no style row"),
        ('{"mixes": [{"source": {"type": "seed", "seed": 1}, "rows": [3, 1]}]}', "ascending"),
        ('{"mixes": [{"source": {"type": "seed", "seed": 1}, "rows": [-1]}]}', "ascending"),
        ('{"view": {"zoom": 0}}', "zoom is 0"),
        ('{"truncation": {"centre": "mode"}}', "Invalid enum value"),
        ('{"noise": {"phase": 5}}', "the noise phase is 5"),
        ('{"noise": {"levels": [{"resolution": 0, "strength": 1}]}}', "resolution of a noise level is 0"),
        ('{"version": 1, "latent": {"type": "plane", "seeds": [1, 2, -3]}}', "0 to 2^64 - 1"),
        ('{"version": 1, "latent": {"type": "plane", "seeds": "abc"}}', "cannot be followed"),
        ('{"version": 1, "mixes": [7]}', "cannot be followed"),
    ],
)
def test_a_bad_recipe_gives_one_sentence(text, words):
    with pytest.raises(RecipeError) as caught:
        from_json(text)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_are_not_finite_are_refused_however_a_recipe_is_made(bad):
    with pytest.raises(RecipeError, match="psi"):
        Truncation(bad)
    with pytest.raises(RecipeError, match="strength"):
        Noise(strength=bad)
    with pytest.raises(RecipeError, match="not a finite number"):
        ExplicitLatent(1, 1, struct.pack("<f", bad))


def test_the_largest_finite_float_is_a_fine_latent_value():
    assert ExplicitLatent(1, 1, struct.pack("<f", 3.4028234e38)).rows == 1


def test_one_direction_may_stand_in_a_recipe_once():
    twice = DirectionAmount("Smile", "ab", 1.0, (1,))
    with pytest.raises(RecipeError, match="twice"):
        Recipe(directions=(twice, msgspec.structs.replace(twice, amount=2.0)))


def test_json_has_its_fields_in_a_fixed_order():
    assert list(json.loads(FULL.to_json()))[:3] == ["version", "model", "latent"]


@pytest.mark.parametrize(
    ("text", "rows"), [("3", (3,)), ("0-4", (0, 1, 2, 3, 4)), ("0-1, 7,1", (0, 1, 7)), ("21", (21,))]
)
def test_rows_are_read_as_people_write_them(text, rows):
    assert parse_rows(text) == rows
    assert parse_rows(rows_text(rows)) == rows


def test_rows_are_written_as_short_as_people_write_them():
    assert rows_text((0, 1, 2, 3, 4, 7, 9, 10)) == "0-4,7,9-10"


@pytest.mark.parametrize("text", ["", "a", "4-", "-4", "4-1", "1.5", "1,,2", "99999999999"])
def test_rows_that_make_no_sense_are_refused(text):
    with pytest.raises(RecipeError):
        parse_rows(text)
