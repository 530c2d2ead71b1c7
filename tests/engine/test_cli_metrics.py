"""visagist metrics: data sets, folders and models, measured against each other from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.job import finish
from engine.models.format import read_header
from engine.training.dataset import DatasetWriter
from engine.training.metrics.sources import read_square
from engine.training.metrics.swd import swd
from tests.engine.training.metrics.sets import Means, clouds


@pytest.fixture
def store(tmp_path) -> Path:
    """A data set of clouds of 32 px."""
    with DatasetWriter(tmp_path / "store", 32) as writer:
        for number, picture in enumerate(clouds(40, 32, 1)):
            writer.add(picture, f"{number}.png")
        writer.finish("Clouds")
    return tmp_path / "store"


@pytest.fixture
def folder(tmp_path) -> Path:
    """Picture files of several kinds, the pictures of 64 px."""
    (tmp_path / "folder" / "inner").mkdir(parents=True)
    for number, picture in enumerate(clouds(12, 64, 2)):
        where = tmp_path / "folder" / ("inner" if number % 2 else "")
        Image.fromarray(picture).save(where / f"{number:02}.{('png', 'bmp', 'webp')[number % 3]}", lossless=True)
    (tmp_path / "folder" / "notes.txt").write_text("not a picture")
    return tmp_path / "folder"


def test_a_folder_is_measured_against_a_data_set_at_the_smaller_side(cli, folder, store, tmp_path):
    done = cli("metrics", folder, store, "--json", tmp_path / "scores.json", "--seed", 4)
    assert (done.code, done.err) == (0, "")
    scores = json.loads((tmp_path / "scores.json").read_text())
    assert scores["side"] == 32
    assert list(scores["swd"]) == ["32", "16"]
    assert (scores["fid"], scores["kid"]) == (None, None)
    means = clouds(12, 64, 2).reshape(12, 32, 2, 32, 2, 3).astype(float).mean((2, 4)).round().astype(np.uint8)
    names = [int(path.stem) for path in sorted(folder.rglob("*.*")) if path.suffix != ".txt"]
    fake = means[names][np.random.default_rng(4).permutation(12)]
    real = clouds(40, 32, 1)[np.random.default_rng(4).permutation(40)]
    wanted = finish(swd([real], [fake], 32, seed=4))
    assert [scores["swd"]["32"], scores["swd"]["16"]] == pytest.approx([wanted[32], wanted[16]], rel=0.01)
    assert f"SWD    32 px  {scores['swd']['32']:8.2f}" in done.out
    assert f"12 pictures of {folder} against 40 of {store}" in done.out


def test_a_data_set_is_no_distance_from_itself(cli, store):
    done = cli("metrics", store, store, "--pictures", 10)
    assert "SWD mean          0.00" in done.out
    assert "10 pictures" in done.out


def test_a_model_is_measured_by_the_pictures_of_its_seeds(cli, tiny_path, store, tmp_path):
    words = ("metrics", tiny_path, store, "--pictures", 6, "--device", "cpu", "--json", tmp_path / "scores.json")
    done = cli(*words)
    assert (done.code, done.err) == (0, "")
    first = (tmp_path / "scores.json").read_bytes()
    assert json.loads(first)["pictures"] == 6
    assert cli(*words).out == done.out
    assert (tmp_path / "scores.json").read_bytes() == first


def test_fid_and_kid_come_with_an_inception_file_which_can_be_kept_as_our_own(
    cli, folder, store, tmp_path, monkeypatch
):
    """The network stands in: a real one takes seconds a picture, and has tests of its own."""
    asked = []

    def read(path, device):
        asked.append(path)
        return Means({})

    monkeypatch.setattr("engine.training.metrics.inception_file.read_inception", read)
    own, scores = tmp_path / "own.safetensors", tmp_path / "scores.json"
    done = cli("metrics", folder, store, "--inception", "given.pth", "--keep", own, "--json", scores)
    assert (done.code, done.err) == (0, "")
    assert asked == [Path("given.pth")]
    assert read_header(own).family == "inception_fid"
    found = json.loads(scores.read_text())
    assert f"FID           {found['fid']:8.2f}\nKID           {found['kid']:8.5f}" in done.out
    assert found["fid"] > 0


def test_a_picture_file_is_turned_upright_and_cut_to_its_middle(tmp_path):
    wide = np.zeros((16, 40, 3), np.uint8)
    wide[:, 12:20] = 200
    exif = Image.Exif()
    exif[0x0112] = 3  # the camera was upside down
    Image.fromarray(wide).save(tmp_path / "wide.png", exif=exif)
    wanted = np.zeros((16, 16, 3), np.uint8)
    wanted[:, 8:] = 200
    assert np.array_equal(read_square(tmp_path / "wide.png", 16), wanted)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["{store}", "{store}", "--side", "64"], "--side is 64, and one of the two has pictures of 32 px"),
        (["{store}", "{store}", "--side", "8"], "8 px cannot be compared level by level"),
        (["{store}", "{store}", "--pictures", "1"], "--pictures is 1 and should be from 2"),
        (["{store}", "{store}", "--keep", "{empty}/own"], "--keep writes the weights that --inception names"),
        (["{store}", "{store}", "--inception", "{store}/names.txt"], "neither a file of torch nor safetensors"),
        (["{store}", "{empty}"], "has no pictures in it"),
        (["{store}", "{empty}/nothing"], "there is no model"),
    ],
)
def test_what_cannot_be_measured_is_said_in_a_sentence(cli, store, tmp_path, words, sentence):
    (tmp_path / "empty").mkdir()
    done = cli("metrics", *(word.format(store=store, empty=tmp_path / "empty") for word in words))
    assert done.code == 2
    assert sentence in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("small.png", "24 x 20 pixels and is too small to be looked at with 32"),
        ("text.png", "cannot be read as a picture"),
        ("cut.png", "cannot be read as a picture"),
        ("deep.png", "more than 8 bits a colour"),
        ("huge.png", "too many pixels"),
    ],
)
def test_a_bad_file_in_a_folder_is_named(cli, folder, store, name, sentence):
    path = folder / name
    if name == "small.png":
        Image.fromarray(clouds(1, 64)[0, :20, :24]).save(path)
    elif name == "text.png":
        path.write_text("no picture at all")
    elif name == "cut.png":
        path.write_bytes((folder / "00.png").read_bytes()[:3000])
    elif name == "deep.png":
        Image.fromarray(np.full((64, 64), 40_000, np.uint16)).save(path)
    else:
        Image.new("1", (12_000, 12_000)).save(path)
    done = cli("metrics", folder, store)
    assert done.code == 2
    assert f"{path} " in done.err
    assert sentence in done.err
