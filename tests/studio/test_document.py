"""The document: intents, undo, and the recipe for another model."""

from __future__ import annotations

import pytest

from engine.errors import RecipeError
from engine.recipe import DirectionAmount, Recipe, SeedLatent, Truncation
from studio.document import Document
from studio.open_model import OpenModel


@pytest.fixture
def document(qapp) -> Document:
    return Document()


def open_model(hash: str, check=lambda recipe: None) -> OpenModel:
    return OpenModel(
        1, hash, "tiny", "Tiny", "", "", "", 10, (16, 64), "CPU", "f32", (), check, lambda latent, label: latent
    )


def test_one_gesture_is_one_undo_step(document):
    for psi in (0.6, 0.5, 0.4):
        document.edit("Truncation", moving="psi", truncation=Truncation(psi))
    document.rest()
    document.edit("Truncation", moving="psi", truncation=Truncation(0.1))
    document.rest()
    assert document.stack.count() == 2
    document.stack.undo()
    assert document.recipe.truncation.psi == 0.4
    document.stack.undo()
    assert document.recipe == Recipe()
    document.stack.redo()
    assert document.recipe.truncation.psi == 0.4


def test_a_gesture_that_ends_where_it_began_leaves_nothing_to_undo(document):
    document.edit("Truncation", moving="psi", truncation=Truncation(0.1))
    document.edit("Truncation", moving="psi", truncation=Truncation())
    document.rest()
    assert not document.stack.canUndo()


def test_the_hand_rests_when_it_lets_go_and_after_every_undo(document):
    told = []
    document.recipe_changed.connect(lambda old, new, rests: told.append((new.truncation.psi, rests)))
    document.edit("Truncation", moving="psi", truncation=Truncation(0.1))
    document.rest()
    document.edit("Seed", latent=SeedLatent(1))
    document.stack.undo()
    assert told == [(0.1, False), (0.1, True), (0.1, True), (0.1, True)]


def test_resting_without_a_move_asks_for_no_picture(document, qtbot):
    with qtbot.assertNotEmitted(document.recipe_changed):
        document.rest()


def test_a_change_that_changes_nothing_is_no_undo_step(document):
    document.edit("Seed", latent=SeedLatent(0))
    assert not document.stack.canUndo()


def test_another_model_takes_the_recipe_over_without_what_it_cannot_follow(document):
    def refuse_directions(recipe: Recipe) -> None:
        if recipe.directions:
            raise RecipeError("no such direction")

    document.adopt(open_model("a" * 64))
    document.edit("Smile", directions=(DirectionAmount("Smile", "s", 1.0, (0,)),), latent=SeedLatent(5))
    document.adopt(open_model("b" * 64, refuse_directions))
    assert document.recipe == Recipe(model="b" * 64, latent=SeedLatent(5))
    assert not document.stack.canUndo()


def test_a_recipe_of_another_model_is_refused_with_both_models_named():
    with pytest.raises(RecipeError, match=r"made with model aaaaaaaaaaaa and the open model is bbbbbbbbbbbb \(Tiny\)"):
        open_model("b" * 64).accept(Recipe(model="a" * 64))
