"""Pictures for paper, and the strip of a direction."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from engine.directions.pack import Direction, DirectionPack, save_pack
from engine.export.images import read_provenance
from engine.models.format import read_header
from engine.paths import data_dir
from engine.recipe import SeedLatent


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_a_print_has_its_size_on_paper_and_is_clear_around_the_picture(cli, tiny_path, tmp_path, suffix):
    path = tmp_path / f"print{suffix}"
    words = ("--paper", "25.4x50.8", "--margin", 2.54, "--dpi", 100)
    assert cli("print", "--model", tiny_path, *words, "--seed", 5, "-o", path).code == 0
    with Image.open(path) as picture:
        assert picture.size == (100, 200)
        assert tuple(round(float(one)) for one in picture.info["dpi"]) == (100, 100)
        clear = np.asarray(picture)[..., 3]
    assert clear.shape == (200, 100)
    assert (clear[60:140, 10:90] == 255).all()
    assert clear.sum() == 255 * 80 * 80
    assert read_provenance(path).recipe.latent.seed == 5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--paper", "10"), "in millimetres like 100x150, not '10'"),
        (("--paper", "0x10"), "1 to 5000 mm a side, not 0 x 10"),
        (("--paper", "10x10", "--margin", 5), "leaves nothing of 10 x 10 mm"),
        (("--paper", "10x10", "--dpi", 0), "1 to 2400 dots an inch, not 0"),
        (("--paper", "5000x5000", "--dpi", 2400), "are too many; choose fewer dots"),
        (("--paper", "10x10", "-o", "print.jpg"), "for paper choose .png or .tif"),
    ],
)
def test_paper_that_makes_no_sense_is_told(cli, tiny_path, tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    result = cli("print", "--model", tiny_path, "-o", "print.png", *words)
    assert result.code == 2
    assert said in result.err
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def smile(tiny_path):
    vector = torch.randn(512, generator=torch.Generator().manual_seed(0))
    direction = Direction("Smile", vector, tuple(range(4)), -2, 3, "all", "pca")
    folder = data_dir() / "directions"
    folder.mkdir()
    save_pack(folder / "tiny.safetensors", DirectionPack(read_header(tiny_path).hash, (direction,)))
    return direction


def test_a_strip_goes_from_before_to_after(cli, tiny_path, tmp_path, smile):
    path = tmp_path / "strip.png"
    result = cli("strip", "smile", "--model", tiny_path, "--seed", 3, "--size", 32, "-o", path)
    assert (result.code, result.err) == (0, "")
    recipes = read_provenance(path).recipes
    amounts = [sum(move.amount for move in recipe.directions) for recipe in recipes]
    assert amounts == pytest.approx([-2, -0.75, 0.5, 1.75, 3])
    assert {recipe.latent.seed for recipe in recipes} == {3}
    again = cli("strip", "Smile", "--model", tiny_path, "--from", -1, "--to", 1, "--steps", 3, "--size", 32, "-o", path)
    assert again.code == 0
    assert [len(recipe.directions) for recipe in read_provenance(path).recipes] == [1, 0, 1], "0 is the picture itself"


def test_a_strip_of_nothing_is_told(cli, tiny_path, tmp_path, smile):
    for words, said in (
        (("Frown",), "Frown"),
        (("Smile", "--steps", 1), "a strip has 2 to 64 pictures, not 1"),
    ):
        result = cli("strip", *words, "--model", tiny_path, "-o", tmp_path / "strip.png")
        assert result.code == 2
        assert said in result.err


def test_a_mixing_table_on_the_command_line_is_the_windows(cli, tiny_path, tmp_path):
    words = ("table", "--sources", "1,2,3", "--faces", "7,8", "--rows", "0-2", "--size", 32, "--model", tiny_path)
    result = cli(*words, "-o", tmp_path / "table.png")
    assert (result.code, result.err) == (0, "")
    recipes = read_provenance(tmp_path / "table.png").recipes
    assert [recipe.latent.seed for recipe in recipes] == [1, 2, 3, 7, 7, 7, 7, 8, 8, 8, 8]
    assert recipes[5].mixes[0].source == SeedLatent(2)
    assert recipes[5].mixes[0].rows == (0, 1, 2)
    assert cli(*words, "--private", "-o", tmp_path / "private.png").code == 0
    assert "none inside" in cli("inspect", tmp_path / "private.png").out
    said = cli(*words[:5], "--rows", "0-99", "--model", tiny_path, "-o", tmp_path / "no.png")
    assert "row 99 was asked for" in said.err
