"""The faces that ship: shown at once where nothing was fetched, and the large generator offered quietly."""

from __future__ import annotations

import shutil

import pytest
from PySide6.QtWidgets import QPushButton

from engine.models import catalogue
from engine.paths import models_dir
from studio import generator_offer
from studio.settings import GENERATOR_OFFERED
from studio.workers import opening
from tests.studio.conftest import settle


@pytest.fixture
def started(empty_window, qtbot):
    """A window on a machine where nothing was fetched."""
    empty_window.start([])
    settle(qtbot, empty_window)
    return empty_window


def fetch_button(window) -> QPushButton:
    return next(button for button in window.generator_offer.card.findChildren(QPushButton))


def fetching_a_copy_of(path):
    """In place of the download: the small model becomes the generator."""

    def fetching():
        yield opening.Progress(1, 2, "fetching")
        models_dir().mkdir(exist_ok=True)
        return shutil.copy(path, catalogue.path_of("ffhq"))

    return fetching


def test_a_first_start_without_any_download_shows_a_face_with_sliders(started):
    assert started.document.model.name == "faces64"
    assert started.session.model_path == catalogue.path_of("faces64")
    assert {"Face", "Pose", "Hair"} <= {direction.heading for direction in started.document.model.directions}
    assert "CC0" in started.document.model.card


def test_the_generator_is_offered_once_and_stays_in_the_menu(started, empty_window, qtbot):
    card = started.generator_offer.card
    assert "38 MB" in card.sentence.text()
    card.leave()
    assert started.settings.get(GENERATOR_OFFERED)
    opened = []
    started.session.open_model(then=lambda: opened.append(True))
    qtbot.waitUntil(lambda: opened == [True])
    assert started.generator_offer.card is None
    started.model_menu.fill()
    assert started.actions_by_id["fetch_generator"] in started.model_menu.actions()
    assert catalogue.path_of("faces64") in started.model_menu.entries


def test_fetching_it_opens_it_and_ends_the_offer(started, qtbot, tiny_path, monkeypatch):
    monkeypatch.setattr(generator_offer, "fetching", fetching_a_copy_of(tiny_path))
    fetch_button(started).click()
    assert started.generator_offer.card is None
    qtbot.waitUntil(lambda: started.session.model_path == catalogue.path_of("ffhq"))
    settle(qtbot, started)
    assert not started.generator_offer.progress.isVisible()
    started.model_menu.fill()
    assert started.actions_by_id["fetch_generator"] not in started.model_menu.actions()


def test_fetching_it_can_be_stopped(started, qtbot, tiny_path, monkeypatch):
    monkeypatch.setattr(generator_offer, "fetching", lambda: iter(lambda: opening.Progress(1, 2, "fetching"), None))
    fetch_button(started).click()
    progress = started.generator_offer.progress
    qtbot.waitUntil(lambda: progress.isVisible() and progress.label.text() == "Fetching the face generator")
    progress.cancel.click()
    assert not progress.isVisible()
    assert started.session.model_path == catalogue.path_of("faces64")
    started.actions_by_id["fetch_generator"].trigger()
    assert progress.isVisible()


def test_a_fetch_that_fails_is_told_in_one_sentence(started, qtbot, monkeypatch):
    def fetching():
        yield opening.Progress(0, 2, "fetching")
        raise catalogue.VisagistError("there is no network")

    monkeypatch.setattr(generator_offer, "fetching", fetching)
    fetch_button(started).click()
    qtbot.waitUntil(lambda: started.canvas.toast.label.text() == "There is no network")
    assert not started.generator_offer.progress.isVisible()
    assert started.document.model.name == "faces64"


def test_a_fetched_generator_is_what_a_start_opens(empty_window, qtbot, tiny_path):
    models_dir().mkdir()
    shutil.copy(tiny_path, catalogue.path_of("ffhq"))
    empty_window.start([])
    settle(qtbot, empty_window)
    assert empty_window.session.model_path == catalogue.path_of("ffhq")
    assert empty_window.generator_offer.card is None


def test_another_model_puts_the_card_away_without_an_answer(started, qtbot, tiny_path):
    started.opener.open([tiny_path])
    qtbot.waitUntil(lambda: started.session.model_path == tiny_path)
    assert started.generator_offer.card is None
    assert not started.settings.get(GENERATOR_OFFERED)
