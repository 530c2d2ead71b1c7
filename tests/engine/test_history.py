"""The history: undo walks along it, another try branches off it, and its indices always hold."""

from __future__ import annotations

import random

import pytest

from engine.history import LIMIT, History, restored
from engine.project import ModelReference, Project
from engine.recipe import Recipe, SeedLatent


def face(seed: int) -> Recipe:
    return Recipe(latent=SeedLatent(seed))


def made(*seeds: int) -> History:
    """The history of going to these faces, one after the other."""
    history = History()
    for seed in seeds:
        history = history.visited(face(seed), "Seed")
    return history


def seeds(history: History, indices) -> list[int]:
    return [history.steps[index].recipe.latent.seed for index in indices]


def test_each_new_recipe_is_a_step_after_the_present_one():
    history = made(1, 2, 3)
    assert [step.parent for step in history.steps] == [-1, 0, 1]
    assert (history.at, history.line) == (2, (0, 1, 2))


def test_undo_and_redo_walk_along_it_and_leave_it_whole():
    history = made(1, 2, 3)
    back = history.visited(face(2), "x").visited(face(1), "x")
    assert (back.steps, back.at, back.line) == (history.steps, 0, (0, 1, 2))
    assert back.visited(face(2), "x").visited(face(3), "x") == history


def test_going_back_and_trying_again_makes_a_branch_and_keeps_the_other():
    history = made(1, 2, 3, 2, 4)
    assert seeds(history, history.line) == [1, 2, 4]
    assert seeds(history, history.branches(history.at)) == [3, 4]
    other = history.switched(2)
    assert (seeds(other, other.line), other.at) == ([1, 2, 3], 2)


def test_looking_at_another_branch_ahead_does_not_move():
    history = made(1, 2, 3, 5, 2, 4, 2, 1)
    other = history.switched(history.step_of(face(3)))
    assert seeds(other, other.line) == [1, 2, 3, 5]
    assert other.at == history.at
    assert seeds(other, other.visited(face(2), "x").visited(face(3), "x").line) == [1, 2, 3, 5]


def test_a_recipe_that_stands_there_twice_is_the_one_beside_the_present():
    twice = (*made(1, 2).steps, *made(1, 2, 1, 3).steps[2:])
    history = restored((*twice, twice[1]), 0)
    assert history.step_of(face(2)) == 3, "the newest child"
    assert restored(twice, 2).step_of(face(1)) == 0


def test_the_oldest_ends_of_other_branches_go_first_and_starred_ones_stay():
    history = made(0, 1, 0, 2, 0)
    for seed in range(3, LIMIT + 2):
        history = history.visited(face(seed), "Seed", starred={face(1)})
    assert len(history.steps) == LIMIT
    assert history.step_of(face(1)) is not None
    assert history.step_of(face(2)) is None
    history = history.visited(face(1000), "Seed", starred={face(1)})
    assert history.step_of(face(0)) is None, "its beginning, where only the line and stars are left"
    assert len(history.steps) == LIMIT


def test_whatever_is_done_the_indices_hold():
    dice = random.Random(1)
    history = History()
    for _ in range(2000):
        if dice.random() < 0.5:
            history = history.visited(face(dice.randrange(5000)), "Seed", {face(7)})
        elif dice.random() < 0.8:
            history = history.visited(dice.choice(history.steps).recipe if history.steps else face(0), "Undo")
        else:
            history = history.switched(dice.randrange(len(history.steps))) if history.steps else history
        assert len(history.steps) <= LIMIT
        assert history.at in history.line
        Project(ModelReference("x"), Recipe(), history=history.steps, at=history.at)  # checks every parent


@pytest.mark.parametrize("at", range(-1, 4))
def test_a_project_brings_it_back_where_it_was(at):
    steps = made(1, 2, 3, 2, 4).steps
    history = restored(steps, at)
    assert (history.steps, history.at) == (steps, at)
    assert at == -1 or at in history.line


def test_an_empty_history_begins_with_whatever_comes():
    assert restored((), -1) == History()
    assert History().visited(face(1), "Open model").line == (0,)
