"""Answers by eye: one a face and word, kept in a project, refused where they could not name a column."""

from __future__ import annotations

import pytest

from engine.answers import Answer, Answers, about, with_answer
from engine.errors import RecipeError
from engine.project import Board, ModelReference, Project
from engine.project_file import project_from_json, read_project, write_project
from engine.recipe import Recipe

MODEL = "ab" * 32


def test_an_answer_takes_the_place_of_the_one_before_and_can_be_taken_back():
    said = with_answer((), about((), "Friendly", MODEL), 7, 5)
    said = with_answer(said, about(said, "friendly", MODEL), 7, 1)
    assert [one.word for one in said] == ["Friendly"]
    assert said[0].of(7) == 1
    assert said[0].of(8) is None
    said = with_answer(said, said[0], 2**64 - 1, 3)
    assert [answer.seed for answer in said[0].answers] == [7, 2**64 - 1]
    other = with_answer(said, about(said, "Friendly", "cd" * 32), 7, 5)
    assert len(other) == 2, "another model shows other faces"
    for seed in (7, 2**64 - 1):
        said = with_answer(said, said[0], seed, None)
    assert said == ()


def test_a_project_keeps_the_answers(tmp_path):
    said = (Answers("Friendly", MODEL, (Answer(2**64 - 1, 5), Answer(3, 1))), Answers("Bold", MODEL, (Answer(3, 4),)))
    project = Project(ModelReference(MODEL), Recipe(), Board(answers=said))
    write_project(tmp_path / "faces.visagist", project)
    assert read_project(tmp_path / "faces.visagist").board.answers == said


def test_a_project_of_version_2_has_no_answers():
    project = project_from_json('{"version": 2, "model": {"hash": "ab"}, "recipe": {"version": 3}, "board": {}}')
    assert project.board.answers == ()
    assert project.version == 3


@pytest.mark.parametrize("word", ["", "  ", " wide", "a\nb", "x" * 61, "Seed", "psi", "model"])
def test_a_word_that_cannot_name_a_column_is_refused_in_one_sentence(word):
    with pytest.raises(RecipeError, match="word") as refused:
        Answers(word, MODEL)
    assert "\n" not in str(refused.value)


def test_an_answer_that_means_nothing_is_refused():
    with pytest.raises(RecipeError, match="must lie between 1 and 5"):
        Answer(3, 6)
    with pytest.raises(RecipeError, match="a seed is a whole number"):
        Answer(-1, 3)
    with pytest.raises(RecipeError, match="two answers about one face"):
        Answers("Friendly", MODEL, (Answer(3, 5), Answer(3, 1)))
