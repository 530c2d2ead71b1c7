"""A sound under the timeline: heard in the background, seen, snapped to, and driving a track."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPointF, QRectF, QUrl

from engine.controls import get
from engine.timeline import recipe_at
from engine.timeline.edits import track_at
from studio.animate.drags import snap
from studio.animate.paint_sound import loudness
from tests.studio.animate.conftest import middle, timeline_of
from tests.studio.animate.test_editing import choose, drop, menu_at

RATE = 22_050
PSI = "truncation.psi"


@pytest.fixture
def clicks(tmp_path) -> Path:
    """Six seconds of 120 beats a minute, the first at half a second."""
    samples = np.zeros(6 * RATE)
    n = np.arange(RATE // 10)
    for beat in np.arange(0.5, 5.9, 0.5):
        samples[int(beat * RATE) :][: len(n)] += 0.8 * np.exp(-n / (0.01 * RATE)) * np.sin(2 * np.pi * 300 * n / RATE)
    path = tmp_path / "clicks.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 32_000).astype("<i2").tobytes())
    return path


def carried(path: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    return data


@pytest.fixture
def music(film, page, clicks, qtbot):
    """The film with the clicks dropped on it."""
    drop(page, carried(clicks), middle(page, 1.0))
    qtbot.waitUntil(lambda: film.animate.sounds.waveform is not None)
    return film


def test_a_sound_that_is_dropped_is_heard_and_stands_below_the_tracks(music, page):
    sound = timeline_of(music).sound
    assert sound.seconds == pytest.approx(6.0, abs=0.01)
    assert sound.tempo == pytest.approx(120, abs=2)
    assert page.area.lanes[-1].kind == "sound"
    assert page.area.waveform is music.animate.sounds.waveform
    assert page.stage.transport.facts["sound"].text() == "clicks.wav"
    assert music.document.stack.undoText() == "Add sound"
    page.grab()
    music.document.stack.undo()
    assert [lane.kind for lane in page.area.lanes] == ["faces"]


def test_on_an_empty_timeline_it_gives_the_length(window, page, clicks, qtbot):
    window.animate.sounds.listen(clicks)
    qtbot.waitUntil(lambda: timeline_of(window) is not None)
    assert timeline_of(window).duration == pytest.approx(6.0, abs=0.01)


def test_keys_snap_to_its_beats(music, page):
    beat = timeline_of(music).sound.beats[2]
    assert snap(page.area, beat + page.area.axis.seconds(4), free=False) == pytest.approx(beat)


def test_the_waveform_is_high_at_a_click_and_low_beside_it(music):
    waveform = music.animate.sounds.waveform
    low, high = loudness(waveform, 1.0, 1.01)
    assert high > 0.5 or low < -0.5
    assert loudness(waveform, 1.3, 1.31) == pytest.approx((0, 0), abs=0.02)
    assert loudness(waveform, 0.0, 6.0)[1] > 0.5
    assert loudness(waveform, 7.0, 8.0) == (0.0, 0.0)


def test_it_drives_a_track(music, page):
    music.animate.tracks.add_track(PSI)
    before = get(recipe_at(timeline_of(music), 1.02), PSI)
    choose(menu_at(page, middle(page, 7.0, 1)), "Driven by the sound", "Loudness")
    drive = track_at(timeline_of(music), PSI).drive
    assert drive.band == "all"
    loud, quiet = (get(recipe_at(timeline_of(music), t), PSI) for t in (1.02, 0.4))
    assert loud > before + 0.2
    assert quiet == pytest.approx(before, abs=0.1)
    choose(menu_at(page, middle(page, 7.0, 1)), "Driven by the sound", "Not at all")
    assert track_at(timeline_of(music), PSI).drive is None


def test_it_is_moved_and_removed(music, page):
    music.animate.animation.go(2.0)
    choose(menu_at(page, middle(page, 7.0, 1)), "Begin at the playhead")
    assert timeline_of(music).sound.starts == 2.0
    choose(menu_at(page, middle(page, 7.0, 1)), "Timeline as long as the sound")
    assert timeline_of(music).duration == pytest.approx(8.0, abs=0.01)
    choose(menu_at(page, middle(page, 7.0, 1)), "Remove sound")
    assert timeline_of(music).sound is None


def test_a_sound_that_came_with_a_project_is_heard_again_when_it_is_to_be_seen(music, page, qtbot):
    sounds = music.animate.sounds
    sounds.waveforms.clear()
    music.workspaces.show("explore")
    music.workspaces.show("animate")
    qtbot.waitUntil(lambda: page.area.waveform is not None)


def test_a_sound_that_is_gone_leaves_a_line_and_one_sentence(music, page, qtbot):
    sounds = music.animate.sounds
    gone = replace(timeline_of(music).sound, path="/nowhere/song.wav", hash="0" * 64)
    with qtbot.waitSignal(music.messages.said) as said:
        music.document.arrange("Gone", timeline=replace(timeline_of(music), sound=gone))
    assert "/nowhere/song.wav" in said.args[0]
    assert sounds.waveform is None
    page.grab()


def test_a_file_that_is_no_sound_is_told_in_one_sentence(film, page, tmp_path, qtbot):
    path = tmp_path / "noise.wav"
    path.write_bytes(b"no sound at all")
    with qtbot.waitSignal(film.messages.said) as said:
        film.animate.sounds.listen(path)
    assert "noise.wav" in said.args[0]
    assert timeline_of(film).sound is None
    assert not page.line.isVisible()


def test_a_part_of_the_lane_is_painted_like_the_whole(music, page):
    area = page.area
    lane = area.lanes[-1]
    whole = area.grab()
    x = round(area.axis.x(1.0))
    part = area.grab(QRectF(x - 8, lane.top, 16, lane.height).toRect())
    assert part.toImage() == whole.copy(QRectF(x - 8, lane.top, 16, lane.height).toRect()).toImage()
    assert area.tip_at(QPointF(30, lane.top + 5)).startswith("Sound")
