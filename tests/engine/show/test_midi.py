"""MIDI bytes made into events: 7 and 14 bits, notes, bend, clock; broken messages make none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.show.midi import Assembler
from engine.show.sources import Event, is_source


def events(*messages) -> list[Event]:
    assembler = Assembler()
    return [event for message in messages for event in assembler.take(message)]


def test_a_controller_goes_from_0_to_1():
    assert events((0xB0, 7, 0), (0xBF, 7, 127)) == [Event("midi:1/cc/7", 0.0), Event("midi:16/cc/7", 1.0)]


def test_high_and_low_bits_make_one_value_of_14():
    *_, last = events((0xB0, 1, 0x40), (0xB0, 33, 0x01))
    assert last == Event("midi:1/cc14/1", (64 * 128 + 1) / 16383)
    assert events((0xB0, 1, 127), (0xB0, 33, 127))[-1].value == 1.0


def test_low_bits_alone_and_those_of_another_channel_make_no_fine_value():
    made = events((0xB1, 1, 64), (0xB0, 33, 1))
    assert [event.source for event in made] == ["midi:2/cc/1", "midi:1/cc/33"]


def test_a_note_is_its_velocity_and_0_when_it_is_let_go_either_way():
    made = events((0x90, 60, 127), (0x90, 60, 0), (0x80, 60, 64))
    assert [(event.source, event.value) for event in made] == [("midi:1/note/60", v) for v in (1.0, 0.0, 0.0)]


def test_the_bend_has_its_middle_at_8192():
    low, middle, high = (event.value for event in events((0xE0, 0, 0), (0xE0, 0, 64), (0xE0, 127, 127)))
    assert (low, middle, high) == (0.0, 8192 / 16383, 1.0)


def test_24_clocks_are_a_beat_and_four_beats_a_bar():
    clock = [(0xF8,)] * 97
    made = events((0xFA,), *clock)
    beats = [event.value for event in made if event.source == "midi:beat"]
    bars = [event.value for event in made if event.source == "midi:bar"]
    assert [i for i, value in enumerate(beats) if value == 0] == [0, 24, 48, 72, 96]
    assert [i for i, value in enumerate(bars) if value == 0] == [0, 96]
    assert bars[48] == 0.5


def test_the_song_position_sets_the_place_in_the_bar():
    made = events((0xF2, 8, 0), (0xF8,))  # 8 sixteenths: half a bar
    assert made == [Event("midi:beat", 0.0), Event("midi:bar", 0.5)]


@pytest.mark.parametrize(
    "message",
    [(), (0xB0,), (0xB0, 7), (7, 7, 7), (0xB0, 200, 1), (0xB0, 7, 1, 1), (0xF0, 1, 2), (0xC0, 1), (999, 1, 1)],
)
def test_what_is_broken_or_no_control_makes_no_event(message):
    assert events(message) == []


@given(st.lists(st.lists(st.integers(0, 255), max_size=4), max_size=40))
def test_any_bytes_make_only_named_sources_within_0_and_1(messages):
    for event in events(*messages):
        assert is_source(event.source)
        assert 0 <= event.value <= 1
