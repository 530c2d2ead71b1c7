"""Real pictures from folders, zips, data sets and runs: what is of use, and what is said of the rest."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import VisagistError
from engine.job import finish
from engine.training.config import write_config
from engine.training.dataset import Dataset
from engine.training.run import CONFIG
from studio.quiz.reals import looking
from tests.studio.training.steered import config_of, make_store


def test_a_folder_gives_its_sound_pictures_of_any_shape(photographs):
    reals = finish(looking(photographs, 64))
    assert (reals.title, reals.count, reals.side) == ("photographs", 12, 64)
    for number in range(reals.count):
        picture = reals.load(number)
        assert picture.dtype == np.uint8
        assert min(picture.shape[:2]) >= 64
        assert np.abs(picture.mean((0, 1))[:2] - (20, 180)).max() < 8


def test_pictures_smaller_than_most_are_left_out(photographs):
    Image.new("RGB", (40, 40)).save(photographs / "small.png")
    assert finish(looking(photographs, 64)).count == 12


def test_pictures_smaller_than_the_network_s_are_taken_at_their_own_size(photographs):
    reals = finish(looking(photographs, 1024))
    assert reals.side == 72
    assert reals.count == 8


def test_a_zip_is_read_where_it_lies(photographs, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for path in sorted(photographs.iterdir()):
            archive.write(path, path.name)
    reals = finish(looking(tmp_path / "a.zip", 64))
    assert reals.count == 12
    assert reals.load(3).shape[2] == 3


def test_a_data_set_gives_the_resolution_next_to_the_network_s(tmp_path):
    store = Dataset(make_store(tmp_path / "store", side=32))
    reals = finish(looking(tmp_path / "store", 16))
    assert (reals.count, reals.side) == (40, 16)
    np.testing.assert_array_equal(reals.load(7), store.pictures(16, np.array([7]))[0])
    assert finish(looking(tmp_path / "store", 1024)).side == 32


def test_a_run_stands_for_the_pictures_that_it_learns_from(tmp_path):
    store = make_store(tmp_path / "store")
    (tmp_path / "run" / "checkpoints").mkdir(parents=True)
    write_config(tmp_path / "run" / CONFIG, config_of(store))
    assert finish(looking(tmp_path / "run", 16)).title == "store"


def test_a_picture_that_is_gone_meanwhile_is_replaced_by_the_next(photographs):
    reals = finish(looking(photographs, 64))
    (photographs / "00.jpg").write_bytes(b"\xff\xd8\xff broken")
    assert reals.first_sound([0, 5])[0, 0, 2] == pytest.approx(reals.load(5)[0, 0, 2], abs=3)
    with pytest.raises(VisagistError, match="choose another folder"):
        reals.first_sound([0])


def empty(folder: Path) -> Path:
    return folder


def texts(folder: Path) -> Path:
    (folder / "a.txt").write_text("a")
    return folder


def tiny_pictures(folder: Path) -> Path:
    Image.new("RGB", (8, 8)).save(folder / "a.png")
    return folder


@pytest.mark.parametrize("make", [empty, texts, tiny_pictures])
def test_a_folder_without_pictures_is_said_in_a_sentence(tmp_path, make):
    with pytest.raises(VisagistError, match=r"is empty|has no pictures"):
        finish(looking(make(tmp_path), 64))
