"""Bad input: exit code 2, one sentence that says what would be right, nothing lost and nothing half-written."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.models.format import read_header
from engine.recipe import Recipe, SeedLatent
from tests.nets import save_tiny

TOO_LARGE = 2**64


@pytest.fixture
def refused(cli, tmp_path):
    """Runs a command that must fail as a person would want it to; gives its sentence."""

    def run(*words: object) -> str:
        before = contents(tmp_path)
        result = cli(*words)
        assert result.code == 2
        assert result.out == ""
        assert result.err.startswith("visagist: ")
        assert result.err.count("\n") == 1
        assert "Traceback" not in result.err
        assert contents(tmp_path) == before
        return result.err

    return run


def contents(folder: Path) -> dict[Path, bytes | None]:
    """Everything below a folder."""
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--psi", "nan"), "psi is nan; it must be a finite number"),
        (("--psi=-inf",), "psi is -inf; it must be a finite number"),
        (("--psi", "1e9"), "psi is 1e+09; it must lie between -10 and 10"),
        (("--psi", "much"), "argument --psi: invalid float value: 'much'"),
        (("--cutoff", "-1"), "cutoff is -1"),
        (("--cutoff", "99"), "cutoff is 99; this model has 10 style rows"),
        (("--seed", "-1"), "seed -1 does not fit; a seed is a whole number from 0 to 2^64 - 1"),
        (("--seed", TOO_LARGE), "does not fit; a seed is a whole number from 0 to 2^64 - 1"),
        (("--seed", "9" * 5000), "does not fit; a seed is a whole number from 0 to 2^64 - 1"),
        (("--seed", "1.5"), "a seed is a whole number, not '1.5'"),
        (("--seed", "²"), "a seed is a whole number, not '²'"),
        (("--seed", ""), "a seed is a whole number, not ''"),
        (("--noise-seed", TOO_LARGE), "does not fit"),
        (("--noise", "loud"), "noise is const, random or none, not 'loud'"),
        (("--noise-level", "32"), "a noise level is written like 256=0.5, not '32'"),
        (("--noise-level", "4.5=1"), "a noise level is written like 256=0.5, not '4.5=1'"),
        (("--noise-level", "32=much"), "'much' in '32=much' is not a number"),
        (("--noise-level", "99=1"), "this model has no noise at 99 px; choose one of 4, 8, 16, 32"),
        (("--noise-strength", "nan"), "the noise strength is nan"),
        (("--centre", "mode"), "centre is mean or nearest, not 'mode'"),
        (("--mix", "9"), "a style mix is written like 9:0-4"),
        (("--mix", "9:0-4:1:1"), "a style mix is written like 9:0-4"),
        (("--mix", "9:4-0"), "style rows run upwards"),
        (("--mix", "9:a"), "style rows are written like 0-4"),
        (("--mix", "9:0-99"), "a style mix uses style row 99; this model's rows are 0 to 9"),
        (("--mix", f"{TOO_LARGE}:0"), "does not fit"),
        (("--mix", "9:0:nan"), "must be a finite number"),
        (("--mix", "9:0:lots"), "'lots' in '9:0:lots' is not a number"),
        (("--direction", "Smile"), "a direction is written like Turn=2"),
        (("--direction", "=2"), "a direction is written like Turn=2"),
        (("--direction", "Smile=inf"), "must be a finite number"),
        (("--direction", "Smile=2:x"), "style rows are written like 0-4"),
        (("--direction", "Smile=2"), "there is no direction 'Smile'"),
        (("--size", "48"), "this model renders no 48 px picture; choose one of 16, 32, 64"),
        (("--size", "0"), "this model renders no 0 px picture"),
        (("--device", "tpu"), "there is no device 'tpu'; choose one of cuda, mps, cpu"),
        (("--precision", "int4"), "there is no precision 'int4'"),
        (("--colour", "red"), "unrecognized arguments: --colour red"),
    ],
)
def test_options_that_make_no_sense(refused, tiny_path, tmp_path, words, sentence):
    assert sentence in refused("render", "--model", tiny_path, *words, "-o", tmp_path / "face.png")


@pytest.mark.parametrize(
    ("seeds", "sentence"),
    [
        ("9-1", "seeds run upwards, so '9-1' should be '1-9'"),
        ("1,,2", "a seed is a whole number, not ''"),
        ("0-18446744073709551615", "names more than 10000 seeds"),
        (f"1,{TOO_LARGE}", "does not fit"),
        ("-1", "seed -1 does not fit"),
        ("1-", "a seed is a whole number, not ''"),
    ],
)
def test_lists_of_seeds_that_make_no_sense(refused, tiny_path, tmp_path, seeds, sentence):
    assert sentence in refused("grid", "--model", tiny_path, "--seeds", seeds, "-o", tmp_path / "sheet.png")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("rendr",), "there is no command or file 'rendr'; the commands are render, grid"),
        (("render",), "the following arguments are required: -o/--output"),
        (("models",), "the following arguments are required: COMMAND"),
        (("models", "add", "nobody"), "the catalogue has no model 'nobody'; it has: ffhq"),
        (("models", "info", "nobody"), "there is no model 'nobody'; here are: faces64, and `visagist models add ffhq`"),
        (("directions", "discover", "--method", "luck"), "there is no method 'luck'"),
        (("directions", "discover", "--rows", "x"), "style rows are written like 0-4"),
        (("directions", "discover", "--count", "0"), "at least 1 direction"),
        (("bench", "--against", "hope"), "--against knows openvino alone"),
        (("bench", "--threads", "0"), "threads are 1 to 1024"),
        (("--loud",), "required: COMMAND"),
    ],
)
def test_commands_that_make_no_sense(refused, words, sentence):
    assert sentence in refused(*words)


def test_an_unknown_model(refused, tmp_path):
    assert "there is no model 'nobody'" in refused("render", "--model", "nobody", "-o", tmp_path / "face.png")
    assert "fetch it with: visagist models add ffhq" in refused("render", "-o", tmp_path / "face.png")


@pytest.mark.parametrize("keep", [0, 8, 1000, -1])
def test_a_model_file_cut_short(refused, tiny_path, tmp_path, keep):
    path = tmp_path / "short.safetensors"
    path.write_bytes(tiny_path.read_bytes()[:keep])
    for words in (("render", "--model", path, "-o", tmp_path / "face.png"), ("models", "info", path)):
        assert f"{path}: " in refused(*words)


def test_a_model_file_whose_content_is_not_what_its_hash_says(refused, tiny_path, tmp_path):
    path = tmp_path / "damaged.safetensors"
    content = bytearray(tiny_path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert "its content does not match its hash" in refused("render", "--model", path, "-o", tmp_path / "face.png")
    assert "its content does not match its hash" in refused("models", "info", path)


def write_json(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"version": 5}', "the recipe is version 5 and this program reads up to 4; a newer Visagist opens it"),
        ('{"latent": {"type": "seed", "seed": 18446744073709551616}}', "seed 18446744073709551616 does not fit"),
        ('{"latent": {"type": "seed", "seed": -1}}', "seed -1 does not fit"),
        ('{"truncation": {"psi": NaN}}', "the recipe is not JSON"),
        ('{"truncation": {"psi": 1e999}}', "the recipe"),
        ('{"mixes": [{"source": {"type": "seed", "seed": 1}, "rows": [3, 2]}]}', "must be ascending"),
        (
            '{"mixes": [{"source": {"type": "seed", "seed": 1}, "rows": [10]}]}',
            "uses style row 10; this model's rows are 0 to 9",
        ),
        ('{"colour": "red"}', "unknown field"),
        (
            '{"directions": [{"name": "Smile", "id": "0", "amount": 1, "rows": [0]}]}',
            "which no open direction pack holds",
        ),
        ("[1]", "the recipe must be a JSON object"),
        ("", "the recipe is not JSON"),
        ("[" * 100_000, "the recipe is not JSON"),
    ],
    ids=range(12),
)
def test_recipes_that_cannot_be_followed(refused, tiny_path, tmp_path, text, sentence):
    recipe = write_json(tmp_path / "recipe.json", text)
    assert sentence in refused("render", "--model", tiny_path, "--recipe", recipe, "-o", tmp_path / "face.png")


def test_a_recipe_of_another_model(refused, tiny_path, tmp_path):
    save_tiny(tmp_path / "other.safetensors", seed=1)
    other = read_header(tmp_path / "other.safetensors").hash
    recipe = tmp_path / "recipe.json"
    recipe.write_bytes(Recipe(model=other, latent=SeedLatent(1)).to_json())
    words = ("render", "--recipe", recipe, "-o", tmp_path / "face.png")
    assert f"the recipe was made with model {other[:12]} and the open model is" in refused(*words, "--model", tiny_path)
    assert f"the recipe was made with model {other[:12]}, which is not on this machine" in refused(*words)


def test_a_recipe_file_that_is_none(refused, tiny_path, tmp_path):
    words = ("render", "--model", tiny_path, "-o", tmp_path / "face.png", "--recipe")
    assert "it cannot be read" in refused(*words, tmp_path / "nothing.json")
    assert "this is a folder" in refused(*words, tmp_path)
    (tmp_path / "noise.json").write_bytes(bytes(range(256)))
    assert "the recipe is not JSON" in refused(*words, tmp_path / "noise.json")
    with (tmp_path / "long.json").open("wb") as file:
        file.truncate(20 * 2**20)
    assert "it is longer than any recipe" in refused(*words, tmp_path / "long.json")


@pytest.mark.parametrize("command", [("render", "--seed", "1"), ("grid", "--seeds", "1-2", "--size", "16")])
def test_an_output_that_cannot_be_written(refused, tiny_path, tmp_path, command):
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "file").write_bytes(b"")
    for name, sentence in (
        ("missing/face.png", "its folder does not exist"),
        ("file/face.png", "its folder does not exist"),
        ("folder.png", "this is a folder"),
        ("face.gif", "the name must end in one of .png, .jpg"),
        ("x" * 300 + ".png", "the name is too long"),
    ):
        assert sentence in refused(*command, "--model", tiny_path, "-o", tmp_path / name)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="no folder is closed to root")
def test_a_folder_that_may_not_be_written(refused, tiny_path, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    assert "may not be written there" in refused("render", "--model", tiny_path, "-o", closed / "face.png")


@pytest.fixture
def full_disk(tmp_path) -> Iterator[Path]:
    """A disk of a few kilobytes."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root on Linux can make a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8k", "none", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"no small disk here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk(refused, tiny_path, full_disk):
    assert "the disk is full; free some space" in refused("render", "--model", tiny_path, "-o", full_disk / "face.png")
    assert list(full_disk.iterdir()) == []


def test_a_picture_that_is_there_stays_when_a_new_one_fails(refused, tiny_path, full_disk):
    path = full_disk / "face.png"
    path.write_bytes(b"dear old picture")
    assert "the disk is full" in refused("render", "--model", tiny_path, "-o", path)
    assert path.read_bytes() == b"dear old picture"


def test_a_process_says_it_on_stderr_too(program, tmp_path):
    result = program("render", "--model", "nobody", "--psi", "nan", "-o", tmp_path / "face.png")
    assert (result.code, result.out) == (2, "")
    assert result.err == "visagist: psi is nan; it must be a finite number\n"
