"""A packed data set: what goes in comes out, and what is broken is said in a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.training.dataset import Dataset, DatasetError, DatasetWriter, pyramid


def packed(folder: Path, count: int = 5, side: int = 16) -> np.ndarray:
    """A data set of noise with two labels; its pictures."""
    pictures = np.random.default_rng(3).integers(0, 256, (count, side, side, 3), np.uint8)
    with DatasetWriter(folder, side, ("smile", "yaw")) as writer:
        for i, picture in enumerate(pictures):
            writer.add(picture, f"{i}.png", (i / 10, -i))
        writer.finish("Noise", "made here", "CC0", ("yaw",))
    return pictures


def test_pictures_labels_and_names_come_back(tmp_path: Path) -> None:
    pictures = packed(tmp_path / "set")
    dataset = Dataset(tmp_path / "set")
    which = np.array([4, 0, 4])
    assert np.array_equal(dataset.pictures(16, which), pictures[which])
    assert dataset.labels(which) == pytest.approx(np.array([[0.4, -4], [0, 0], [0.4, -4]]))
    assert dataset.names() == [f"{i}.png" for i in range(5)]
    assert dataset.sides == (4, 8, 16)
    assert dataset.facts.mirror_negates == ("yaw",)


def test_every_level_is_the_mean_of_its_pixels_of_the_largest(tmp_path: Path) -> None:
    pictures = packed(tmp_path / "set")
    dataset = Dataset(tmp_path / "set")
    for side in (4, 8):
        wide = 16 // side
        means = pictures.reshape(5, side, wide, side, wide, 3).astype(np.float64).mean((2, 4))
        assert np.abs(dataset.pictures(side, np.arange(5)) - means).max() <= 0.5
    assert [level.shape[0] for level in pyramid(pictures[0])] == [16, 8, 4]


def test_equal_pictures_have_an_equal_hash_and_others_another(tmp_path: Path) -> None:
    packed(tmp_path / "a")
    packed(tmp_path / "b")
    packed(tmp_path / "c", count=4)
    hashes = [Dataset(tmp_path / name).facts.hash for name in "abc"]
    assert hashes[0] == hashes[1] != hashes[2]


def test_a_folder_that_was_not_finished_is_no_data_set(tmp_path: Path) -> None:
    with DatasetWriter(tmp_path / "set", 16) as writer:
        writer.add(np.zeros((16, 16, 3), np.uint8), "one")
    with pytest.raises(DatasetError, match=r"is not a data set: it has no dataset\.json"):
        Dataset(tmp_path / "set")


def test_a_level_that_was_cut_short_is_named(tmp_path: Path) -> None:
    packed(tmp_path / "set")
    level = tmp_path / "set" / "level-8.u8"
    level.write_bytes(level.read_bytes()[:-1])
    with pytest.raises(DatasetError, match=r"level-8\.u8 has 959 bytes and should have 960"):
        Dataset(tmp_path / "set")


@pytest.mark.parametrize("side", [0, 3, 48, 8192])
def test_a_side_that_no_network_has_is_refused(tmp_path: Path, side: int) -> None:
    with pytest.raises(DatasetError, match="not a power of two"):
        DatasetWriter(tmp_path / "set", side)


def test_a_picture_of_another_size_is_refused(tmp_path: Path) -> None:
    with DatasetWriter(tmp_path / "set", 16) as writer, pytest.raises(DatasetError, match="odd is uint8"):
        writer.add(np.zeros((8, 8, 3), np.uint8), "odd")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"title": "x", "count": -1, "side": 8, "hash": ""}'])
def test_facts_that_cannot_be_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "dataset.json").write_text(text)
    with pytest.raises(DatasetError):
        Dataset(tmp_path)


def test_a_count_that_no_disk_holds_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dataset.json").write_text(f'{{"title": "x", "count": {2**60}, "side": 4, "hash": ""}}')
    (tmp_path / "level-4.u8").touch()
    with pytest.raises(DatasetError, match="has 0 bytes and should have"):
        Dataset(tmp_path)


def test_a_data_set_that_is_written_on_from_its_middle_equals_one_written_at_once(tmp_path: Path) -> None:
    pictures = packed(tmp_path / "whole")
    packed(tmp_path / "cut")
    with DatasetWriter(tmp_path / "cut", 16, ("smile", "yaw"), keep=2) as writer:
        assert list(writer.read_kept()) == [1, 2]
        for i in (2, 3, 4):
            writer.add(pictures[i], f"{i}.png", (i / 10, -i))
        writer.finish("Noise", "made here", "CC0", ("yaw",))
    for path in (tmp_path / "whole").iterdir():
        assert path.read_bytes() == (tmp_path / "cut" / path.name).read_bytes(), path.name


def test_nothing_is_written_behind_files_that_are_too_short(tmp_path: Path) -> None:
    packed(tmp_path / "set")
    with pytest.raises(DatasetError, match=r"level-4\.u8 has 240 bytes and should have 336 at the least"):
        DatasetWriter(tmp_path / "set", 16, keep=7)


def test_names_come_back_one_a_picture_whatever_ends_a_line_elsewhere(tmp_path: Path) -> None:
    names = ["a\r.png", "b\u2028.png", "c\x0b.png", "d\x85"]
    with DatasetWriter(tmp_path, 4) as writer:
        for name in [*names, "e\n.png", "f\udcff.png"]:
            writer.add(np.zeros((4, 4, 3), np.uint8), name)
        writer.finish("Names")
    assert Dataset(tmp_path).names() == [*names, "e .png", "f?.png"]
