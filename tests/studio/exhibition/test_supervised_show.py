"""`visagist exhibit --supervise` as a technician starts it: the real show is killed and comes back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from engine.models.format import read_header
from engine.project import Board, ModelReference, Project
from engine.project_file import write_project
from engine.recipe import Recipe
from engine.show.scenes import StrangersScene
from engine.show.values import Show

ROOT = Path(__file__).parents[3]
PATIENCE_S = 120


@pytest.fixture
def show(tmp_path, tiny_path) -> Path:
    """A project with a show of strangers, of the small network."""
    header = read_header(tiny_path)
    model = ModelReference(header.hash, header.title, str(tiny_path))
    board = Board(show=Show((StrangersScene(name="Strangers"),)))
    path = tmp_path / "wall.visagist"
    write_project(path, Project(model, Recipe(model=header.hash), board))
    return path


@pytest.fixture
def supervised(show):
    """The command, rehearsing, with a health page."""
    command = [sys.executable, "-m", "engine.cli", "exhibit", str(show), "--supervise", "--rehearse", "--health", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.wait()
    process.stdout.close()
    process.stderr.close()


def playing_of(supervisor: subprocess.Popen) -> psutil.Process:
    """The show that a supervisor plays, beside what keeps the screen awake."""
    children = [child for child in psutil.Process(supervisor.pid).children() if child.status() != psutil.STATUS_ZOMBIE]
    [playing] = [child for child in children if "--supervised" in child.cmdline()]
    return playing


def health(port: int) -> dict:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return json.load(error)


def told(port: int, wanted: Callable[[dict], bool]) -> dict:
    """What the page says as soon as it is that."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        state = health(port)
        if wanted(state):
            return state
        time.sleep(0.05)
    raise AssertionError(state)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_show_that_is_killed_comes_back_and_sigterm_ends_both(supervised, show):
    port = int(supervised.stdout.readline().split()[-1])
    first = told(port, lambda state: state["state"] == "playing")
    assert (first["scene"], first["show"], first["restarts"]) == ("Strangers", "wall.visagist", 0)
    playing = playing_of(supervised)
    playing.kill()
    told(port, lambda state: state["restarts"] == 1)
    again = told(port, lambda state: state["state"] == "playing")
    assert again["reason"] == "it crashed"
    playing = playing_of(supervised)
    supervised.send_signal(signal.SIGTERM)
    assert supervised.wait(PATIENCE_S) == 0
    assert not playing.is_running()
    assert supervised.stderr.read().replace("This plugin does not support propagateSizeHints()\n", "") == ""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_show_whose_supervisor_is_killed_ends_by_itself(supervised):
    port = int(supervised.stdout.readline().split()[-1])
    told(port, lambda state: state["state"] == "playing")
    playing = playing_of(supervised)
    supervised.kill()
    supervised.wait()
    assert playing.wait(PATIENCE_S) in (0, None)


def test_a_health_page_without_a_supervisor_is_refused(cli, show):
    ended = cli("exhibit", show, "--health", "7000")
    assert ended.code == 2
    assert "--health goes with --supervise" in ended.err
