"""The render queue: videos are made beside the hand, held up, stopped, gone on with; a start offers what was left."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtWidgets import QFileDialog

from engine.export.video import queue as waiting_list
from engine.filming import Wish
from engine.recipe import Recipe, SeedLatent
from engine.renderer import Renderer
from engine.timeline import recipe_of_frame
from engine.timeline.build import through
from engine.timeline.rate import Rate
from studio.animate.queue import Render
from studio.animate.queue_view import QueueView, details, line_of
from studio.main_window import MainWindow
from studio.workers.patient import PatientRenderer, check_wanted
from tests.engine.export.video.films import shown
from tests.studio.conftest import settle

av = pytest.importorskip("av")
pytestmark = pytest.mark.skipif("libx264" not in av.codecs_available, reason="this PyAV has no encoders")


SECONDS, FRAMES = 30, 300


class Hold:
    """Videos come to a frame and no further until they are let go: nothing ends while a test takes hold of it."""

    def __init__(self) -> None:
        self.frames, self.opened = 50, threading.Event()

    def wait(self, number: int) -> None:
        while number >= self.frames and not self.opened.wait(0.02):
            check_wanted()


@pytest.fixture
def hold(monkeypatch) -> Hold:
    """The hand that holds videos."""
    hold, render = Hold(), PatientRenderer.render

    def held(self: PatientRenderer, *given: object) -> object:
        self.count = getattr(self, "count", -1) + 1
        hold.wait(self.count)
        return render(self, *given)

    monkeypatch.setattr(PatientRenderer, "render", held)
    yield hold
    hold.opened.set()


@pytest.fixture
def film(window) -> MainWindow:
    """A window whose timeline goes through two faces, ten frames a second."""
    model = window.document.model
    recipes = [Recipe(model=model.hash, latent=SeedLatent(seed)) for seed in (1, 5)]
    window.document.arrange("Timeline", timeline=through(recipes, SECONDS, model.style_rows, rate=Rate(10)))
    return window


def add(qtbot, window: MainWindow, path: Path, **more: object) -> Render:
    """Put a video into the queue and wait until it stands there."""
    window.renders.add(Wish(path, preset="ffv1", **more), window.projects.snapshot())
    qtbot.waitUntil(lambda: window.renders.of(path) is not None)
    return window.renders.of(path)


def reach(qtbot, render: Render, *, state: str = "", done: int = 0) -> None:
    qtbot.waitUntil(lambda: render.state == (state or render.state) and render.done >= done)


def test_a_video_is_made_while_the_hand_moves_on(qtbot, film, hold, tiny_model, tmp_path):
    timeline = film.document.board.timeline
    render = add(qtbot, film, tmp_path / "a.mkv")
    reach(qtbot, render, done=5)
    assert not render.picture.isNull()
    film.document.edit("Face", latent=SeedLatent(9))
    settle(qtbot, film)
    assert render.state == "running", "the picture does not wait for the video"
    hold.opened.set()
    reach(qtbot, render, state="done")
    renderer = Renderer(tiny_model)
    frames = shown(tmp_path / "a.mkv")
    assert len(frames) == FRAMES
    if film.document.model.precision == "f32":
        for number in (0, 150, FRAMES - 1):
            assert np.array_equal(frames[number], renderer.render(recipe_of_frame(timeline, number)).rgb())
    assert waiting_list.waiting() == []


def test_a_finished_video_opens_as_its_project_and_is_never_saved_over(qtbot, film, tmp_path):
    timeline, path = film.document.board.timeline, tmp_path / "a.mkv"
    reach(qtbot, add(qtbot, film, path), state="done")
    content = path.read_bytes()
    film.projects.new()
    assert film.document.board.timeline is None
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    film.opener.take(data)
    qtbot.waitUntil(lambda: film.document.board.timeline == timeline)
    assert film.projects.path is None
    film.projects.save()
    film.findChild(QFileDialog).reject()
    assert path.read_bytes() == content


def test_one_that_is_held_up_goes_on_where_it_was(qtbot, film, hold, tmp_path):
    renders = film.renders
    hold.frames = 20
    first, second = (add(qtbot, film, tmp_path / name) for name in ("a.mkv", "b.mkv"))
    reach(qtbot, first, done=3)
    renders.pause(first)
    hold.opened.set()
    qtbot.wait(300)
    assert first.done <= 21, "the frame that was at hand, and no other"
    assert (first.state, second.state) == ("paused", "waiting")
    renders.resume(first)
    reach(qtbot, second, state="done")
    assert first.state == "done"


def test_stopped_it_keeps_what_is_finished_and_the_next_start_offers_it(qtbot, film, hold, tmp_path):
    renders, path = film.renders, tmp_path / "a.mkv"
    render = add(qtbot, film, path)
    reach(qtbot, render, done=45)
    renders.stop(render)
    reach(qtbot, render, state="stopped")
    hold.opened.set()
    renders.keep_so_far(render)
    qtbot.waitUntil(path.is_file)
    assert len(shown(path)) == 40, "whole segments of two seconds"
    renders.renders.clear()  # as in another start of the program
    renders.listed.emit()
    renders.look()
    offer = film.unfinished_videos
    qtbot.waitUntil(lambda: offer.card is not None)
    assert offer.card.heading.text() == "Go on with your video?"
    assert offer.card.sentence.text().startswith("a.mkv (")
    offer.go_on()
    (found,) = renders.renders
    reach(qtbot, found, state="done")
    assert len(shown(path)) == FRAMES


def test_what_goes_wrong_is_told_on_its_card_and_can_be_tried_again(qtbot, film, hold, tmp_path):
    view = QueueView(film.renders)
    qtbot.addWidget(view)
    folder = tmp_path / "there"
    folder.mkdir()
    render = add(qtbot, film, folder / "a.mkv")
    reach(qtbot, render, done=25)
    folder.rename(tmp_path / "gone")
    hold.opened.set()
    reach(qtbot, render, state="failed")
    card = view.cards[render]
    assert "a.mkv" in card.why.text() or ".segment" in card.why.text()
    assert card.main.toolTip() == "Try again"
    (tmp_path / "gone").rename(folder)
    card.main.click()
    reach(qtbot, render, state="done")
    assert line_of(render) == "FFV1 · done"
    assert details(render).endswith("64 × 64 px, 30.00 s, 300 of 300 frames")
    card.cross.click()
    assert (film.renders.renders, view.cards) == ([], {})
    assert len(shown(folder / "a.mkv")) == FRAMES


def test_two_videos_of_one_name_are_refused_and_a_removed_one_leaves_nothing(qtbot, film, hold, tmp_path):
    said = []
    film.messages.said.connect(lambda text, level: said.append(text))
    render = add(qtbot, film, tmp_path / "a.mkv")
    film.renders.add(Wish(tmp_path / "a.mkv"), film.projects.snapshot())
    assert said[-1].startswith("a.mkv is in the queue already")
    film.renders.stop(render)
    reach(qtbot, render, state="stopped")
    film.renders.remove(render)
    qtbot.waitUntil(lambda: list(tmp_path.iterdir()) == [])


def test_what_cannot_be_made_is_told_before_it_stands_in_the_queue(qtbot, film, tmp_path):
    said = []
    film.messages.said.connect(lambda text, level: said.append(text))
    project = film.projects.snapshot()
    for wish, words in (
        (Wish(tmp_path / "a.mp4", size="33x31"), "odd side"),
        (Wish(tmp_path / "none" / "a.mp4"), "its folder does not exist"),
        (Wish(tmp_path / "a.mp4", sound=tmp_path / "none.wav"), "its sound cannot be read"),
    ):
        film.renders.add(wish, project)
        qtbot.waitUntil(lambda words=words: bool(said) and words in said[-1])
    film.renders.add(Wish(tmp_path / "a.mp4"), replace(project, board=replace(project.board, timeline=None)))
    qtbot.waitUntil(lambda: "no timeline yet" in said[-1])
    assert film.renders.renders == []
    shutil.rmtree(tmp_path)
