"""Foreign files at the command line: told of, converted, taken in, and opened again from their copy."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import torch
from PIL import Image

from engine.devices import Target
from engine.errors import VisagistError
from engine.models import foreign
from engine.models.format import load_model, read_header
from engine.models.found import parted
from engine.models.model import open_model
from engine.models.own_copy import own_form
from engine.models.reading import opening
from engine.paths import cache_dir, models_dir
from tests import pickled
from tests.engine.textbook import random_progressive
from tests.reference import DATA
from tests.tf_pickled import write_tf_stylegan1

CPU = Target("cpu", "f32")
SG2 = DATA / "pkl" / "sg2ada_c3_map2.pkl"


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("VISAGIST_CACHE", str(tmp_path / "cache"))
    return cache_dir() / "models"


@pytest.fixture
def readings(monkeypatch) -> list[Path]:
    """Every file that the readers open."""
    opened: list[Path] = []

    def count(path: Path):
        opened.append(path)
        return opening.open_any(path)

    monkeypatch.setattr(foreign, "open_any", count)
    return opened


def test_info_tells_of_a_foreign_file_what_it_is_and_what_it_wanted(cli):
    told = cli("models", "info", SG2)
    assert told.code == 0
    for line in (
        "kind            StyleGAN2 or StyleGAN2-ADA pickle (PyTorch)",
        "labels          3",
        "64 px",
        "z 48, w 40",
    ):
        assert line in told.out
    assert "torch_utils.persistence _reconstruct_persistent_obj" in told.out
    assert "REFUSED" not in told.out


def test_info_of_a_refused_file_marks_what_was_refused_and_fails(cli):
    told = cli("models", "info", DATA / "hostile" / "must_refuse_os_global.pkl")
    assert told.code == 2
    assert "REFUSED  posix mkdir" in told.out
    assert "must_refuse_os_global.pkl: it wants to import posix.mkdir, which no network needs" in told.err


@pytest.mark.parametrize("name", ["ok_minimal.pkl", "must_load_without_running_module_src.pkl"])
def test_info_of_a_network_of_no_family_tells_what_there_is(cli, name):
    told = cli("models", "info", DATA / "hostile" / name)
    assert told.code == 0
    assert "none that this program knows (FullyConnectedLayer)" in told.out
    assert ("brought along by the file; neither run" in told.out) == ("module_src" in name)
    assert cli("models", "add", DATA / "hostile" / name).code == 2


def test_a_name_that_plays_tricks_on_the_terminal_is_printed_harmlessly(cli, tmp_path):
    path = tmp_path / "file.pkl"
    path.write_bytes(b"\x80\x04\x8c\x06os\x1b[2J\x8c\x06system\x93.")
    told = cli("models", "info", path)
    assert told.code == 2
    assert "\x1b" not in told.out + told.err


def test_a_converted_file_holds_the_same_numbers_and_says_where_it_came_from(cli, tmp_path):
    out = tmp_path / "faces.safetensors"
    assert cli("models", "convert", SG2, "-o", out).code == 0
    header, tensors = load_model(out)
    found = opening.open_any(SG2)
    assert (header.family, header.name) == ("stylegan2", "faces")
    assert "sg2ada_c3_map2.pkl" in header.provenance
    assert all(torch.equal(tensors[name], tensor) for name, tensor in found.generator.tensors.items())
    assert torch.equal(tensors["w_mean"], tensors["mapping.w_avg"])
    _, critic = parted(header.family, header.hyper, tensors)
    assert critic is not None
    assert found.discriminator is not None
    assert critic.hyper == found.discriminator.hyper
    assert critic.tensors.keys() == found.discriminator.tensors.keys()
    assert cli("models", "info", out).code == 0


def test_an_added_file_is_a_model_by_its_name(cli, tmp_path):
    path = tmp_path / "my faces.pkl"
    shutil.copy(SG2, path)
    added = cli("models", "add", path)
    assert (added.code, added.err) == (0, "")
    assert "my-faces" in cli("models", "list").out
    assert read_header(models_dir() / "my-faces.safetensors").family == "stylegan2"
    assert "already here" in cli("models", "add", path).out
    shutil.copy(DATA / "pkl" / "sg3r_c0_map2.pkl", path)
    assert "rename" in cli("models", "add", path).err


def test_a_foreign_file_renders_like_its_converted_self(cli, tmp_path):
    out = tmp_path / "own.safetensors"
    cli("models", "convert", SG2, "-o", out)
    first, second = tmp_path / "a.png", tmp_path / "b.png"
    assert cli("render", "--model", SG2, "--seed", 4, "-o", first).code == 0
    assert cli("render", "--model", out, "--seed", 4, "-o", second).code == 0
    with Image.open(first) as one, Image.open(second) as other:
        assert one.tobytes() == other.tobytes()


def test_the_second_opening_reads_no_pickle(tmp_path, readings, cache):
    path = tmp_path / "net.pkl"
    shutil.copy(SG2, path)
    first = open_model(path, CPU)
    second = open_model(path, CPU)
    assert readings == [path]
    assert first.hash == second.hash
    assert first.path.parent == cache


def test_a_file_that_changed_is_read_again(tmp_path, readings):
    path = tmp_path / "net.pkl"
    shutil.copy(SG2, path)
    first = own_form(path)
    shutil.copy(DATA / "pkl" / "sg3r_c0_map2.pkl", path)
    os.utime(path, (1, 1))
    assert own_form(path) != first
    assert len(readings) == 2


@pytest.mark.parametrize("harm", ["damaged", "gone", "note"])
def test_a_copy_that_came_to_harm_is_made_anew(harm, tmp_path, readings, cache):
    path = tmp_path / "net.pkl"
    shutil.copy(SG2, path)
    copy = own_form(path)
    if harm == "damaged":
        copy.write_bytes(copy.read_bytes()[:-1] + b"x")
    elif harm == "gone":
        copy.unlink()
    else:
        next(cache.glob("*.json")).write_text("[")
    assert open_model(path, CPU).header.family == "stylegan2"
    assert len(readings) == 2


def test_files_of_the_same_tensors_keep_what_each_says_of_them(tmp_path):
    """Another name, another length of training, another stage of growth: none of it is the other's."""
    net = random_progressive.stylegan1()
    grown = write_tf_stylegan1(tmp_path / "network-snapshot-004200.pkl", net)
    growing = write_tf_stylegan1(tmp_path / "growing.pkl", net, level=1.5)
    headers = [open_model(path, CPU).header for path in (grown, growing, grown, growing)]
    assert headers[0].hash == headers[1].hash
    assert [header.name for header in headers] == ["network-snapshot-004200", "growing"] * 2
    assert [(header.hyper["lod"], header.hyper.get("kimg")) for header in headers] == [(0, 4200), (1.5, None)] * 2


def test_the_copies_unused_for_longest_make_room(tmp_path, monkeypatch, cache):
    monkeypatch.setattr("engine.models.own_copy.ROOM", 10)
    first = own_form(SG2)
    os.utime(first, (1, 1))
    second = own_form(DATA / "pkl" / "sg3r_c0_map2.pkl")
    assert list(cache.glob("*.safetensors")) == [second]


def test_an_average_that_the_file_lacks_is_computed(tmp_path):
    torch.save({"g_ema": pickled.rosinality_state(16, 4)}, tmp_path / "net.pt")
    header, tensors = foreign.own_parts(tmp_path / "net.pt", "net")
    again = foreign.own_parts(tmp_path / "net.pt", "net")[0]
    assert tensors["w_mean"].shape == (6,)
    assert tensors["w_mean"].abs().max() > 0
    assert header.hash == again.hash
    assert "w_avg_missing" not in header.hyper


def test_a_snapshots_length_of_training_goes_along(tmp_path):
    path = tmp_path / "network-snapshot-001200.pkl"
    pickled.write_generator(path, pickled.stylegan2_parts(16, 4, 8), 16, 8)
    assert open_model(path, CPU).header.hyper["kimg"] == 1200.0


def test_our_own_file_can_be_converted_and_keeps_its_content(cli, tiny_path, tmp_path):
    out = tmp_path / "again.safetensors"
    assert cli("models", "convert", tiny_path, "-o", out).code == 0
    assert read_header(out).hash == read_header(tiny_path).hash
    assert read_header(out).name == "again"


def test_nothing_is_written_for_a_file_that_is_refused(tmp_path, cache):
    with pytest.raises(VisagistError):
        own_form(DATA / "hostile" / "must_refuse_getattr.pkl")
    assert not cache.exists()
