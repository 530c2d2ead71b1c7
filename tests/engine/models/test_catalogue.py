"""The catalogue: one command brings a model here whole, or says in one sentence why not; nothing half-written stays."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import venv
from pathlib import Path

import psutil
import pytest

from engine.errors import ModelFileError, VisagistError
from engine.job import finish
from engine.models import catalogue
from engine.models.fetch import MEMBER_LIMIT, read_members, reason
from engine.models.format import load_model
from engine.models.known import ENTRIES, FFHQ
from engine.paths import models_dir, resources
from tests.nets import save_tiny

ROOT = Path(__file__).parents[3]


def left_behind(home: Path, tmp_path: Path) -> list[Path]:
    """Files in the models folder and in the temporary one."""
    return [path for folder in (home / "models", tmp_path / "tmp") for path in folder.rglob("*") if path.is_file()]


def test_add_fetches_checks_and_converts(known, shelf, cli, home, tmp_path, model_path):
    (shelf / known.name).symlink_to(known)
    result = cli("models", "add", "ffhq")
    path = home / "models" / "ffhq.safetensors"
    assert (result.code, result.out, result.err) == (0, f"ffhq is ready: {path}\n", "")
    header, _ = load_model(path)
    assert header.hash == load_model(model_path)[0].hash
    assert (header.title, header.licence) == (FFHQ.title, FFHQ.licence)
    assert left_behind(home, tmp_path) == [path]


def test_add_with_a_wheel_at_hand_needs_no_pip(known, shelf, cli, home, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert cli("models", "add", "ffhq", "--wheel", known).code == 0
    assert catalogue.is_sound("ffhq")


def test_the_job_tells_its_bytes_and_its_steps(known, shelf):
    (shelf / known.name).symlink_to(known)
    steps = []
    finish(catalogue.add("ffhq"), steps.append)
    assert [step.what for step in steps if step.what != "fetching random-face"] == [
        "looking for the model",
        "checking its sha256",
        "reading the networks",
        "converting the tensors",
        "ready",
    ]
    assert all(0 <= step.done <= step.total or step.total == 0 for step in steps)


def test_a_sound_model_is_left_alone(model_path, shelf, cli, home):
    (home / "models").mkdir()
    path = home / "models" / "ffhq.safetensors"
    path.symlink_to(model_path)
    result = cli("models", "add", "ffhq")
    assert (result.code, result.out) == (0, f"ffhq is already here: {path}\n")
    assert path.is_symlink()


def test_a_damaged_model_is_fetched_again(known, shelf, cli, home, model_path):
    path = home / "models" / "ffhq.safetensors"
    path.parent.mkdir()
    content = bytearray(model_path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert cli("models", "add", "ffhq").code == 2  # pip finds nothing
    assert path.read_bytes() == content  # and what was there is still there
    (shelf / known.name).symlink_to(known)
    assert cli("models", "add", "ffhq").code == 0
    assert catalogue.is_sound("ffhq")


def assert_refused(result, words: str, home: Path, tmp_path: Path) -> None:
    assert result.code == 2
    assert result.out == ""
    assert result.err.startswith("visagist: ")
    assert result.err.count("\n") == 1
    assert words in result.err
    assert left_behind(home, tmp_path) == []


def test_an_index_without_the_package_is_named(shelf, cli, home, tmp_path):
    assert_refused(cli("models", "add", "ffhq"), "pip finds it in no package index", home, tmp_path)


def test_no_network_is_named_and_a_retry_works(known, shelf, cli, home, tmp_path, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]  # free again when the server is closed: nobody answers there
    with monkeypatch.context() as patch:
        patch.delenv("PIP_NO_INDEX")
        patch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{port}/simple")
        patch.setenv("PIP_RETRIES", "1")  # without a retry pip keeps the reason to itself
        assert_refused(cli("models", "add", "ffhq"), "check the network", home, tmp_path)
    (shelf / known.name).symlink_to(known)
    assert cli("models", "add", "ffhq").code == 0


def test_another_file_of_the_same_name_is_refused(known, shelf, cli, home, tmp_path):
    content = bytearray(known.read_bytes())
    content[-40] ^= 1
    (shelf / known.name).write_bytes(content)
    assert_refused(cli("models", "add", "ffhq"), "so nothing of it was used", home, tmp_path)
    (shelf / known.name).write_bytes(content[:-1])
    assert_refused(cli("models", "add", "ffhq", "--wheel", shelf / known.name), "cut short", home, tmp_path)
    assert_refused(cli("models", "add", "ffhq", "--wheel", shelf / "no.whl"), "there is no such file", home, tmp_path)
    assert_refused(cli("models", "add", "ffhq", "--wheel", shelf), "there is no such file", home, tmp_path)


def test_a_python_without_pip_is_named(shelf, cli, home, tmp_path, monkeypatch):
    venv.create(tmp_path / "bare", with_pip=False)
    python = tmp_path / "bare" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    monkeypatch.setattr(sys, "executable", str(python))
    assert_refused(
        cli("models", "add", "ffhq"), f"pip is missing from this Python; add it with: {python}", home, tmp_path
    )


def test_a_models_folder_that_cannot_be_made_is_named(known, shelf, cli, home, tmp_path):
    (home / "models").write_bytes(b"")
    result = cli("models", "add", "ffhq", "--wheel", known)
    assert result.code == 2
    assert "a file stands where a folder is needed" in result.err


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "the disk is full"),
        ("ERROR: [Errno 13] Permission denied: '/tmp'", "pip may not write"),
        ("WARNING: x\nERROR: Hashes are required\n", "pip says: Hashes are required"),
        ("", "pip says: nothing"),
    ],
)
def test_what_pip_says_becomes_one_sentence(said, words):
    assert words in reason(said)
    assert "\n" not in reason(said)


def test_a_member_that_would_fill_the_memory_is_refused(tmp_path):
    import zipfile

    path = tmp_path / "bomb.whl"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(FFHQ.package.members["mapping.xml"], "w") as member,
    ):
        for _ in range(MEMBER_LIMIT // 2**20 + 1):
            member.write(bytes(2**20))
    with pytest.raises(ModelFileError, match="unpacks to more than"):
        read_members(FFHQ.package, path.read_bytes())
    with pytest.raises(ModelFileError, match="not the wheel it should be"):
        read_members(FFHQ.package, b"no zip at all")


def test_closing_the_job_ends_pip(silent_index, home, tmp_path):
    job = catalogue.add("ffhq")
    while next(job).what != "fetching random-face":
        pass
    children = psutil.Process().children(recursive=True)
    assert children
    job.close()
    assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)
    assert left_behind(home, tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_ctrl_c_ends_quietly_and_leaves_nothing(silent_index, home, tmp_path):
    environment = os.environ | {"TMPDIR": str(tmp_path / "tmp")}
    command = [sys.executable, "-m", "engine.cli", "models", "add", "ffhq"]
    with (
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process,
        silent_index.accept()[0],
    ):  # pip is well under way, and so is whoever waits for it
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=300)
    assert (process.returncode, out, err) == (130, b"", b"")
    assert left_behind(home, tmp_path) == []


def test_a_name_a_file_and_a_path_are_found(home, tmp_path):
    models_dir().mkdir()
    for path in (models_dir() / "mine.safetensors", tmp_path / "ffhq"):
        save_tiny(path)
    assert catalogue.resolve_model("mine") == models_dir() / "mine.safetensors"
    assert catalogue.resolve_model("mine.safetensors") == models_dir() / "mine.safetensors"
    assert catalogue.resolve_model(str(tmp_path / "ffhq")) == tmp_path / "ffhq"


@pytest.mark.parametrize("name", ["nobody", "../mine", ".", "..", "", "mine/", "\u0000", "x" * 5000], ids=range(8))
def test_an_unknown_model_is_answered_with_what_there_is(home, name):
    models_dir().mkdir()
    save_tiny(models_dir() / "mine.safetensors")
    with pytest.raises(VisagistError, match=r"here are: mine, faces64, and `visagist models add ffhq` fetches one"):
        catalogue.resolve_model(name)


def test_a_known_model_that_is_not_here_is_answered_with_how_to_fetch_it():
    with pytest.raises(VisagistError, match="visagist models add ffhq"):
        catalogue.resolve_model("ffhq")


def test_a_model_is_found_by_its_hash_among_broken_files(home, caplog):
    models_dir().mkdir()
    (models_dir() / "a.safetensors").write_bytes(b"broken")
    header = save_tiny(models_dir() / "b.safetensors")
    with caplog.at_level(logging.WARNING):
        assert catalogue.find_by_hash(header.hash) == models_dir() / "b.safetensors"
        assert catalogue.find_by_hash("0" * 64) is None
    assert "a.safetensors" in caplog.text


def test_list_info_and_path_tell_what_is_here(cli, home, tiny_path):
    assert cli("models", "path").out == f"{home / 'models'}\n"
    assert "ffhq     not fetched" in cli("models", "list").out
    models_dir().mkdir()
    header = save_tiny(models_dir() / "mine.safetensors")
    assert "mine     here, " in cli("models", "list").out
    info = cli("models", "info", "mine").out
    for fact in (header.hash, "64 px", "16 px, 32 px", "10 of 512 numbers", header.licence):
        assert fact in info


def test_info_shows_the_card(cli, model_path):
    info = cli("models", "info", model_path)
    assert info.code == 0
    assert "1024 px" in info.out
    assert catalogue.card_of("ffhq").rstrip() in info.out


@pytest.mark.parametrize("name", ENTRIES)
def test_every_card_tells_origin_licence_and_limits(name):
    card = catalogue.card_of(name)
    for heading in ("## Origin", "## Licence", "## Limits", "## Use"):
        assert heading in card
    assert card.startswith(f"# {ENTRIES[name].title}\n")


def test_the_card_of_the_face_generator_warns_before_commercial_use():
    card = catalogue.card_of("ffhq")
    assert "CC BY-NC-SA 4.0" in card
    assert "commercial" in card


@pytest.mark.parametrize("name", ["", "nobody", "../../README", "/etc/passwd"])
def test_only_known_models_have_cards(name):
    assert catalogue.card_of(name) == ""
    assert (resources() / "models").is_dir()
