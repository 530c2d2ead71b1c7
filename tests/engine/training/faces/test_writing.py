"""Data sets of faces: the same whatever drew them, gone on with after a stop, with labels that agree."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import zipfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import VisagistError
from engine.job import finish
from engine.training.faces import writing
from engine.training.faces.attributes import MIRROR_NEGATES, NAMES
from engine.training.faces.face import face
from engine.training.faces.labels import COLUMNS
from engine.training.faces.writing import render_faces

SIDE, COUNT = 16, 4


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A folder of four faces, drawn in one go by one process."""
    folder = tmp_path_factory.mktemp("faces") / "whole"
    assert finish(render_faces(folder, COUNT, SIDE, seed=2)).new == COUNT
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_pictures_are_those_of_their_numbers(whole):
    for index in range(COUNT):
        with Image.open(whole / f"00000/img{index:08d}.png") as picture:
            assert np.array_equal(np.asarray(picture), face(2, index, SIDE)[0])


def test_more_processes_and_a_zip_give_the_same_pictures_and_labels(whole, cli, tmp_path):
    packed = tmp_path / "faces.zip"
    words = ["dataset", "faces", "--count", COUNT, "--size", SIDE, "--seed", 2, "--processes", 2]
    assert cli(*words, "-o", packed).code == 0
    with zipfile.ZipFile(packed) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == contents(whole)
    assert list(tmp_path.iterdir()) == [packed], "nothing is left beside the archive"
    again = cli(*words, "-o", packed)
    assert again.out == f"{packed}: 4 faces of 16 px, 0 of them new\n"


def test_an_archive_that_is_asked_for_more_keeps_what_it_holds(whole, tmp_path):
    packed = tmp_path / "faces.zip"
    finish(render_faces(packed, 2, SIDE, seed=2))
    assert finish(render_faces(packed, COUNT, SIDE, seed=2)).new == COUNT - 2
    with zipfile.ZipFile(packed) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == contents(whole)


def test_a_job_that_was_stopped_goes_on_to_the_same_data_set(whole, tmp_path):
    folder = tmp_path / "faces"
    with closing(render_faces(folder, COUNT, SIDE, seed=2)) as job:
        while next(job).done < 2:
            pass
    assert json.loads((folder / "dataset.json").read_bytes())["labels"] is None
    drawn = finish(render_faces(folder, COUNT, SIDE, seed=2))
    assert (drawn.pictures, drawn.new) == (COUNT, COUNT - 2)
    assert contents(folder) == contents(whole)


def test_parts_drawn_apart_are_copied_together(whole, tmp_path):
    odd, even = tmp_path / "odd", tmp_path / "even"
    assert finish(render_faces(even, COUNT, SIDE, seed=2, start=0, step=2)).pictures == 2
    assert finish(render_faces(odd, COUNT, SIDE, seed=2, start=1, step=2)).pictures == 2
    shutil.copytree(odd, even, dirs_exist_ok=True)
    assert finish(render_faces(even, COUNT, SIDE, seed=2)).new == 0
    assert contents(even) == contents(whole)


@pytest.mark.parametrize("damage", [lambda content: content[:-40], lambda content: b"no picture", lambda content: b""])
def test_a_damaged_picture_is_drawn_again(whole, tmp_path, damage):
    folder = tmp_path / "faces"
    shutil.copytree(whole, folder)
    picture = folder / "00000/img00000001.png"
    picture.write_bytes(damage(picture.read_bytes()))
    assert finish(render_faces(folder, COUNT, SIDE, seed=2)).new == 1
    assert contents(folder) == contents(whole)


def test_the_table_and_the_listing_agree(whole):
    with open(whole / "labels.csv", newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    listing = json.loads((whole / "dataset.json").read_bytes())
    assert tuple(table[0]) == ("file", *NAMES)
    assert tuple(listing["names"]) == COLUMNS
    assert tuple(listing["mirror_negates"]) == MIRROR_NEGATES == ("yaw", "roll", "gaze_x", "light_az")
    assert set(MIRROR_NEGATES) <= set(COLUMNS)
    assert [row["file"] for row in table] == [name for name, _ in listing["labels"]]
    for row, (_, numbers) in zip(table, listing["labels"], strict=True):
        for name, value in zip(listing["names"], numbers, strict=True):
            attribute, _, word = name.partition("=")
            assert value == (float(row[attribute] == word) if word else float(row[attribute])), name
    assert json.dumps(face(2, 1, SIDE)[1]["age"]) == table[1]["age"]


def test_a_folder_of_other_faces_or_of_something_else_is_left_alone(whole, tmp_path):
    before = contents(whole)
    with pytest.raises(VisagistError, match="holds faces of seed 2 with 16 px"):
        finish(render_faces(whole, COUNT, SIDE, seed=3))
    with pytest.raises(VisagistError, match="holds faces of seed 2 with 16 px"):
        finish(render_faces(whole, COUNT, 32, seed=2))
    assert contents(whole) == before
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(VisagistError, match="holds something else"):
        finish(render_faces(tmp_path, COUNT, SIDE))
    (tmp_path / "dataset.json").write_text('{"labels": [["a.png", 3]]}')
    with pytest.raises(VisagistError, match="another data set"):
        finish(render_faces(tmp_path, COUNT, SIDE))
    (tmp_path / "dataset.json").write_text("[")
    with pytest.raises(VisagistError, match="cannot be read"):
        finish(render_faces(tmp_path, COUNT, SIDE))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dataset.json", "mine.txt"]


def test_an_archive_that_is_none_is_left_alone(tmp_path):
    packed = tmp_path / "faces.zip"
    packed.write_bytes(b"PK no")
    with pytest.raises(VisagistError, match="cannot be read"):
        finish(render_faces(packed, COUNT, SIDE))
    assert packed.read_bytes() == b"PK no"
    assert list(tmp_path.iterdir()) == [packed]


def test_a_process_that_is_killed_is_told_in_a_sentence_and_what_is_drawn_stays(whole, tmp_path, monkeypatch):
    class Killed(writing.Painter):
        def begin(self, index):
            os.kill(self.process.pid, signal.SIGKILL)
            super().begin(index)

    monkeypatch.setattr(writing, "Painter", Killed)
    folder = tmp_path / "faces"
    with pytest.raises(VisagistError, match="ended from outside"):
        finish(render_faces(folder, COUNT, SIDE, seed=2, processes=2))
    assert (folder / "00000/img00000000.png").read_bytes() == (whole / "00000/img00000000.png").read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--count", 0), "has 1 to 1000000 faces, not 0"),
        (("--count", 4, "--size", 8), "16 to 1024 px wide, not 8"),
        (("--count", 4, "--seed", "x"), "a seed is a whole number, not 'x'"),
        (("--count", 4, "--seed", 2**63), "from 0 to 2^63 - 1"),
        (("--count", 4, "--start", 4), "one of 0 to 3, not 4"),
        (("--count", 4, "--step", 0), "1 or more, not 0"),
        (("--count", 4, "--processes", 0), "processes are 1 to 256, not 0"),
        ((), "--count"),
    ],
)
def test_an_argument_that_cannot_be_is_refused_in_a_sentence(cli, tmp_path, words, said):
    ended = cli("dataset", "faces", *words, "-o", tmp_path / "out")
    assert ended.code == 2
    assert said in ended.err
    assert len(ended.err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_file_where_a_folder_should_be_is_named(cli, tmp_path):
    (tmp_path / "out").touch()
    (tmp_path / "out.zip").mkdir()
    for name, said in (("out", "is a file"), ("out.zip", "is a folder")):
        ended = cli("dataset", "faces", "--count", 1, "--size", 16, "-o", tmp_path / name)
        assert (ended.code, len(ended.err.splitlines())) == (2, 1)
        assert said in ended.err


def test_the_program_warns_of_nothing(program, tmp_path):
    ended = program("dataset", "faces", "--count", 1, "--size", 16, "-o", tmp_path / "out")
    assert (ended.code, ended.err) == (0, "")
    assert (tmp_path / "out/00000/img00000000.png").is_file()
