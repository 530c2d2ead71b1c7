"""Stages of growth in people's words, on the command line, and in recipes."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from engine.blend import blend
from engine.errors import RecipeError
from engine.export.images import read_provenance
from engine.growth import growth_at, growth_text
from engine.recipe import Recipe, SeedLatent, from_json
from tests.reference import DATA

PROGAN = DATA / "tf" / "progan64_fused.pkl"
SIDES = (4, 8, 16, 32, 64)


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("VISAGIST_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize(
    ("lod", "text"), [(0.0, "64 px"), (4.0, "4 px"), (1.4, "16 + 60 %"), (0.01, "32 + 99 %"), (0.001, "64 px")]
)
def test_a_stage_is_told_in_pixels_and_read_back(lod, text):
    assert growth_text(lod, SIDES) == text
    assert growth_at(text, SIDES) == round(lod, 2)


@pytest.mark.parametrize("text", ["16+60%", "16 + 60 %", "16 px + 60", " 16+60 "])
def test_people_write_a_fade_as_they_like(text):
    assert growth_at(text, SIDES) == 1.4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("48", "this model has no stage of growth at 48 px; choose one of 4, 8, 16, 32, 64"),
        ("64+1%", "at 64 px this model is fully grown"),
        ("32+100%", "from 100 % on it is the next side"),
        ("32+", "a stage of growth is written like 64 or 64+40%, not '32+'"),
        ("-4", "a stage of growth is written like"),
        ("³²", "a stage of growth is written like"),
        ("9" * 5000, "a stage of growth is written like"),
    ],
)
def test_a_stage_that_there_is_not_gives_one_sentence(text, said):
    with pytest.raises(RecipeError) as caught:
        growth_at(text, SIDES)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 200


def test_the_command_line_renders_a_stage_and_the_picture_keeps_it(cli, tmp_path):
    grown, small, again = (tmp_path / f"{name}.png" for name in ("grown", "small", "again"))
    words = ("render", "--model", PROGAN, "--seed", 3)
    assert cli(*words, "-o", grown).code == 0
    result = cli(*words, "--growth", "8+25%", "-o", small)
    assert (result.code, result.err) == (0, "")
    assert read_provenance(small).recipe.growth == 2.75
    assert cli("render", "--model", PROGAN, "--recipe", small, "-o", again).code == 0
    assert again.read_bytes() == small.read_bytes()
    whole, rough = (np.asarray(Image.open(path)) for path in (grown, small))
    assert whole.shape == rough.shape == (64, 64, 3)
    assert (rough == rough[::4, ::4].repeat(4, 0).repeat(4, 1)).all(), "16 px of detail"
    assert not (whole == rough).all()


def test_a_sheet_is_of_the_stage_that_is_asked_for(cli, tmp_path):
    sheet = tmp_path / "sheet.png"
    result = cli("grid", "--model", PROGAN, "--seeds", "1-4", "--size", 64, "--growth", "4", "-o", sheet)
    assert (result.code, result.err) == (0, "")
    assert {recipe.growth for recipe in read_provenance(sheet).recipes} == {4.0}


@pytest.mark.parametrize(
    ("model", "growth", "said"),
    [
        (PROGAN, "48", "no stage of growth at 48 px"),
        (PROGAN, "full", "a stage of growth is written like"),
        (DATA / "pkl" / "sg2ada_c3_map2.pkl", "32", "no stage of growth at 32 px; it did not grow"),
    ],
)
def test_the_command_line_refuses_a_stage_in_one_sentence(cli, tmp_path, model, growth, said):
    result = cli("render", "--model", model, "--growth", growth, "-o", tmp_path / "face.png")
    assert result.code == 2
    assert said in result.err
    assert not (tmp_path / "face.png").exists()


def test_a_recipe_of_version_2_is_as_the_file_says():
    newest = Recipe(latent=SeedLatent(4)).to_json()
    text = newest.replace(b'"version":3', b'"version":2').replace(b',"growth":null', b"")
    assert from_json(text) == Recipe(latent=SeedLatent(4))


@pytest.mark.parametrize("growth", ["-1", "17", "1e999", '"64"', "true"])
def test_a_growth_that_none_can_have_is_refused(growth):
    with pytest.raises(RecipeError):
        from_json(f'{{"version": 3, "growth": {growth}}}')


def test_growth_goes_in_step_between_two_faces_and_is_the_nearer_ones_where_one_says_none():
    young, grown = Recipe(growth=4.0), Recipe(growth=0.0)
    assert blend(young, grown, 0.25, 1).growth == 3.0
    says_none = replace(grown, growth=None)
    assert blend(young, says_none, 0.25, 1).growth == 4.0
    assert blend(young, says_none, 0.75, 1).growth is None


def test_models_info_tells_the_stages_of_a_file_and_what_would_compute_it(cli, tmp_path):
    said = cli("models", "info", PROGAN).out
    assert "from 4 to 64 px; the file stands at 64 px" in said
    assert "computed by" in said
    own = tmp_path / "own.safetensors"
    assert cli("models", "convert", PROGAN, "-o", own).code == 0
    assert "from 4 to 64 px; the file stands at 64 px" in cli("models", "info", own).out
    assert "growth" not in cli("models", "info", DATA / "pkl" / "sg2ada_c3_map2.pkl").out
