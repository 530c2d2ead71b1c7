"""The command line's promises: pictures come back bit for bit, the start is light, ends are quiet."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import engine
from engine.export.images import FORMATS, read_provenance
from engine.models.format import read_header
from engine.paths import models_dir
from engine.recipe import ExplicitLatent, Noise, NoiseLevel, PlaneLatent, Recipe, SeedLatent, Truncation
from tests.nets import save_tiny

ROOT = Path(__file__).parents[2]
COMMANDS = ("render", "grid", "models", "directions", "bench", "doctor", "version")


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture)


def test_a_picture_gives_its_recipe_and_the_same_picture_back(cli, tiny_path, tmp_path):
    first, again = tmp_path / "first.png", tmp_path / "again.png"
    words = (
        "--seed",
        2**64 - 1,
        "--psi",
        -0.4,
        "--cutoff",
        6,
        "--mix",
        "9:0-4:0.5",
        "--mix",
        "3:8",
        "--noise",
        "random",
        "--noise-strength",
        0.5,
        "--noise-level",
        "32=0",
        "--noise-level",
        "8=2",
        "--centre",
        "nearest",
    )
    made = cli("render", "--model", tiny_path, *words, "--noise-seed", 5, "-o", first)
    assert (made.code, made.err) == (0, "")
    assert cli("render", "--model", tiny_path, "--recipe", first, "-o", again).code == 0
    assert first.read_bytes() == again.read_bytes()
    recipe = read_provenance(first).recipe
    assert (recipe.latent, recipe.truncation) == (SeedLatent(2**64 - 1), Truncation(-0.4, 6, "nearest"))
    assert [(mix.source.seed, mix.rows, mix.amount) for mix in recipe.mixes] == [
        (9, (0, 1, 2, 3, 4), 0.5),
        (3, (8,), 1),
    ]
    assert recipe.noise == Noise("random", 5, 0.5, (NoiseLevel(8, 2.0), NoiseLevel(32, 0.0)))
    assert recipe.model == read_header(tiny_path).hash


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("precision", ["f32", "bf16"])
def test_every_format_gives_the_same_picture_back(cli, tiny_path, tmp_path, suffix, precision):
    first, saved, again = tmp_path / "first.png", tmp_path / f"saved{suffix}", tmp_path / "again.png"
    target = ("--model", tiny_path, "--device", "cpu")
    assert cli("render", *target, "--precision", precision, "--seed", 7, "--size", 32, "-o", first).code == 0
    assert cli("render", *target, "--recipe", first, "-o", saved).code == 0
    result = cli("render", "--model", tiny_path, "--recipe", saved, "-o", again)
    assert (result.code, result.err) == (0, "")  # the device and precision of the picture, so nothing to remark on
    assert np.array_equal(pixels(first), pixels(again))
    assert pixels(again).shape == (32, 32, 3)


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(),
        Recipe(latent=PlaneLatent((SeedLatent(1), SeedLatent(2), SeedLatent(3)), 0.2, 0.3, "z")),
        Recipe(latent=ExplicitLatent(1, 512, np.ones(512, "<f4").tobytes())),
    ],
    ids=["seed", "plane", "w"],
)
def test_a_recipe_in_json_is_followed(cli, tiny_path, tmp_path, recipe):
    path = tmp_path / "recipe.json"
    path.write_bytes(recipe.to_json())
    assert cli("render", "--model", tiny_path, "--recipe", path, "-o", tmp_path / "face.png").code == 0
    assert read_provenance(tmp_path / "face.png").recipe.latent == recipe.latent


def test_options_change_the_recipe_that_they_start_from(cli, tiny_path, tmp_path):
    first, second = tmp_path / "first.png", tmp_path / "second.png"
    cli("render", "--model", tiny_path, "--seed", 7, "--psi", 0.5, "--mix", "9:0", "-o", first)
    cli("render", "--model", tiny_path, "--recipe", first, "--seed", 8, "--mix", "4:1", "-o", second)
    recipe = read_provenance(second).recipe
    assert (recipe.latent, recipe.truncation.psi) == (SeedLatent(8), 0.5)
    assert [mix.source.seed for mix in recipe.mixes] == [9, 4]


def test_the_model_of_a_recipe_is_found_by_its_hash(cli, tiny_path, tmp_path):
    cli("render", "--model", tiny_path, "--seed", 7, "-o", tmp_path / "face.png")
    words = ("render", "--recipe", tmp_path / "face.png", "-o", tmp_path / "again.png")
    missing = cli(*words)
    assert missing.code == 2
    assert "(A tiny random network), which is not on this machine" in missing.err
    models_dir().mkdir()
    save_tiny(models_dir() / "other.safetensors", seed=1)
    shutil.copy(tiny_path, models_dir() / "mine.safetensors")
    assert cli(*words).code == 0
    assert (tmp_path / "face.png").read_bytes() == (tmp_path / "again.png").read_bytes()


def test_a_picture_made_elsewhere_is_remarked_on(cli, tiny_path, tmp_path):
    first = tmp_path / "first.png"
    cli("render", "--model", tiny_path, "--device", "cpu", "--precision", "f32", "--seed", 7, "-o", first)
    result = cli("render", "--model", tiny_path, "--recipe", first, "--precision", "bf16", "-o", tmp_path / "again.png")
    assert result.code == 0
    assert result.err.count("\n") == 1
    assert "made on CPU in f32 and is rendered on CPU in bf16" in result.err


def test_a_sheet_carries_all_seeds(cli, tiny_path, tmp_path):
    sheet = tmp_path / "sheet.webp"
    result = cli(
        "grid", "--model", tiny_path, "--seeds", "1-3,9,20-21", "--size", 32, "--columns", 3, "--psi", 0.5, "-o", sheet
    )
    assert (result.code, result.err) == (0, "")
    found = read_provenance(sheet)
    assert [recipe.latent.seed for recipe in found.recipes] == [1, 2, 3, 9, 20, 21]
    assert {recipe.truncation.psi for recipe in found.recipes} == {0.5}
    again = cli("render", "--model", tiny_path, "--recipe", sheet, "-o", tmp_path / "face.png")
    assert again.code == 2
    assert "contact sheet of 6 pictures" in again.err


def test_a_real_face_comes_back_bit_for_bit_from_another_process(program, model_path, tmp_path):
    first, again = tmp_path / "first.png", tmp_path / "again.png"
    made = program("render", "--model", model_path, "--seed", 7, "--psi", 0.7, "--mix", "9:5-8", "-o", first)
    assert (made.code, made.err) == (0, "")
    assert program("render", "--model", model_path, "--recipe", first, "-o", again).code == 0
    assert first.read_bytes() == again.read_bytes()
    picture = pixels(first)
    assert picture.shape == (1024, 1024, 3)
    assert 20 < picture.std() < 110  # a face, neither grey nor noise


@pytest.mark.parametrize(
    "words", [(), *((command,) for command in COMMANDS), ("models", "add"), ("directions", "discover")]
)
def test_help_is_there_for_every_command(cli, words):
    result = cli(*words, "--help")
    assert result.code == 0
    assert result.out.startswith("usage: visagist")


@pytest.mark.parametrize(
    "words", [("--help",), ("version",), ("models", "path"), ("models", "list"), ("render", "--help")]
)
def test_light_commands_import_no_torch(words):
    code = (
        "import sys; from engine.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "sys.exit(bool({'torch', 'PIL', 'PySide6', 'rich'} & set(sys.modules)))"
    )
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *words], cwd=ROOT, capture_output=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_the_version_is_the_projects(cli):
    with (ROOT / "pyproject.toml").open("rb") as file:
        assert tomllib.load(file)["project"]["version"] == engine.__version__
    assert cli("version").out.startswith(f"Visagist {engine.__version__} (Python ")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no closed pipes of this kind")
def test_a_reader_that_goes_away_is_no_error(model_path):
    command = f"{sys.executable} -m engine.cli models info {model_path} | true; echo ${{PIPESTATUS[0]}}"
    ended = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, check=False)
    assert (ended.stdout, ended.stderr) == (b"141\n", b"")


def test_a_terminal_without_our_letters_gets_question_marks(program):
    result = program("models", "list", PYTHONIOENCODING="ascii")
    assert (result.code, result.err) == (0, "")
    assert "Faces 1024 ? FFHQ" in result.out


def test_a_bug_leaves_its_traceback_in_the_log(cli, home, monkeypatch):
    def broken(args):
        raise ZeroDivisionError("a slip")

    monkeypatch.setattr("engine.commands.system.run_version", broken)
    result = cli("version")
    assert result.code == 1
    assert (
        result.err
        == f"visagist: ZeroDivisionError: a slip; this is a bug; please report it with {home}/logs/crashes.log\n"
    )
    assert "Traceback" in (home / "logs" / "crashes.log").read_text()


def test_ctrl_c_is_quiet(cli, monkeypatch):
    def interrupted(args):
        raise KeyboardInterrupt

    monkeypatch.setattr("engine.commands.system.run_version", interrupted)
    assert cli("version") == type(cli("version"))(130, "", "")


def test_the_window_opens_without_a_command_and_for_a_file(cli, monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr("engine.commands.system.open_window", lambda argv: opened.append(argv) or 0)
    path = tmp_path / "face.png"
    path.write_bytes(b"")
    assert cli().code == 0
    assert cli(path).code == 0
    assert opened == [[], [str(path)]]


def test_a_window_without_qt_is_answered_in_one_sentence(cli, monkeypatch):
    monkeypatch.setitem(sys.modules, "studio.app", None)
    result = cli()
    assert result.code == 2
    assert re.fullmatch(
        r"visagist: the window cannot start \(.*\); `visagist doctor` says what is missing\n", result.err
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a screen")
def test_without_a_display_a_window_is_refused_in_one_sentence(cli, monkeypatch, tmp_path):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "show.visagist").touch()
    for words in ((), ("exhibit", tmp_path / "show.visagist")):
        result = cli(*words)
        assert result.code == 2
        assert result.err.startswith("visagist: there is no display here")


def test_bench_writes_a_table_and_json(cli, tiny_path, tmp_path):
    numbers = tmp_path / "bench.json"
    result = cli("bench", "--quick", "--model", tiny_path, "--device", "cpu", "--json", numbers)
    assert (result.code, result.err) == (0, "")
    report = json.loads(numbers.read_bytes())
    names = [item["name"] for item in report["measurements"]]
    for name in ("full frame, 64 px", "draft, 32 px", "after a change of style row 9, of a full frame", "peak memory"):
        assert name in names
        assert f"| {name} " in result.out
    assert all(item["value"] > 0 for item in report["measurements"])
    assert report["machine"]["device"] == "CPU"


def test_bench_says_when_its_yardstick_is_missing(cli, tiny_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openvino", None)
    result = cli("bench", "--quick", "--model", tiny_path, "--against", "openvino")
    assert result.code == 2
    assert "pip install openvino" in result.err
