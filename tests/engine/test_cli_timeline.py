"""visagist timeline: what is on it, a picture of any moment, and one sentence for what cannot be."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from engine.export.images import read_provenance
from engine.models.format import read_header
from engine.project import Board, ModelReference, Project
from engine.project_file import write_project
from engine.recipe import Recipe, SeedLatent
from engine.timeline import recipe_at
from engine.timeline.build import through
from engine.timeline.edits import add_value, mark


@pytest.fixture
def project(tiny_path, tmp_path):
    model = read_header(tiny_path).hash
    faces = [Recipe(model=model, latent=SeedLatent(seed)) for seed in range(3)]
    timeline = add_value(mark(through(faces, 4.0, 8, loop="loop"), 2.0, "turn"), "view.rotation", 0.0, 5.0)
    made = Project(ModelReference(model), faces[0], Board(timeline=timeline))
    path = tmp_path / "film.visagist"
    write_project(path, made)
    return path, made


def test_a_moment_of_the_timeline_is_rendered_with_its_recipe_in_it(cli, project, tiny_path, tmp_path):
    path, made = project
    out, same = tmp_path / "face.png", tmp_path / "same.png"
    ended = cli("timeline", path, "--at", 5.0, "-o", out, "--model", tiny_path)
    assert (ended.code, ended.err) == (0, "")
    assert "1 s, 64 px" in ended.out
    recipe = recipe_at(made.board.timeline, 1.0)
    assert read_provenance(out).recipe == recipe
    assert cli("render", "--recipe", out, "--model", tiny_path, "-o", same).code == 0
    with Image.open(out) as a, Image.open(same) as b:
        assert np.array_equal(np.asarray(a), np.asarray(b))


def test_what_is_on_the_timeline_is_told(cli, project):
    lines = cli("timeline", project[0]).out.splitlines()
    assert lines == [
        "4 s at 30 frames a second, loop: 120 frames",
        "3 keyframes, spline",
        "view.rotation: 1 key",
        "marker at 2 s: turn",
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--at", "nan", "-o", "a.png"), "the time is nan; it must be a finite number of seconds"),
        (("--at", "1"), "needs both its time and its file"),
        (("-o", "a.png"), "needs both its time and its file"),
    ],
)
def test_what_is_asked_wrongly_is_told_in_one_sentence(cli, project, words, sentence):
    ended = cli("timeline", project[0], *words)
    assert ended.code == 2
    assert sentence in ended.err
    assert ended.err.count("\n") == 1


def test_a_project_without_a_timeline_is_told(cli, project, tmp_path):
    path = tmp_path / "still.visagist"
    write_project(path, replace(project[1], board=Board()))
    ended = cli("timeline", path)
    assert (ended.code, ended.err) == (
        2,
        f"visagist: {path}: this project has no timeline; put keyframes on it first\n",
    )
