"""visagist dataset build, check and show, as a person gives them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from tests.engine.training.building.pictures import fill, put, unusable

ROOT = Path(__file__).parents[4]


def test_a_folder_is_built_checked_and_shown(cli, tmp_path: Path) -> None:
    source = fill(tmp_path / "pictures", 20)
    put(source, unusable())
    store, sheet = tmp_path / "set", tmp_path / "sheet.png"
    ended = cli(
        "dataset", "build", source, "-o", store, "--side", "32", "--mirror", "--licence", "CC0", "--sheet", sheet
    )
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"{store}: 40 pictures of 32 px (20 and their mirror images) from 38 in pictures\n")
    assert "left out (2), it is not a picture: letter.jpg, letter.txt" in ended.out
    with Image.open(sheet) as image:
        assert image.size == (8 * 66 + 2, 5 * 66 + 2), "40 pictures of 32 px, twice as large"
    report = json.loads((store / "report.json").read_text())
    assert (report["kept"], len(report["left_out"])) == (20, 18)
    ended = cli("dataset", "check", store)
    assert ended.out.startswith(f"{store}: 40 pictures of 32 px are whole, hash ")
    ended = cli("dataset", "show", store, "-o", sheet, "--count", "6", "--seed", "3")
    assert "licence           CC0" in ended.out
    assert "left out (2), it is not a picture" in ended.out
    with Image.open(sheet) as image:
        assert image.size == (3 * 66 + 2, 2 * 66 + 2)
    again = (tmp_path / "sheet.png").read_bytes()
    cli("dataset", "show", store, "-o", sheet, "--count", "6", "--seed", "3")
    assert sheet.read_bytes() == again
    cli("dataset", "show", store, "-o", sheet, "--count", "6", "--seed", "4")
    assert sheet.read_bytes() != again


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (("level-8.u8", "cut"), "level-8.u8 has 767 bytes and should have 768"),
        (("level-8.u8", "flip"), "level-8.u8 is not the mean of the largest resolution in 1 of 4 pictures, the first"),
        (("level-16.u8", "flip"), "the pictures or labels are not those that were packed"),
        (("labels.f32", "flip"), "the pictures or labels are not those that were packed"),
        (("level-4.u8", "remove"), "level-4.u8 is missing"),
        (("names.txt", "cut"), "names.txt has 3 names for 4 pictures"),
        (("names.txt", "remove"), "names.txt cannot be read"),
        (("dataset.json", "cut"), "dataset.json cannot be read"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_a_damaged_data_set_is_told_apart(cli, tmp_path: Path, harm: tuple[str, str], told: str) -> None:
    source = fill(tmp_path / "pictures", 4)
    (source / "labels.csv").write_text("file,age\n" + "".join(f"{number:03d}.png,{number}\n" for number in range(4)))
    store = tmp_path / "set"
    assert cli("dataset", "build", source, "-o", store, "--side", 16).code == 0
    path = store / harm[0]
    content = path.read_bytes()
    path.unlink()
    if harm[1] == "cut":
        path.write_bytes(content[:-1])
    if harm[1] == "flip":
        path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    ended = cli("dataset", "check", store)
    assert ended.code == 2
    assert told in ended.out + ended.err
    assert ended.err.count("\n") == 1


# the program, waiting at its tenth picture until it is stopped
WAITS = """
import signal, sys, time
from pathlib import Path
from engine.cli import main
from engine.training.building.build import Shelf

put, seen = Shelf.put, []

def put_some(shelf, name, result):
    seen.append(name)
    if len(seen) == 10:
        Path(sys.argv[1]).touch()
        time.sleep(600)
    put(shelf, name, result)

Shelf.put = put_some
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background has it ignored
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C")
def test_ctrl_c_says_how_to_go_on(cli, tmp_path: Path) -> None:
    source = fill(tmp_path / "pictures", 30, "jpg")
    store, waits = tmp_path / "set", tmp_path / "waits"
    command = ["dataset", "build", str(source), "-o", str(store), "--side", "256", "--workers", "1"]
    process = subprocess.Popen([sys.executable, "-c", WAITS, waits, *command], cwd=ROOT, stderr=subprocess.PIPE)
    while process.poll() is None and not waits.exists():
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    err = process.communicate()[1].decode()
    assert process.returncode == 130
    assert err == f"visagist: stopped; the same command goes on with {store} from there\n"
    ended = cli("dataset", "check", store)
    assert ended.err == f"visagist: {store} was not finished; give the same `visagist dataset build` again to go on\n"
    assert cli("dataset", "show", store).code == 2
    assert cli(*command).out.startswith(f"{store}: 30 pictures of 256 px")
    assert cli("dataset", "check", store).code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("build", "pictures"), "the following arguments are required: -o/--output"),
        (("build", "nowhere", "-o", "set"), "nowhere does not exist; name a folder, a zip or a video"),
        (("build", "pictures", "-o", "set", "--crop", "left"), "--crop is one of centre, top, pad, not 'left'"),
        (("build", "pictures", "-o", "set", "--resize", "box"), "--resize is one of lanczos, area, not 'box'"),
        (("build", "pictures", "-o", "set", "--side", "100"), "a side of 100 pixels is not a power of two"),
        (("build", "pictures", "-o", "set", "--workers", "-1"), "-1 threads cannot be; 0 takes one a core"),
        (("build", "pictures", "-o", "set", "--every", "0"), "frames are taken every 1 or more"),
        (("build", "pictures", "-o", "set", "--sheet", "a.jpg"), "the name of a sheet must end in .png"),
        (("build", "pictures", "-o", "set", "--mirror-negates", "yaw"), "there is no label 'yaw' to turn in a mirror"),
        (("check", "pictures"), "is not a data set: it has no dataset.json; build one with `visagist dataset build`"),
        (("show", "nowhere"), "nowhere is not a data set"),
        (("show", "ready", "-o", "a.png", "--count", "0"), "a sheet shows 1 to 2500 pictures, not 0"),
        (("show", "ready", "-o", "no/a.png"), "its folder does not exist"),
        (("show", "ready", "--seed", "x"), "a seed is a whole number, not 'x'"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_what_makes_no_sense_is_told_in_a_sentence(
    cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    fill(tmp_path / "pictures", 2)
    monkeypatch.chdir(tmp_path)
    assert cli("dataset", "build", "pictures", "-o", "ready", "--side", 8).code == 0
    ended = cli("dataset", *words)
    assert ended.code == 2
    assert told in ended.err
    assert ended.err.count("\n") == 1
    assert not (tmp_path / "set").exists()
