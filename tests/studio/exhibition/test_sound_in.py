"""Sound input with a stand-in for PortAudio: heard, gone, back again; and systems without it."""

from __future__ import annotations

import sys
import types
from typing import ClassVar

import numpy as np
import pytest

from engine.show.mapping import Mapping

RATE = 48_000


class PortAudioError(Exception):
    """What sounddevice raises."""


class Stream:
    """Plays what a test wants into the callback."""

    open: ClassVar[list[Stream]] = []

    def __init__(self, samplerate, blocksize, device, channels, dtype, callback) -> None:
        assert (samplerate, channels, dtype) == (RATE, 1, "float32")
        self.block, self.device, self.callback, self.active = blocksize, device, callback, False

    def start(self) -> None:
        self.active = True
        Stream.open.append(self)

    def close(self, ignore_errors: bool) -> None:
        self.active = False
        if self in Stream.open:
            Stream.open.remove(self)

    def play(self, sound: np.ndarray) -> None:
        for first in range(0, len(sound), self.block):
            block = sound[first : first + self.block, None].astype(np.float32)
            self.callback(block, len(block), None, None)


@pytest.fixture
def sound(monkeypatch):
    """A sounddevice with one microphone; `there` says which devices are plugged in."""
    Stream.open.clear()
    made = types.ModuleType("sounddevice")
    made.there = ["Mic"]
    made.PortAudioError, made.InputStream = PortAudioError, Stream
    made._terminate = made._initialize = lambda: None

    def query_devices(device=None, kind=None):
        listed = [{"name": n, "max_input_channels": 2, "default_samplerate": float(RATE)} for n in made.there]
        listed.append({"name": "Loudspeaker", "max_input_channels": 0, "default_samplerate": float(RATE)})
        if kind is None:
            return listed
        if device is None and made.there:
            return listed[0]
        found = [one for one in listed if one["name"] == device]
        if not found:
            raise PortAudioError("no such device")
        return found[0]

    made.query_devices = query_devices
    monkeypatch.setitem(sys.modules, "sounddevice", made)
    for place in ("watcher", "sound_in"):
        monkeypatch.setattr(f"studio.exhibition.inputs.{place}.EVERY_S", 0.02)
    return made


@pytest.fixture
def said(empty_window):
    sentences = []
    empty_window.messages.said.connect(lambda text, level: sentences.append(text))
    return sentences


def until(qtbot, condition) -> None:
    qtbot.waitUntil(lambda: bool(condition()))


def tone(hertz: float, seconds: float) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(int(RATE * seconds)) / RATE) / 2


def test_the_bass_moves_its_control(qtbot, empty_window, sound):
    document = empty_window.document
    document.arrange("map", mappings=(Mapping("sound:low", "view.zoom", 1.0, 1.5, takeover=False),))
    empty_window.inputs.switch("sound", on=True)
    until(qtbot, lambda: Stream.open and empty_window.inputs.sound.hearing)
    assert empty_window.inputs.sound.state == "Mic"
    Stream.open[0].play(tone(80, 0.3))
    until(qtbot, lambda: document.recipe.view.zoom > 1.4)
    Stream.open[0].play(np.zeros(RATE // 3))
    until(qtbot, lambda: document.recipe.view.zoom == 1.0)


def test_a_device_that_vanishes_is_told_once_and_heard_again_when_it_returns(qtbot, empty_window, sound, said):
    empty_window.inputs.switch("sound", on=True)
    until(qtbot, lambda: Stream.open)
    sound.there.clear()
    Stream.open[0].active = False
    until(qtbot, lambda: said)
    sound.there.append("Mic")
    until(qtbot, lambda: Stream.open and empty_window.inputs.sound.state == "Mic")
    assert said == ["The sound input is not there; it is picked up again when it returns"]


def test_a_device_is_chosen_by_its_name(qtbot, empty_window, sound):
    from studio.settings import SOUND_DEVICE

    sound.there.append("Line")
    empty_window.settings.set(SOUND_DEVICE, "Line")
    empty_window.inputs.switch("sound", on=True)
    until(qtbot, lambda: Stream.open)
    assert Stream.open[0].device == "Line"
    until(qtbot, lambda: empty_window.inputs.sound.devices == ("Mic", "Line"))


def test_what_is_not_fetched_is_bounded(qtbot, empty_window, sound):
    empty_window.inputs.switch("sound", on=True)
    until(qtbot, lambda: Stream.open and empty_window.inputs.sound.hearing)
    Stream.open[0].play(tone(80, 10))
    assert len(empty_window.inputs.sound.waiting) <= 64


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (ImportError("no module"), "needs the package sounddevice"),
        (OSError("PortAudio library not found"), "needs the library PortAudio"),
    ],
)
def test_a_system_without_sound_says_what_it_needs(qtbot, empty_window, monkeypatch, said, fault, words):
    def broken(name: str):
        raise fault

    monkeypatch.setattr("studio.exhibition.inputs.sound_in.importlib", types.SimpleNamespace(import_module=broken))
    empty_window.inputs.switch("sound", on=True)
    until(qtbot, lambda: said)
    assert words in said[0]


def test_the_microphone_is_off_until_it_is_switched_on(empty_window):
    empty_window.inputs.start()
    assert empty_window.inputs.sound.watch is None
