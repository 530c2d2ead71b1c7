"""The export panel: what is chosen is what is made, and what is in the way is told before the button can be pressed."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QFileDialog

from engine.export.video.presets import TABLE
from engine.recipe import Recipe, SeedLatent
from engine.timeline.build import through
from engine.timeline.rate import Rate
from engine.timeline.sound import Sound
from studio.animate.export_form import Choices, remembered
from studio.animate.export_panel import NOTHING, ExportPanel
from studio.settings import EXPORT


@pytest.fixture
def panel(qtbot, window) -> ExportPanel:
    made = ExportPanel(window)
    qtbot.addWidget(made)
    made.resize(280, 700)
    made.show()
    return made


def animate(window, seconds: float = 2, **more: object) -> None:
    model = window.document.model
    recipes = [Recipe(model=model.hash, latent=SeedLatent(seed)) for seed in (1, 5)]
    window.document.arrange("Timeline", timeline=through(recipes, seconds, model.style_rows, **more))


def test_without_a_timeline_it_says_what_to_do(panel, window):
    assert panel.told.text() == NOTHING
    assert not panel.button.isEnabled()
    animate(window)
    assert panel.told.text().startswith("2.00 s, 60 frames of 64 × 64 px")
    assert panel.button.isEnabled()
    window.document.stack.undo()
    assert panel.told.text() == NOTHING


def test_every_kind_is_offered_in_plain_words(panel):
    assert [panel.form.format.itemText(at) for at in range(panel.form.format.count())] == [one.title for one in TABLE]


def test_what_is_chosen_is_what_is_wished(panel, window, tmp_path):
    animate(window, rate=Rate(24000, 1001))
    form = panel.form
    assert form.rate.currentText() == "23.976 a second, its own"
    form.shape.buttons["16:9"].click()
    form.fit.buttons["pad"].click()
    form.quality.buttons["best"].click()
    form.recipe.buttons["private"].click()
    form.size.setEditText("1920 x 800")
    form.size.lineEdit().editingFinished.emit()
    form.rate.setEditText("59.94")
    form.rate.lineEdit().editingFinished.emit()
    wish = form.wish(tmp_path / "a.mp4")
    assert (wish.size, wish.shape, wish.crop, wish.quality) == ("1920x800", None, False, "best")
    assert (wish.rate, wish.private, wish.hardware) == (Rate(60000, 1001), True, False)
    assert "1920 × 800 px" in panel.told.text()
    form.shape.buttons["9:16"].click()
    form.size.activated.emit(form.size.findData("720"))
    wish = form.wish(tmp_path / "a.mp4")
    assert (wish.size, wish.shape) == ("720", "9:16")
    assert "720 × 1280 px" in panel.told.text()


def test_sizes_are_told_in_the_shape_that_was_chosen(panel, window):
    animate(window)
    panel.form.shape.buttons["16:9"].click()
    texts = [panel.form.size.itemText(at) for at in range(panel.form.size.count())]
    assert texts[0] == "64 × 36, as rendered"
    assert "1920 × 1080" in texts


@pytest.mark.parametrize(
    ("typed", "preset", "rate", "words"),
    [
        ("33x31", "h264", "", "33 x 31 has an odd side"),
        ("huge", "h264", "", "A size is written like 1920x1080"),
        ("", "gif", "60", "A GIF has at most 50 frames a second"),
        ("", "h264", "fast", "A frame rate is written like 25"),
        ("", "h264", "0", "frames a second cannot be shown"),
    ],
)
def test_what_is_in_the_way_is_told_and_the_button_rests(panel, window, typed, preset, rate, words):
    animate(window)
    panel.form.choose(size=typed, preset=preset, rate=rate)
    assert words in panel.told.text()
    assert not panel.button.isEnabled()


def test_the_choice_is_remembered_and_a_damaged_memory_is_none(panel, window):
    panel.form.choose(preset="prores", quality="best", shape="9:16", crop=False)
    assert remembered(window.settings) == panel.form.choices
    for text in ("{", '{"preset": "divx"}', '{"rate": "x"}'):
        window.settings.set(EXPORT, text)
        assert remembered(window.settings) == Choices()


def test_a_kind_without_sound_says_so(panel, window, tmp_path):
    animate(window)
    panel.form.take_sound(tmp_path / "song.flac")
    assert panel.form.sound_box.currentText() == "song.flac"
    assert panel.form.wish(tmp_path / "a.mp4").sound == tmp_path / "song.flac"
    panel.form.choose(preset="gif")
    assert not panel.form.sound_box.isEnabled()
    assert panel.form.wish(tmp_path / "a.gif").sound is None
    panel.form.choose(preset="h264")
    panel.form.sound_box.activated.emit(panel.form.sound_box.findData("none"))
    assert panel.form.wish(tmp_path / "a.mp4").sound is None
    window.document.arrange(
        "Sound", timeline=replace(window.document.board.timeline, sound=Sound("/songs/nocturne.flac", "ab" * 32, 2.0))
    )
    assert panel.form.sound_box.currentText() == "nocturne.flac"
    panel.form.sound_box.activated.emit(panel.form.sound_box.findData("none"))
    assert panel.form.wish(tmp_path / "a.mp4").silent
    assert panel.form.sound_box.currentText() == "None"


def test_the_dialogue_offers_the_endings_and_adds_the_file(qtbot, panel, window, tmp_path, monkeypatch):
    animate(window, 0.2)
    monkeypatch.setattr(panel, "folder", lambda: str(tmp_path))
    panel.form.choose(preset="h264", quality="draft")
    panel.button.click()
    dialog = window.findChild(QFileDialog) or panel.findChild(QFileDialog)
    assert dialog.nameFilters() == ["H.264 (*.mp4)", "H.264 (*.mov)", "H.264 (*.mkv)"]
    name = Path(dialog.selectedFiles()[0]).name
    assert name.endswith(".mp4")
    dialog.fileSelected.emit(str(tmp_path / name))
    dialog.close()
    qtbot.waitUntil((tmp_path / name).is_file)
    qtbot.waitUntil(lambda: window.renders.active is None)
