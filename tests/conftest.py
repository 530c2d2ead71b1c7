"""Fixtures that the whole suite shares: a home of its own for each test, models small and real, the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.cli import main
from engine.devices import Target
from engine.job import finish
from engine.models import catalogue
from engine.models.model import Model, open_model
from engine.paths import cache_dir, data_dir
from engine.renderer import Renderer
from tests.nets import save_tiny

if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # pytest started by hand on a machine without a display

# where a person's own models lie, and compiled kernels, before any test is given a home of its own
USERS_DATA, USERS_CACHE = data_dir(), cache_dir()
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch) -> Path:
    """An empty folder where this test's models, packs and logs go; compiled kernels are shared, they never change."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("VISAGIST_DATA", str(folder))
    monkeypatch.setenv("VISAGIST_CACHE", str(USERS_CACHE))
    return folder


@pytest.fixture(scope="session")
def model_path() -> Path:
    """The real face generator, as `visagist models add ffhq` puts it into the person's own folder; fetched once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VISAGIST_DATA", str(USERS_DATA))
        return finish(catalogue.add("ffhq"))


@pytest.fixture(scope="session")
def model(model_path) -> Model:
    """The real face generator on the best device here."""
    return open_model(model_path)


@pytest.fixture(scope="session")
def renderer(model) -> Renderer:
    """A renderer of real faces."""
    return Renderer(model)


@pytest.fixture(scope="session")
def tiny_path(tmp_path_factory) -> Path:
    """The file of a small random network of 64 px with drafts of 32 and 16 px."""
    path = tmp_path_factory.mktemp("models") / "tiny.safetensors"
    save_tiny(path)
    return path


@pytest.fixture(scope="session")
def tiny_model(tiny_path) -> Model:
    """The small random network, in float32 on the CPU."""
    return open_model(tiny_path, Target("cpu", "f32"))


@pytest.fixture
def cli(capfd) -> Callable[..., Result]:
    """Runs a command in this process: quick, for everything that needs no process of its own."""

    def run(*words: object) -> Result:
        capfd.readouterr()
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:  # --help
            code = int(end.code or 0)
        out, err = capfd.readouterr()
        return Result(code, out, err)

    return run


@pytest.fixture
def program() -> Callable[..., Result]:
    """Runs `visagist` as a person does, in a process of its own where every warning is an error."""

    def run(*words: object, **environment: str) -> Result:
        command = [sys.executable, "-W", "error", "-m", "engine.cli", *map(str, words)]
        ended = subprocess.run(
            command, cwd=ROOT, env=os.environ | environment, capture_output=True, timeout=300, check=False
        )
        return Result(ended.returncode, ended.stdout.decode(), ended.stderr.decode())

    return run
