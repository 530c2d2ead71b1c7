"""Folders, and files that are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

import pytest

from engine.errors import VisagistError
from engine.paths import cache_dir, data_dir, log_dir, make_folder, models_dir, resources, write_atomically


def test_the_environment_chooses_the_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAGIST_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("VISAGIST_CACHE", str(tmp_path / "cache"))
    assert data_dir() == tmp_path / "data"
    assert models_dir() == tmp_path / "data" / "models"
    assert log_dir() == tmp_path / "data" / "logs"
    assert cache_dir() == tmp_path / "cache"
    assert not data_dir().exists(), "asking makes nothing"


def test_without_a_choice_the_folders_are_the_platforms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISAGIST_DATA", raising=False)
    monkeypatch.delenv("VISAGIST_CACHE", raising=False)
    assert all("visagist" in str(folder).lower() for folder in (data_dir(), cache_dir(), log_dir()))
    assert resources().name in ("resources", "_resources")


def test_a_file_is_replaced_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "face.png"
    path.write_bytes(b"an older picture, which was longer")
    write_atomically(path, b"a picture")
    assert path.read_bytes() == b"a picture"
    write_atomically(path, lambda file: file.write(b"by a writer"))
    assert path.read_bytes() == b"by a writer"
    assert list(tmp_path.iterdir()) == [path]


def test_a_writer_that_fails_leaves_the_old_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "recipe.json"
    path.write_bytes(b"old")

    def fail(file: BinaryIO) -> None:
        file.write(b"half of the n")
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        write_atomically(path, fail)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "face.png")
    write_atomically(tmp_path / "link", b"a picture")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "face.png").read_bytes() == b"a picture"


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
def test_a_new_file_can_be_read_as_any_other_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    write_atomically(tmp_path / "ours", b"")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_folder_that_is_not_there_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(VisagistError, match=r"nowhere/face\.png: its folder does not exist; make the folder first"):
        write_atomically(tmp_path / "nowhere" / "face.png", b"")


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(VisagistError, match="this is a folder, so name a file instead"):
        write_atomically(tmp_path, b"")
    assert tmp_path.is_dir()


@pytest.mark.skipif(os.name != "posix", reason="device files")
def test_a_device_is_not_replaced_by_a_file() -> None:
    with pytest.raises(VisagistError, match="device or pipe"):
        write_atomically(Path("/dev/null"), b"a picture")
    assert Path("/dev/null").is_char_device()


def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(VisagistError, match="a file stands where a folder is needed"):
        make_folder(tmp_path / "data")
    with pytest.raises(VisagistError, match="a part of this path is a file"):
        write_atomically(tmp_path / "data" / "face.png", b"")


def test_a_name_that_is_too_long_is_told(tmp_path: Path) -> None:
    with pytest.raises(VisagistError, match="the name is too long"):
        write_atomically(tmp_path / ("n" * 300), b"")
    assert list(tmp_path.iterdir()) == []


def test_a_long_name_that_fits_is_written(tmp_path: Path) -> None:
    write_atomically(tmp_path / ("n" * 255), b"a picture")
    assert (tmp_path / ("n" * 255)).read_bytes() == b"a picture"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is full")
def test_a_full_disk_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    def fill(file: BinaryIO) -> None:
        with open("/dev/full", "wb", buffering=0) as full:
            full.write(b"one byte too many")

    with pytest.raises(VisagistError, match="the disk is full; free some space and try again"):
        write_atomically(tmp_path / "face.png", fill)
    assert list(tmp_path.iterdir()) == []
