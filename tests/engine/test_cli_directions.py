"""Directions on the command line: named, listed, found, and recorded in the picture."""

from __future__ import annotations

import pytest
import torch

from engine.directions import discover
from engine.directions.pack import Direction, DirectionPack, load_pack, save_pack
from engine.export.images import read_provenance
from engine.models.format import read_header
from engine.paths import data_dir
from engine.recipe import DirectionAmount, Recipe

TURN = Direction("Turn", torch.linspace(-1, 1, 512), (0, 1, 2), -3.0, 4.0, "coarse", "sefa")
SMILE = Direction("Broad smile", torch.ones(512) / 20, (5, 6), -2.0, 2.5, "middle", "pca", {}, "Face")


@pytest.fixture
def pack(tiny_path):
    """Two directions of the tiny network, where the program looks for them."""
    (data_dir() / "directions").mkdir()
    made = DirectionPack(read_header(tiny_path).hash, (TURN, SMILE))
    save_pack(data_dir() / "directions" / "mine.safetensors", made)
    return made


def test_directions_move_the_picture_and_come_back_with_it(cli, pack, tiny_path, tmp_path):
    words = ("render", "--model", tiny_path, "--seed", 7)
    assert cli(*words, "-o", tmp_path / "plain.png").code == 0
    moves = ("--direction", "turn=2.5", "--direction", "Broad smile=-1:4-6,8")
    assert cli(*words, *moves, "-o", tmp_path / "moved.png").code == 0
    recipe = read_provenance(tmp_path / "moved.png").recipe
    assert [(move.name, move.amount, move.rows) for move in recipe.directions] == [
        ("Turn", 2.5, (0, 1, 2)),
        ("Broad smile", -1.0, (4, 5, 6, 8)),
    ]
    assert (tmp_path / "plain.png").read_bytes() != (tmp_path / "moved.png").read_bytes()
    words = ("render", "--model", tiny_path, "--recipe", tmp_path / "moved.png")
    assert cli(*words, "-o", tmp_path / "again.png").code == 0
    assert (tmp_path / "moved.png").read_bytes() == (tmp_path / "again.png").read_bytes()
    assert cli(*words, "--direction", "Turn=-1", "-o", tmp_path / "back.png").code == 0
    assert [move.amount for move in read_provenance(tmp_path / "back.png").recipe.directions] == [-1.0, -1.0]


def test_a_move_leaves_alone_what_is_pinned(cli, pack, tiny_path, tmp_path):
    words = ("render", "--model", tiny_path, "--direction", "turn=2", "--pin", "broad smile")
    assert cli(*words, "-o", tmp_path / "face.png").code == 0
    (move,) = read_provenance(tmp_path / "face.png").recipe.directions
    assert (move.name, move.orthogonal_to) == ("Turn", (SMILE.id,))
    alone = cli("render", "--model", tiny_path, "--pin", "turn", "-o", tmp_path / "none.png")
    assert (alone.code, alone.err) == (
        2,
        "visagist: --pin turn says what a move leaves alone; say the move with --direction\n",
    )
    none = cli(*words, "--pin", "frown", "-o", tmp_path / "none.png")
    assert (none.code, none.err) == (2, "visagist: there is no direction 'frown'; this model has Turn, Broad smile\n")


def test_moves_under_pins_are_kept_when_another_amount_is_asked_for(cli, pack, tiny_path, tmp_path):
    free = DirectionAmount("Turn", TURN.id, 1.0, (0, 1))
    pinned = DirectionAmount("Turn", TURN.id, 0.5, (0, 1), (SMILE.id,))
    (tmp_path / "face.json").write_bytes(Recipe(directions=(free, pinned)).to_json())
    words = ("render", "--model", tiny_path, "--recipe", tmp_path / "face.json")
    assert cli(*words, "-o", tmp_path / "same.png").code == 0
    assert read_provenance(tmp_path / "same.png").recipe.directions == (free, pinned)
    assert cli(*words, "--direction", "turn=2:0-1", "-o", tmp_path / "more.png").code == 0
    assert [move.amount for move in read_provenance(tmp_path / "more.png").recipe.directions] == [0.5, 1.5]


def test_the_list_shows_names_ranges_and_rows(cli, pack, tiny_path):
    lines = cli("directions", "list", "--model", tiny_path).out.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["Turn", "Broad smile"]
    assert "-3.0" in lines[0]
    assert "rows 0-2" in lines[0]
    assert "  Discovered  " in lines[0]
    assert "  Face  " in lines[1]


def test_a_model_without_directions_says_how_to_find_some(cli, tiny_path):
    assert "visagist directions discover" in cli("directions", "list", "--model", tiny_path).out


def test_an_unknown_name_is_answered_with_those_there_are(cli, pack, tiny_path, tmp_path):
    result = cli("render", "--model", tiny_path, "--direction", "Frown=1", "-o", tmp_path / "face.png")
    assert (result.code, result.err) == (
        2,
        "visagist: there is no direction 'Frown'; this model has Turn, Broad smile\n",
    )
    assert not (tmp_path / "face.png").exists()


def test_discovered_directions_are_found_by_the_other_commands(cli, tiny_path, monkeypatch):
    monkeypatch.setattr(discover, "FACES", 5)
    monkeypatch.setattr(discover, "NATURAL", 12)
    found = cli(
        "directions",
        "discover",
        "--model",
        tiny_path,
        "--device",
        "cpu",
        "--precision",
        "f32",
        "--method",
        "pca",
        "--rows",
        "4-6",
        "--count",
        2,
    )
    assert (found.code, found.err) == (0, "")
    (path,) = (data_dir() / "directions").iterdir()
    names = [direction.name for direction in load_pack(path).directions]
    assert found.out == f"{path}: {len(names)} directions\n"
    listed = cli("directions", "list", "--model", tiny_path).out.splitlines()
    assert [line.split("  ")[0].strip() for line in listed] == names
    assert path.stem.endswith("-pca-0-rows-4-6-best-2")
