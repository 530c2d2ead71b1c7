"""Fixtures for the quiz: folders of real pictures, and a scene whose clock is turned by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.quiz.setup import Setup
from studio.quiz.scene import QuizScene
from tests.clock import Clock
from tests.studio.training.steered import make_snapshot, make_store

GREEN = (20, 180, 40)  # what no network of the tests draws


@pytest.fixture
def photographs(tmp_path) -> Path:
    """Green pictures of several shapes, a broken one and a text among them."""
    folder = tmp_path / "photographs"
    folder.mkdir()
    for number in range(12):
        tall = 64 + 8 * (number % 3)
        pixels = np.full((tall, 80, 3), GREEN, np.uint8)
        pixels[:, :, 2] += number
        Image.fromarray(pixels).save(folder / f"{number:02d}.{'png' if number % 2 else 'jpg'}")
    (folder / "broken.png").write_bytes((folder / "01.png").read_bytes()[:20])
    (folder / "notes.txt").write_text("no picture")
    return folder


@pytest.fixture
def store(tmp_path) -> Path:
    """A packed data set."""
    return make_store(tmp_path / "store", side=16)


@pytest.fixture
def snapshot(tmp_path, store) -> Path:
    """A snapshot of a run, with its discriminator."""
    make_snapshot(tmp_path / "snapshot.safetensors", store, 16, "progan")
    return tmp_path / "snapshot.safetensors"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def scene(qtbot, window, clock) -> Iterator[QuizScene]:
    """The scene as a workspace has it, without the workspace."""
    yield from made(qtbot, QuizScene(window.session, window.settings, clock=clock))


@pytest.fixture
def wall(qtbot, window, clock) -> Iterator[QuizScene]:
    """The scene as it hangs on a wall."""
    yield from made(qtbot, QuizScene(window.session, window.settings, wall=True, idle=30, clock=clock))


def made(qtbot, scene: QuizScene) -> Iterator[QuizScene]:
    qtbot.addWidget(scene)
    scene.resize(1000, 640)
    scene.show()
    yield scene
    scene.stop()


@pytest.fixture
def ask(qtbot) -> Callable[[QuizScene], int]:
    """Waits until a round is asked; gives its right answer."""

    def asked(scene: QuizScene) -> int:
        qtbot.waitUntil(lambda: scene.asked_at is not None)
        return scene.game.round.answer

    return asked


@pytest.fixture
def play(ask) -> Callable[[QuizScene, Setup, list[bool]], None]:
    """Plays a game: right and wrong answers as told, every answer read."""

    def played(scene: QuizScene, setup: Setup, rights: list[bool]) -> None:
        scene.begin(setup)
        for right in rights:
            answer = ask(scene)
            scene.answer(answer if right else 1 - answer)
            scene.go_on()

    return played
