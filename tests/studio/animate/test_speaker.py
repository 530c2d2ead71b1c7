"""Playing is heard: a stand-in for PortAudio asks for samples, and a stopped clock says when."""

from __future__ import annotations

import sys
import types
import wave
from typing import ClassVar

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPointF, Qt

from engine.timeline.sound import Sound
from studio import portaudio
from studio.animate.drags import Scrub
from studio.settings import MUTED
from tests.clock import Clock
from tests.studio.animate.conftest import timeline_of

RATE = 8000
SECONDS = 6
LATENCY = 0.25
NO_TIMES = types.SimpleNamespace(outputBufferDacTime=0.0, currentTime=0.0)
RAMP = np.arange(SECONDS * RATE, dtype=np.int16) % 30_000 + 1  # every sample says where it stands, and none is silent


class PortAudioError(Exception):
    """What sounddevice raises."""


class Stream:
    """A loudspeaker that is fed by hand."""

    open: ClassVar[list[Stream]] = []
    made: ClassVar[int] = 0

    def __init__(self, samplerate, channels, dtype, callback, finished_callback) -> None:
        assert (samplerate, channels, dtype) == (RATE, 2, "int16")
        self.callback, self.finished, self.latency = callback, finished_callback, LATENCY
        Stream.made += 1

    def start(self) -> None:
        self.play(64)  # a driver fills its buffers first
        Stream.open.append(self)

    def close(self, ignore_errors: bool) -> None:
        Stream.open.remove(self)
        self.finished()

    def play(self, count: int, times=NO_TIMES) -> np.ndarray:
        out = np.full((count, 2), 12_345, np.int16)
        self.callback(out, count, times, None)
        assert np.array_equal(out[:, 0], out[:, 1])
        return out[:, 0]


@pytest.fixture
def device(monkeypatch):
    """A system with a loudspeaker."""
    Stream.open.clear()
    Stream.made = 0
    made = types.ModuleType("sounddevice")
    made.PortAudioError, made.OutputStream = PortAudioError, Stream
    monkeypatch.setitem(sys.modules, "sounddevice", made)
    yield made
    assert Stream.open == []
    assert portaudio.streams == []


@pytest.fixture
def music(film, page, tmp_path):
    """The film with six seconds of sound, and the player's clock in the test's hand."""
    path = tmp_path / "ramp.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.repeat(RAMP, 2).astype("<i2").tobytes())
    film.animate.player.clock = film.animate.clock = Clock()
    sound = Sound(str(path), "5" * 64, float(SECONDS))
    film.animate.sounds.missing.add(sound.hash)  # its waveform is not asked for
    film.document.arrange("Sound", timeline=replace(timeline_of(film), sound=sound))
    return film


def playing(qtbot, music) -> Stream:
    """Play until the loudspeaker is open and the whole file is read."""
    speaker = music.animate.speaker
    music.animate.player.start()
    qtbot.waitUntil(lambda: bool(Stream.open) and speaker.voice.part is not None)
    qtbot.waitUntil(lambda: speaker.job is None)
    return Stream.open[0]


def samples(t: float, count: int) -> np.ndarray:
    """Those of the file from a time on."""
    first = round(t * RATE)
    return RAMP[first : first + count]


def same(heard: np.ndarray, wanted: np.ndarray) -> bool:
    """Whether samples are those of the file, whose whole numbers were shares in between."""
    return heard.shape == wanted.shape and int(np.abs(heard.astype(int) - wanted).max(initial=0)) <= 1


def test_playing_begins_to_sound_at_the_playhead_and_goes_on_without_a_gap(qtbot, device, music):
    music.animate.animation.go(2.0)
    stream = playing(qtbot, music)
    first = stream.play(500)
    assert same(first, samples(2.0 + LATENCY, 500)), "what is asked for now is heard so much later"
    music.animate.clock.now += 500 / RATE
    assert same(stream.play(300), samples(2.0 + LATENCY + 500 / RATE, 300))


def test_the_driver_may_say_itself_when_it_is_heard(qtbot, device, music):
    stream = playing(qtbot, music)
    times = types.SimpleNamespace(outputBufferDacTime=7.5, currentTime=7.0)
    assert same(stream.play(100, times), samples(0.5, 100))


def test_stopping_is_silent_at_once_and_playing_again_needs_no_other_device(qtbot, device, music):
    stream = playing(qtbot, music)
    assert stream.play(10).all()
    music.animate.player.stop()
    assert not stream.play(10).any()
    music.animate.player.start()
    assert stream.play(10).all()
    assert Stream.made == 1


def test_a_device_that_nobody_needs_any_more_is_let_go(qtbot, device, music):
    playing(qtbot, music)
    music.animate.player.stop()
    assert music.animate.speaker.idle.isActive()
    music.animate.speaker.idle.timeout.emit()
    qtbot.waitUntil(lambda: Stream.open == [])


def test_a_loop_sounds_again_from_its_in_point(qtbot, device, music):
    part = replace(timeline_of(music), start=1.0, end=1.5, loop="loop")
    music.document.arrange("Part", timeline=part)
    music.animate.animation.go(1.0)
    stream = playing(qtbot, music)
    round_ = samples(1.0, RATE // 2)
    assert same(stream.play(RATE), np.roll(np.tile(round_, 2), -round(LATENCY * RATE)))


def test_a_ping_pong_sounds_on_while_the_pictures_go_back_as_in_the_finished_video(qtbot, device, music):
    part = replace(timeline_of(music), start=1.0, end=2.0, loop="ping-pong")
    music.document.arrange("Part", timeline=part)
    stream = playing(qtbot, music)
    assert same(stream.play(RATE), samples(1.0 + LATENCY, RATE))
    music.animate.clock.now += 1.0
    assert same(stream.play(RATE), np.concatenate([samples(2.25, RATE * 3 // 4), samples(1.0, RATE // 4)]))


def test_it_is_silent_before_the_sound_begins_after_it_ends_and_after_the_out_point(qtbot, device, music):
    timeline = timeline_of(music)
    music.document.arrange("Later", timeline=replace(timeline, sound=replace(timeline.sound, starts=0.5)))
    stream = playing(qtbot, music)
    heard = stream.play(RATE)
    silent = round((0.5 - LATENCY) * RATE)
    assert not heard[:silent].any()
    assert same(heard[silent:], samples(0.0, RATE - silent))
    music.animate.animation.go(6.0)
    music.animate.player.tick()
    heard = stream.play(RATE)
    assert same(heard[: RATE // 4], samples(5.75, RATE // 4))
    assert not heard[RATE // 4 :].any()


def test_pictures_follow_a_sound_card_that_is_slow_and_the_sound_leaves_out_a_gap(qtbot, device, music):
    animation, clock, stream = music.animate.animation, music.animate.clock, playing(qtbot, music)
    block = RATE // 100
    stream.play(block)
    for _ in range(400):  # a card that is a thousandth too slow, which would be lost after a long film
        clock.now += 1.01 * block / RATE
        stream.play(block)
    voice = music.animate.speaker.voice
    behind = 400 * 0.01 * block / RATE
    assert voice.late == pytest.approx(behind, abs=0.01)
    music.animate.player.tick()
    assert animation.at == pytest.approx(clock.now - 100 - behind, abs=0.045)
    clock.now += 1.0  # the driver asked for nothing all the while
    assert same(stream.play(block), samples(clock.now - 100 + LATENCY, block))
    assert voice.late == 0.0


def test_scrubbing_is_silent_and_playing_goes_on_where_the_hand_lets_go(qtbot, device, music, page):
    stream = playing(qtbot, music)
    assert stream.play(10).all()
    hand = Scrub(page.area, QPointF(page.area.axis.x(3.0), 5.0))
    assert not stream.play(10).any()
    music.animate.clock.now += 2.0
    music.animate.player.tick()
    assert music.animate.animation.at == pytest.approx(3.0, abs=0.02), "the playhead stays in the hand"
    hand.release(QPointF(page.area.axis.x(4.0), 5.0), free=False)
    there = music.animate.animation.at
    assert there == pytest.approx(4.0, abs=0.02)
    assert same(stream.play(10), samples(there + LATENCY, 10))
    music.animate.clock.now += 0.5
    music.animate.player.tick()
    assert music.animate.animation.at == pytest.approx(there + 0.5, abs=0.04)


def test_the_switch_in_the_transport_mutes_and_is_remembered(qtbot, device, music, page):
    button = page.stage.transport.mute
    assert button.isVisible()
    stream = playing(qtbot, music)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not stream.play(10).any()
    assert music.settings.get(MUTED) is True
    assert "muted" in button.toolTip()
    assert music.actions_by_id["mute"].isChecked()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert stream.play(10).all()
    assert music.settings.get(MUTED) is False


def test_while_it_is_muted_no_device_is_opened_and_without_a_sound_there_is_no_switch(qtbot, device, music, page):
    music.actions_by_id["mute"].setChecked(True)
    music.animate.player.start()
    assert music.animate.speaker.voice is None
    assert music.animate.speaker.job is None
    music.animate.sounds.remove()
    assert not page.stage.transport.mute.isVisible()


def test_another_sound_is_heard_in_the_place_of_the_first(qtbot, device, music):
    stream = playing(qtbot, music)
    timeline = timeline_of(music)
    music.document.arrange("Other", timeline=replace(timeline, sound=replace(timeline.sound, hash="6" * 64)))
    qtbot.waitUntil(lambda: music.animate.speaker.key == "6" * 64 and music.animate.speaker.job is None)
    assert stream.play(10).all()
    music.animate.sounds.remove()
    assert not stream.play(10).any()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (ImportError("no module"), "needs the package sounddevice; install visagist"),
        (OSError("PortAudio library not found"), "needs the library PortAudio"),
        (PortAudioError("no default device"), "no loudspeaker can be opened"),
    ],
)
def test_without_package_library_or_device_one_quiet_sentence_says_so_and_it_plays_on(
    qtbot, device, music, monkeypatch, fault, words
):
    def broken(*_args, **_more):
        raise fault

    if isinstance(fault, PortAudioError):
        device.OutputStream = broken
    else:
        monkeypatch.setattr("studio.animate.voice.importlib", types.SimpleNamespace(import_module=broken))
    said = []
    music.messages.said.connect(lambda text, level: said.append((text, level)))
    for _ in range(2):
        music.animate.player.start()
        qtbot.waitUntil(lambda: music.animate.speaker.failed)
        music.animate.clock.now += 1.0
        music.animate.player.tick()
        music.animate.player.stop()
    assert music.animate.animation.at == pytest.approx(2.0, abs=0.04)
    assert [level for _, level in said] == ["note"]
    assert words in said[0][0]


def test_a_file_that_is_gone_is_told_once(qtbot, device, music):
    timeline = timeline_of(music)
    gone = replace(timeline.sound, path="/nowhere/song.wav")
    music.document.arrange("Gone", timeline=replace(timeline, sound=gone))
    said = []
    music.messages.said.connect(lambda text, level: said.append((text, level)))
    for _ in range(2):
        music.animate.player.start()
        qtbot.waitUntil(lambda: music.animate.speaker.failed)
        music.animate.player.stop()
    assert [level for _, level in said] == ["note"]
    assert "The sound is not heard: /nowhere/song.wav" in said[0][0]
