"""The content of a model file is compared with its hash once, and again after any change."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.errors import ModelFileError
from engine.models import format as model_format
from engine.models.checked import load_checked
from engine.paths import cache_dir
from tests.nets import save_tiny

LONG_AGO = 1_000_000_000


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("VISAGIST_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def hashed(monkeypatch) -> list[str]:
    """The family of every model whose content is read to be hashed."""
    found: list[str] = []
    plain = model_format.content_hash

    def count(family, tensors):
        found.append(family)
        return plain(family, tensors)

    monkeypatch.setattr(model_format, "content_hash", count)
    return found


@pytest.fixture
def path(tmp_path) -> Path:
    path = tmp_path / "net.safetensors"
    save_tiny(path)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def spoil(path: Path) -> None:
    """Another last byte, in place."""
    with path.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read(1)[0]
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last ^ 1]))


def test_a_file_that_stays_as_it_is_is_hashed_once(path, hashed):
    first, second = load_checked(path), load_checked(path)
    assert hashed == ["mobile_stylegan"]
    assert first[0] == second[0]
    assert first[1].keys() == second[1].keys()


def test_a_file_that_was_written_to_is_hashed_again(path):
    load_checked(path)
    spoil(path)
    with pytest.raises(ModelFileError, match="does not match its hash"):
        load_checked(path)


def test_a_file_that_another_took_the_place_of_is_hashed_again_though_its_time_is_the_same(path, tmp_path):
    load_checked(path)
    other = tmp_path / "other.safetensors"
    other.write_bytes(path.read_bytes())
    spoil(other)
    os.utime(other, (LONG_AGO, LONG_AGO))
    other.replace(path)
    with pytest.raises(ModelFileError, match="does not match its hash"):
        load_checked(path)


def test_a_damaged_file_is_never_taken_for_sound(path):
    spoil(path)
    os.utime(path, (LONG_AGO, LONG_AGO))
    for _ in range(2):
        with pytest.raises(ModelFileError, match="does not match its hash"):
            load_checked(path)


@pytest.mark.parametrize(("age", "times"), [(0, 2), (1, 2), (3, 1)])
def test_a_file_written_just_now_may_change_within_a_tick_of_the_clock_and_is_hashed_again(
    age, times, path, hashed, monkeypatch
):
    now = SimpleNamespace(time_ns=lambda: (LONG_AGO + age) * 10**9)
    monkeypatch.setattr("engine.models.checked.time", now)
    load_checked(path)
    load_checked(path)
    assert len(hashed) == times


@pytest.mark.parametrize("content", ["[", "[1, 2, 3]", "{}", "null", "[" * 100_000])
def test_a_note_that_says_something_else_counts_for_nothing(path, hashed, content):
    load_checked(path)
    (note,) = (cache_dir() / "models").glob("*.checked")
    note.write_text(content)
    load_checked(path)
    assert len(hashed) == 2


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    with pytest.raises(ModelFileError, match=r"none\.safetensors"):
        load_checked(tmp_path / "none.safetensors")


def test_where_no_note_can_be_kept_the_file_opens_all_the_same(path, tmp_path, hashed, caplog):
    (tmp_path / "cache").write_text("a file where the folder would be")
    load_checked(path)
    load_checked(path)
    assert len(hashed) == 2
    assert caplog.text.count("a file stands where a folder is needed") + caplog.text.count("not a folder") == 2
    caplog.clear()
