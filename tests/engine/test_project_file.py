"""The file of a project: bit for bit there and back, and one sentence for whatever is wrong with it."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from engine import project_file
from engine.errors import VisagistError
from engine.project import Board, ModelReference, Preset, Project, Star, Step
from engine.project_file import read_project, write_project
from engine.recipe import ExplicitLatent, PlaneLatent, Recipe, SeedLatent, Truncation
from engine.timeline.easings import Bezier, Spring
from engine.timeline.rate import Rate
from engine.timeline.sound import Envelope, Sound
from engine.timeline.values import ControlTrack, Marker, RecipeKey, RecipeTrack, Timeline, ValueKey

MODEL = "ab" * 32
FACE = Recipe(model=MODEL, latent=SeedLatent(2**64 - 1), truncation=Truncation(0.1 + 0.2, 3))
NUMBERS = Recipe(model=MODEL, latent=ExplicitLatent(1, 2, struct.pack("<2f", 0.1, -1e-38)))
FULL = Project(
    model=ModelReference(MODEL, "Faces", "/somewhere/faces.safetensors"),
    recipe=FACE,
    board=Board(
        stars=(Star(NUMBERS, ("old friend", "ä")),),
        presets=(Preset("Anna", FACE),),
        pins=("0123456789abcdef",),
        compared=NUMBERS,
        timeline=Timeline(
            18,
            20.0,
            Rate(24000, 1001),
            RecipeTrack((RecipeKey(0.0, FACE), RecipeKey(1 / 3, NUMBERS, Spring(0.3))), "spline", even=True),
            (ControlTrack("truncation.psi", (ValueKey(1.0, 1, Bezier()), ValueKey(2.0, 0.5))),),
            loop="loop",
            markers=(Marker(2.0, "chorus"),),
            sound=Sound("song.flac", "cd" * 32, 18.0, 0.5, 100.0, (Envelope("low", b"\x00\x01"),), (0.5, 1.0)),
        ),
    ),
    history=(Step(-1, "Seed", FACE), Step(0, "Smile", NUMBERS), Step(0, "Turn", FACE)),
    at=2,
    preview=b"\xff\xd8 a small picture",
)


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "anna.visagist"


def test_a_project_comes_back_bit_for_bit(path):
    write_project(path, FULL)
    assert read_project(path) == FULL
    first = path.read_bytes()
    write_project(path, read_project(path))
    assert path.read_bytes() == first


def test_recipes_of_an_older_version_are_brought_up_to_date_wherever_they_stand(path):
    write_project(path, FULL)
    raw = json.loads(path.read_bytes())
    old = {"version": 1, "model": MODEL, "latent": {"type": "plane", "seeds": [1, 2, 3], "x": 0.5, "y": 0.0}}
    raw["recipe"] = raw["board"]["compared"] = old
    key = raw["board"]["timeline"]["recipes"]["keys"][0]
    key["recipe"] = old
    raw["board"]["stars"][0]["recipe"] = raw["board"]["presets"][0]["recipe"] = raw["history"][1]["recipe"] = old
    path.write_text(json.dumps(raw))
    new = Recipe(model=MODEL, latent=PlaneLatent((SeedLatent(1), SeedLatent(2), SeedLatent(3)), 0.5))
    project = read_project(path)
    assert project.recipe == project.board.compared == project.history[1].recipe == new
    assert project.board.stars[0].recipe == project.board.presets[0].recipe == new
    assert project.board.timeline.recipes.keys[0].recipe == new


def test_the_faces_of_a_random_walk_are_brought_up_to_date_too(path):
    write_project(path, FULL)
    raw = json.loads(path.read_bytes())
    raw["board"]["timeline"]["recipes"] = {"walk": {"base": {"version": 1, "truncation": {"psi": 0.4}}}}
    path.write_text(json.dumps(raw))
    assert read_project(path).board.timeline.recipes.walk.base == Recipe(truncation=Truncation(0.4))


def test_a_project_of_version_1_has_no_timeline(path):
    raw = json.loads(msgspec.json.encode(FULL)) | {"version": 1}
    del raw["board"]["timeline"]
    path.write_text(json.dumps(raw))
    assert read_project(path) == replace(FULL, board=replace(FULL.board, timeline=None))


def without(key: str) -> dict:
    raw = json.loads(msgspec.json.encode(FULL))
    del raw[key]
    return raw


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"version": 99}, "the project is version 99 and this program reads up to 3; a newer Visagist opens it"),
        ({"version": "1"}, "this is not a project"),
        ({"version": True}, "this is not a project"),
        ({"extra": 1}, "the project cannot be followed: Object contains unknown field `extra`"),
        ({"recipe": {"version": 99}}, "the recipe is version 99"),
        ({"recipe": 7}, "the recipe must be a JSON object"),
        ({"board": []}, "the project cannot be followed"),
        ({"board": {"stars": [{"recipe": {"version": 99}}]}}, "the recipe is version 99"),
        ({"board": {"presets": [{"name": "a\nb", "recipe": {}}]}}, "a preset's name is 1 to 80 printable characters"),
        ({"board": {"timeline": {"style_rows": 18, "duration": 0}}}, "the duration of the timeline is 0"),
        ({"board": {"timeline": {"style_rows": 18, "recipes": {"keys": 7}}}}, "the project cannot be followed"),
        ({"history": [{"parent": 3, "text": "", "recipe": {}}]}, "which is no earlier step"),
        ({"at": 3}, "the project is at step 3 of 3"),
        ({"preview": "not base64!"}, "the project cannot be followed"),
    ],
)
def test_a_project_that_cannot_be_followed_is_told_in_one_sentence_that_names_the_file(path, changes, sentence):
    path.write_text(json.dumps(json.loads(msgspec.json.encode(FULL)) | changes))
    with pytest.raises(VisagistError, match="^" + str(path)) as told:
        read_project(path)
    assert sentence in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff\xfe", b'{"version": 1', b"[" * 100_000, b"null"])
def test_a_file_that_is_no_project_at_all_is_told(path, content):
    path.write_bytes(content)
    with pytest.raises(VisagistError, match=f"^{path}: the project "):
        read_project(path)


def test_a_file_cut_short_is_told(path):
    write_project(path, FULL)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(VisagistError, match="is not JSON, or is cut short"):
        read_project(path)


@pytest.mark.parametrize("key", ["model", "recipe"])
def test_a_project_needs_its_model_and_its_recipe(path, key):
    path.write_text(json.dumps(without(key)))
    with pytest.raises(VisagistError, match=f"missing required field `{key}`"):
        read_project(path)


def test_a_file_that_is_not_there_or_too_long_is_told(path, monkeypatch):
    with pytest.raises(VisagistError, match="it cannot be read"):
        read_project(path)
    write_project(path, FULL)
    monkeypatch.setattr(project_file, "LIMIT", 100)
    with pytest.raises(VisagistError, match="it is longer than any project"):
        read_project(path)


def test_what_could_not_be_read_again_is_not_written(path, monkeypatch):
    write_project(path, FULL)
    before = path.read_bytes()
    monkeypatch.setattr(project_file, "LIMIT", 100)
    with pytest.raises(VisagistError, match="remove some stars or presets"):
        write_project(path, FULL)
    assert path.read_bytes() == before
