"""Moves along directions under pins: what a slider shows and what it changes."""

from __future__ import annotations

import pytest

from engine.moves import amounts_in, moved, on_rows, rows_in, total_of, without
from engine.recipe import DirectionAmount, Recipe

ROWS = (0, 1, 2)


def smile(amount: float, *leaving: str) -> DirectionAmount:
    return DirectionAmount("Smile", "s", amount, ROWS, leaving)


def parts(recipe: Recipe, id: str = "s") -> list[tuple[float, tuple[str, ...]]]:
    return [(move.amount, move.orthogonal_to) for move in recipe.directions if move.id == id]


def test_a_move_under_pins_leaves_what_was_moved_before_and_the_slider_shows_the_sum():
    recipe = moved(Recipe(), smile(1.0))
    recipe = moved(recipe, smile(1.5), ["g", "a"])
    assert parts(recipe) == [(1.0, ()), (0.5, ("a", "g"))]
    assert amounts_in(recipe) == {"s": 1.5}
    recipe = moved(recipe, smile(0.4), ["a", "g"])
    assert parts(recipe) == [(1.0, ()), (-0.6, ("a", "g"))]


def test_setting_a_pin_changes_nothing_by_itself():
    recipe = moved(Recipe(), smile(1.25))
    assert moved(recipe, smile(1.25), ["g"]) == recipe


def test_a_direction_is_never_made_orthogonal_to_itself():
    assert parts(moved(Recipe(), smile(1.0), ["s"])) == [(1.0, ())]
    assert parts(moved(Recipe(), smile(1.0), ["s", "g"])) == [(1.0, ("g",))]


@pytest.mark.parametrize("pins", [(), ("g",), ("other",)])
def test_exactly_zero_takes_every_part_away(pins):
    recipe = Recipe(directions=(smile(1.0), DirectionAmount("Turn", "t", 2.0, ROWS), smile(-0.5, "g")))
    assert moved(recipe, smile(0.0), pins).directions == (DirectionAmount("Turn", "t", 2.0, ROWS),)


def test_the_order_in_which_directions_came_is_kept():
    recipe = moved(moved(Recipe(), smile(1.0)), DirectionAmount("Turn", "t", 2.0, ROWS))
    assert [move.id for move in moved(recipe, smile(3.0)).directions] == ["s", "t"]
    assert [move.id for move in moved(recipe, smile(3.0), ["g"]).directions] == ["s", "s", "t"]


def test_an_order_of_pins_that_a_person_wrote_by_hand_is_the_same_pins():
    recipe = Recipe(directions=(smile(1.0, "g", "a"),))
    assert parts(moved(recipe, smile(2.0), ["a", "g"])) == [(2.0, ("a", "g"))]


def test_a_sum_of_tenths_reads_as_a_person_would_say_it():
    recipe = Recipe(directions=(smile(0.1), smile(0.2, "g")))
    assert amounts_in(recipe) == {"s": 0.3}


def test_rows_change_for_every_part_of_a_direction_and_no_other():
    recipe = Recipe(directions=(smile(1.0), smile(2.0, "g"), DirectionAmount("Turn", "t", 2.0, ROWS)))
    assert rows_in(on_rows(recipe, "s", (5,))) == {"s": (5,), "t": ROWS}


def test_units_of_one_direction_add_up_and_those_of_several_like_right_angles():
    assert total_of([smile(-1.0), smile(-0.5, "g")]) == -1.5
    assert total_of([smile(3.0), DirectionAmount("Turn", "t", -4.0, ROWS)]) == 5.0


def test_without_takes_only_the_moves_that_are_named():
    recipe = Recipe(directions=(smile(1.0), smile(2.0, "g")))
    assert parts(without(recipe, [smile(1.0)])) == [(2.0, ("g",))]
