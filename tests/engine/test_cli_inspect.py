"""`visagist inspect` tells all that a file says of itself, and gives back what it carries."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from engine.models.format import read_header
from engine.project_file import read_project


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif", ".avif"])
def test_a_picture_tells_its_origin_and_gives_its_recipe_back(cli, tiny_path, tmp_path, suffix):
    path, recipe, again = tmp_path / f"face{suffix}", tmp_path / "recipe.json", tmp_path / "again.png"
    cli("render", "--model", tiny_path, "--seed", 12, "--psi", 0.4, "-o", path)
    said = cli("inspect", path, "--save", recipe)
    assert (said.code, said.err) == (0, "")
    lines = dict(line.split(":", 1) for line in said.out.splitlines())
    assert lines["synthetic"].strip() == "yes, a trained model made it"
    assert read_header(tiny_path).hash in lines["model"]
    assert lines["program"].strip().startswith("Visagist ")
    assert '"seed":12' in lines["recipe"]
    cli("render", "--model", tiny_path, "--recipe", recipe, "-o", again)
    if suffix in (".png", ".webp", ".tif"):
        assert np.array_equal(np.asarray(Image.open(path)), np.asarray(Image.open(again)))


def test_a_private_picture_tells_that_it_is_synthetic_and_no_more(cli, tiny_path, tmp_path):
    path = tmp_path / "face.png"
    cli("render", "--model", tiny_path, "--seed", 12, "--private", "-o", path)
    found = json.loads(cli("inspect", path, "--json").out)
    assert found["synthetic"] is True
    assert found["provenance"] is None
    assert "12" not in found["description"].split("(")[0]
    said = cli("inspect", path, "--save", tmp_path / "recipe.json")
    assert said.code == 2
    assert "it carries neither a recipe nor a project" in said.err


@pytest.mark.parametrize("ending", ["mp4", "mov", "mkv", "webm", "gif", "apng", "webp"])
def test_a_video_tells_its_project_and_gives_it_back(cli, tiny_path, tmp_path, ending):
    pytest.importorskip("av")
    path = tmp_path / f"film.{ending}"
    words = ("--seeds", "1,5", "--seconds", 0.5, "--fps", 10, "--quality", "draft", "--model", tiny_path)
    assert cli("video", *words, "-o", path).code == 0
    said = cli("inspect", path, "--save", tmp_path / "film.visagist")
    assert "synthetic:   yes, a trained model made it" in said.out
    assert "project:     0.50 s, 5 frames, 2 keyframes" in said.out
    assert read_project(tmp_path / "film.visagist") == read_project(path)


def test_what_is_no_picture_and_what_is_broken_are_one_sentence(cli, tmp_path):
    (tmp_path / "words.txt").write_text("nothing but words")
    Image.new("RGB", (8, 8)).save(tmp_path / "plain.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "plain.png").read_bytes()[:30])
    assert "synthetic:   it does not say so" in cli("inspect", tmp_path / "plain.png").out
    for name, words in (("words.txt", "this is no picture and no video"), ("cut.png", "cut short"), ("none", "read")):
        said = cli("inspect", tmp_path / name)
        assert said.code == 2
        assert words in said.err
        assert said.err.count("\n") == 1
