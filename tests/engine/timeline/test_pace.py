"""Constant speed: equal times are equal distances, whatever the pictures between the keyframes do."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from msgspec.structs import replace

from engine.errors import RecipeError
from engine.job import finish
from engine.recipe import PlaneLatent, Recipe, SeedLatent, Truncation
from engine.timeline import Timeline, frames, recipe_at, recipe_of_frame
from engine.timeline.build import random_walk, through
from engine.timeline.easings import HOLD
from engine.timeline.edits import KeyAt, ease_keys
from engine.timeline.pace import even_out, measure, spread
from engine.timeline.values import Pace, RecipeKey, RecipeTrack

CORNERS = SeedLatent(1), SeedLatent(2), SeedLatent(3)


def face(x: float, y: float) -> Recipe:
    return Recipe(latent=PlaneLatent(CORNERS, x, y), truncation=Truncation(1.0))


def look(recipe: Recipe) -> np.ndarray:
    """A picture that rushes and stalls: far from even where the latent goes evenly."""
    x, y = (recipe.latent.x, recipe.latent.y) if isinstance(recipe.latent, PlaneLatent) else (0.0, 0.0)
    return np.array([np.sinh(2 * x), y**3 + 0.2 * y, np.sin(x)])


def apart(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.linalg.norm(a - b))


FACES = [face(0, 0), face(1, 0.2), face(1.2, 1.5), face(-0.5, 1.0)]


def strides(timeline: Timeline) -> list[float]:
    count = frames(timeline) + (timeline.loop == "loop")
    shown = [look(recipe_of_frame(timeline, index)) for index in range(count)]
    return [apart(a, b) for a, b in itertools.pairwise(shown)]


@pytest.mark.parametrize("path", ["line", "spline"])
@pytest.mark.parametrize("loop", ["none", "loop"])
def test_every_frame_goes_as_far_as_every_other(path, loop):
    made = through(FACES, 8.0, 8, path=path, loop=loop)
    assert max(strides(made)) > 2 * min(strides(made))
    even = strides(finish(even_out(made, look, apart)))
    # a frame in which a corner is turned cuts it short
    turned = sorted(even)[len(FACES) :] if path == "line" else even
    assert max(turned) < 1.05 * min(turned)


def test_keyframes_may_stay_where_they_are_and_then_each_way_is_even_by_itself():
    made = through(FACES, 9.0, 8, path="line")
    even = finish(measure(made, look, apart))
    assert even.recipes.keys == made.recipes.keys
    assert [recipe_at(even, key.t) for key in made.recipes.keys] == FACES
    steps = strides(even)
    for way in range(3):
        inside = steps[90 * way + 1 : 90 * (way + 1) - 1]
        assert max(inside) < 1.05 * min(inside)
    assert finish(measure(even, look, apart)) == even


def test_keys_that_move_keep_their_recipes_and_the_ends_their_times():
    made = through(FACES, 9.0, 8, path="spline")
    even = finish(even_out(made, look, apart))
    assert [recipe_at(even, key.t) for key in even.recipes.keys] == FACES
    assert (even.recipes.keys[0].t, even.recipes.keys[-1].t) == (0.0, 9.0)


def test_a_pause_and_a_cut_take_the_time_that_they_took():
    faces = [FACES[0], FACES[0], FACES[1], FACES[2]]
    made = ease_keys(through(faces, 9.0, 8, path="line"), [KeyAt("", 6.0)], HOLD)
    even = finish(even_out(made, look, apart))
    assert [key.t for key in even.recipes.keys] == pytest.approx([0.0, 3.0, 6.0, 9.0])
    assert recipe_at(even, 8.9) == FACES[1]


def test_a_loop_that_is_closed_by_its_first_face_again_stays_closed():
    made = replace(through([*FACES, FACES[0]], 8.0, 8, path="spline"), loop="loop")
    even = finish(even_out(made, look, apart))
    assert even.recipes.keys[-1].t == 8.0
    assert recipe_at(even, 8.0) == recipe_at(even, 0.0) == FACES[0]


def test_what_has_no_way_is_measured_in_no_time():
    for made in (through(FACES[:1], 4.0, 8), random_walk(FACES[0], 1, 4.0, 8), Timeline(8)):
        even = finish(even_out(made, look, apart))
        assert even.recipes.pace == Pace(())
        assert even.recipes.keys == made.recipes.keys
    assert recipe_at(finish(measure(random_walk(FACES[0], 1, 4.0, 8), look, apart)), 1.0)


def test_faces_that_look_alike_stay_where_they_are():
    made = through(FACES, 9.0, 8)
    even = finish(even_out(made, look, lambda a, b: 0.0))
    assert even.recipes.keys == made.recipes.keys
    assert recipe_at(even, 1.5) == recipe_at(made, 1.5)


def test_unmeasured_keys_are_not_spread():
    track = RecipeTrack((RecipeKey(0.0, FACES[0]), RecipeKey(1.0, FACES[1])), even=True)
    made = Timeline(8, 2.0, recipes=track)
    assert spread(made) == made
    assert recipe_at(made, 0.5) == recipe_at(replace(made, recipes=replace(track, even=False)), 0.5)


@pytest.mark.parametrize("way", [(0.0,), (1.0, 2.0), (0.0, 2.0, 1.0), (0.0, float("nan")), (0.0, float("inf"))])
def test_lengths_that_are_none_are_told(way):
    with pytest.raises(RecipeError, match="measure the speed again"):
        Pace((way,))
