"""Fixtures for starting and steering runs: a window's session and settings without the rest of the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from studio.canvas import Canvas
from studio.messages import Messages
from studio.session import Session
from studio.settings import Settings
from studio.training.training import Training
from tests.studio.training.steered import make_store


class Place(QWidget):
    """What a window gives to the training; said: the sentences that a person would have read."""

    def __init__(self) -> None:
        super().__init__()
        self.settings = Settings(self)
        self.messages = Messages(self)
        self.said: list[str] = []
        self.messages.said.connect(lambda text, level: self.said.append(text))
        self.session = Session(Canvas(self.settings, self), self.messages, self)
        self.training = Training(self.session, self.settings, self)


@pytest.fixture
def place(qtbot, home, look) -> Iterator[Place]:
    made = Place()
    qtbot.addWidget(made)
    yield made
    made.training.end()
    made.session.end()


@pytest.fixture
def training(place) -> Training:
    return place.training


@pytest.fixture
def store(tmp_path) -> Path:
    """A small data set of 32 px without labels."""
    return make_store(tmp_path / "store")


@pytest.fixture
def commands(training, monkeypatch) -> list[list[str]]:
    """The commands that would have been started."""
    heard: list[list[str]] = []
    monkeypatch.setattr(training.processes, "start", lambda words, folder: heard.append(words))
    return heard
