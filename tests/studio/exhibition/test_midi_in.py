"""MIDI devices through mido's own backends: found, played, pulled out, put back; and a system without any."""

from __future__ import annotations

import os
import sys

import mido
import pytest

from engine.recipe import Truncation
from engine.show.mapping import Mapping
from studio.settings import MIDI_ON
from tests.studio.exhibition import fake_midi


@pytest.fixture
def devices(monkeypatch):
    """No device; mido asks the fake backend."""
    fake_midi.reset()
    monkeypatch.setattr("studio.exhibition.inputs.midi.EVERY_S", 0.02)
    monkeypatch.setattr("studio.exhibition.inputs.watcher.EVERY_S", 0.02)
    monkeypatch.setattr("studio.exhibition.inputs.midi.SELDOM_S", 0.02)
    before = mido.backend
    mido.set_backend("tests.studio.exhibition.fake_midi")
    yield fake_midi
    mido.set_backend(before)
    fake_midi.reset()


@pytest.fixture
def said(empty_window):
    sentences = []
    empty_window.messages.said.connect(lambda text, level: sentences.append(text))
    return sentences


def until(qtbot, condition) -> None:
    qtbot.waitUntil(lambda: bool(condition()))


def plug(qtbot, window, devices, *names: str) -> None:
    devices.PLUGGED[:] = names
    window.inputs.switch("midi", on=True)
    until(qtbot, lambda: set(devices.OPEN) == set(names))


def test_a_knob_moves_its_control(qtbot, empty_window, devices):
    document = empty_window.document
    document.arrange("map", mappings=(Mapping("midi:1/cc/7", "truncation.psi", 0, 1, takeover=False),))
    plug(qtbot, empty_window, devices, "Knobs 20:0")
    devices.play("Knobs 20:0", "control_change channel=0 control=7 value=127")
    until(qtbot, lambda: document.recipe.truncation.psi == 1.0)


def test_a_fine_knob_a_pad_and_the_wheel_arrive_under_their_names(qtbot, empty_window, devices):
    plug(qtbot, empty_window, devices, "Keys")
    devices.play(
        "Keys",
        "control_change channel=2 control=1 value=64",
        "control_change channel=2 control=33 value=1",
        "note_on channel=0 note=60 velocity=127",
        "pitchwheel channel=0 pitch=8191",
        "clock",
        "sysex data=(1,2,3)",
        "program_change program=3",
    )
    known = empty_window.inputs.arrivals.known
    until(qtbot, lambda: "midi:bar" in known)
    assert set(known) == {
        "midi:3/cc/1", "midi:3/cc/33", "midi:3/cc14/1", "midi:1/note/60", "midi:1/bend", "midi:beat", "midi:bar"
    }  # fmt: skip
    assert known["midi:3/cc14/1"].value == (64 * 128 + 1) / 16383
    assert known["midi:1/bend"].value == 1.0


def test_a_device_that_is_pulled_out_is_told_once_and_plays_on_when_it_returns(qtbot, empty_window, devices, said):
    document = empty_window.document
    document.arrange("map", mappings=(Mapping("midi:1/cc/7", "truncation.psi", 0, 1, takeover=False),))
    plug(qtbot, empty_window, devices, "nanoKONTROL:nanoKONTROL MIDI 1 24:0", "Other")
    until(qtbot, lambda: empty_window.inputs.midi.devices == ("nanoKONTROL MIDI 1", "Other"))
    devices.PLUGGED.remove("nanoKONTROL:nanoKONTROL MIDI 1 24:0")
    until(qtbot, lambda: said)
    assert said == ["The MIDI device nanoKONTROL MIDI 1 is gone; it is picked up again when it returns"]
    devices.PLUGGED.append("nanoKONTROL:nanoKONTROL MIDI 1 28:0")  # another number, as ALSA does
    until(qtbot, lambda: len(devices.OPEN) == 2)
    devices.play("nanoKONTROL:nanoKONTROL MIDI 1 28:0", "control_change control=7 value=0")
    until(qtbot, lambda: document.recipe.truncation.psi == 0.0)
    assert len(said) == 1


def test_a_device_that_is_back_before_anybody_looked_is_opened_anew(
    qtbot, empty_window, devices, said, tmp_path, monkeypatch
):
    monkeypatch.setattr("studio.exhibition.inputs.midi.DEVICES", tmp_path)
    plug(qtbot, empty_window, devices, "Knobs 24:0")
    dead = devices.OPEN["Knobs 24:0"]
    os.utime(tmp_path, (1, 1))  # its file was made anew
    until(qtbot, lambda: devices.OPEN.get("Knobs 24:0") not in (dead, None))
    devices.play("Knobs 24:0", "control_change control=7 value=1")
    until(qtbot, lambda: "midi:1/cc/7" in empty_window.inputs.arrivals.known)
    assert said == []
    devices.PLUGGED.clear()
    os.utime(tmp_path, (2, 2))
    until(qtbot, lambda: said)
    assert "Knobs" in said[0]


def test_a_device_that_another_program_holds_is_opened_when_it_is_free(qtbot, empty_window, devices):
    devices.BROKEN.add("Held")
    plug(qtbot, empty_window, devices)
    devices.PLUGGED.append("Held")
    until(qtbot, lambda: empty_window.inputs.midi.state == "no device is connected")
    devices.BROKEN.clear()
    until(qtbot, lambda: empty_window.inputs.midi.devices == ("Held",))


def test_linuxs_own_loop_is_no_device(qtbot, empty_window, devices):
    devices.PLUGGED[:] = ["Midi Through:Midi Through Port-0 14:0", "Knobs"]
    empty_window.inputs.switch("midi", on=True)
    until(qtbot, lambda: empty_window.inputs.midi.devices == ("Knobs",))


def test_a_system_without_midi_is_told_in_one_sentence_and_tried_again(qtbot, empty_window, devices, said):
    devices.FAULT.append(OSError("no sequencer"))
    empty_window.inputs.switch("midi", on=True)
    until(qtbot, lambda: said)
    devices.FAULT.clear()
    devices.PLUGGED.append("Knobs")
    until(qtbot, lambda: empty_window.inputs.midi.devices == ("Knobs",))
    assert len(said) == 1
    assert "MIDI cannot be reached" in said[0]


def test_without_the_packages_the_sentence_says_how_to_get_them(qtbot, empty_window, monkeypatch, said):
    monkeypatch.setitem(sys.modules, "mido", None)
    empty_window.inputs.switch("midi", on=True)
    until(qtbot, lambda: said)
    assert said == ["MIDI needs the packages mido and python-rtmidi; install visagist[exhibit]"]


def test_switching_off_lets_every_device_go_and_is_remembered(qtbot, empty_window, devices):
    plug(qtbot, empty_window, devices, "Knobs")
    empty_window.inputs.switch("midi", on=False)
    assert devices.OPEN == {}
    assert empty_window.settings.get(MIDI_ON) is False


def test_a_preset_takes_a_control_from_its_knob_until_it_comes_past(qtbot, empty_window, devices):
    document = empty_window.document
    document.arrange("map", mappings=(Mapping("midi:1/cc/7", "truncation.psi", 0, 1),))
    plug(qtbot, empty_window, devices, "Knobs")
    psi = document.recipe.truncation.psi
    devices.play("Knobs", "control_change control=7 value=10")
    until(qtbot, lambda: "midi:1/cc/7" in empty_window.inputs.arrivals.known)
    assert document.recipe.truncation.psi == psi
    devices.play("Knobs", "control_change control=7 value=127")
    until(qtbot, lambda: document.recipe.truncation.psi == 1.0)
    until(qtbot, lambda: not document.moving)
    document.edit("preset", truncation=Truncation(psi=0.25))
    devices.play("Knobs", "control_change control=7 value=100")
    until(qtbot, lambda: empty_window.inputs.arrivals.known["midi:1/cc/7"].value == 100 / 127)
    assert document.recipe.truncation.psi == 0.25
    devices.play("Knobs", "control_change control=7 value=0")
    until(qtbot, lambda: document.recipe.truncation.psi == 0.0)


def test_real_midi_through_a_virtual_port(qtbot, empty_window, monkeypatch):
    """Where the system has MIDI and lets a program offer a port."""
    rtmidi = pytest.importorskip("rtmidi")
    try:
        out = rtmidi.MidiOut()
        out.open_virtual_port("visagist test")
    except (OSError, NotImplementedError, RuntimeError) as error:
        pytest.skip(f"no virtual MIDI port here ({error})")
    monkeypatch.setattr("studio.exhibition.inputs.watcher.EVERY_S", 0.1)
    empty_window.inputs.switch("midi", on=True)
    until(qtbot, lambda: any("visagist test" in name for name in empty_window.inputs.midi.devices))
    out.send_message([0xB0, 7, 64])
    until(qtbot, lambda: "midi:1/cc/7" in empty_window.inputs.arrivals.known)
    out.delete()
