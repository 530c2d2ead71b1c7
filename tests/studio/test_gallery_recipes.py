"""The recipes and stars that the gallery makes of others."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine.errors import RecipeError
from engine.project import Star
from engine.recipe import MOST_LEAVES, ExplicitLatent, Mix, Noise, PlaneLatent, Recipe, SeedLatent, Truncation, leaves
from studio.gallery import stars
from studio.gallery.next_face import arriving, child, face_of, halfway, taking, variation
from studio.open_model import OpenModel

FLAT = ExplicitLatent(1, 1, bytes(4))
MODEL = OpenModel(
    1, "m", "tiny", "Tiny", "", "", "", 10, (16, 64), "CPU", "f32", (), lambda recipe: None, lambda latent, label: FLAT
)


def deep(seeds: int) -> Recipe:
    """A face that stands on about so many seeds."""
    recipe = Recipe(model="m")
    number = 1
    while leaves(recipe.latent) + 2 <= seeds:
        recipe = variation(recipe, number, 0.3, MODEL)
        number += 1
    return recipe


def test_a_bare_face_keeps_truncation_and_noise_and_a_made_one_brings_its_own():
    now = Recipe(model="m", truncation=Truncation(0.2), noise=Noise("none"), mixes=(Mix(SeedLatent(3), (1,)),))
    bare = face_of(7, now)
    assert arriving(now, bare) == replace(bare, truncation=Truncation(0.2), noise=Noise("none"))
    made = replace(bare, truncation=Truncation(1.0))
    assert arriving(now, made) is made


def test_a_band_from_another_face_takes_only_its_own_rows():
    long = Mix(SeedLatent(3), tuple(range(10)), 0.5)
    mixed = taking(Recipe(mixes=(long,)), MODEL.bands[0], SeedLatent(9))
    assert mixed.mixes == (Mix(SeedLatent(9), (0, 1, 2, 3, 4)), replace(long, rows=(5, 6, 7, 8, 9)))
    again = taking(mixed, MODEL.bands[0], SeedLatent(10))
    assert again.mixes == (Mix(SeedLatent(10), (0, 1, 2, 3, 4)), mixed.mixes[1])


def test_a_walk_from_neighbour_to_neighbour_never_ends():
    recipe = deep(MOST_LEAVES)
    assert leaves(recipe.latent) > MOST_LEAVES - 2
    near = variation(recipe, 5, 0.3, MODEL)
    assert near.latent == PlaneLatent((FLAT, SeedLatent(5), SeedLatent(5)), 0.3)


def test_faces_that_stand_on_many_others_still_have_children():
    a, b = deep(MOST_LEAVES), deep(MOST_LEAVES - 2)
    assert leaves(halfway(a, b, MODEL).latent) <= MOST_LEAVES
    assert leaves(child(a, b, (0.5, 0.5, 0.5), MODEL).latent) <= MOST_LEAVES


def test_each_band_of_a_child_has_its_own_share():
    a, b = Recipe(model="m", latent=SeedLatent(1)), Recipe(model="m", latent=SeedLatent(2))
    assert child(a, b, (0, 0, 1), MODEL).mixes == (Mix(SeedLatent(2), (9,)),)


def test_stars_are_set_for_all_and_taken_from_all():
    a, b = face_of(1, Recipe()), face_of(2, Recipe())
    one = stars.toggled((), [a])
    both = stars.toggled(one, [a, b])
    assert [star.recipe for star in both] == [a, b]
    assert stars.toggled(both, [a, b]) == ()
    assert [star.recipe for star in stars.of_model(both, None)] == [b, a], "the newest first"


def test_tags_star_what_has_no_star_and_no_tags_star_nothing():
    a, b = face_of(1, Recipe()), face_of(2, Recipe())
    assert stars.tagged((), [a], ()) == ()
    both = stars.tagged((Star(a),), [a, b], ("hat", "old"))
    assert both == (Star(a, ("hat", "old")), Star(b, ("hat", "old")))
    assert stars.tagged(both, [a], ()) == (Star(a), both[1])
    assert stars.all_tags(both) == ("hat", "old")
    assert stars.having(both, "HA") == both
    with pytest.raises(RecipeError, match="a tag is 1 to 80"):
        stars.tagged((), [a], ("x" * 81,))


def test_stars_of_another_model_are_kept_out_of_sight():
    other, mine = Star(Recipe(model="other")), Star(Recipe(model="m"))
    assert stars.of_model((other, mine), "m") == (mine,)


def test_tags_are_written_with_commas_between():
    assert stars.tags_in(" hat, old ,, hat") == ("hat", "old")
