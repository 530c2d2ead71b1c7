"""MIDI messages made into events: controllers of 7 and 14 bits, notes, pitch bend, pressure, and the clock.

After the MIDI 1.0 Detailed Specification, 4.2: table II and III (controllers 0-31 have their low bits in 32-63), and
system real-time messages (24 clocks a quarter note).
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.show.sources import Event

A_BEAT, BEATS = 24, 4  # clocks a quarter note; quarter notes a bar
A_SIXTEENTH = 6  # clocks of one step of the song position
NOTE_OFF, NOTE_ON, CONTROLLER, PRESSURE, BEND = 0x80, 0x90, 0xB0, 0xD0, 0xE0
POSITION, CLOCK, START = 0xF2, 0xF8, 0xFA
LENGTHS = {NOTE_OFF: 3, NOTE_ON: 3, CONTROLLER: 3, PRESSURE: 2, BEND: 3, POSITION: 3, CLOCK: 1, START: 1}
FINEST = 2**14 - 1


class Assembler:
    """One device's messages in their order. High bits are kept until their low bits come."""

    def __init__(self) -> None:
        self.high: dict[tuple[int, int], int] = {}
        self.clocks = 0  # since the song's beginning

    def take(self, message: Sequence[int]) -> list[Event]:
        """The events of one message as its bytes; none for what is no control, or is broken."""
        if not message or message[0] < 0x80:
            return []
        status = message[0] if message[0] >= 0xF0 else message[0] & 0xF0
        if LENGTHS.get(status) != len(message) or any(not 0 <= byte < 0x80 for byte in message[1:]):
            return []
        if status >= 0xF0:
            return self.beat(status, message)
        name = f"midi:{(message[0] & 0x0F) + 1}"
        if status == CONTROLLER:
            return self.controller(name, message[0] & 0x0F, message[1], message[2])
        if status == BEND:
            return [Event(f"{name}/bend", (message[2] << 7 | message[1]) / FINEST)]
        if status == PRESSURE:
            return [Event(f"{name}/pressure", message[1] / 127)]
        velocity = message[2] if status == NOTE_ON else 0  # a note on of velocity 0 is a note off
        return [Event(f"{name}/note/{message[1]}", velocity / 127)]

    def controller(self, name: str, channel: int, number: int, value: int) -> list[Event]:
        """A controller by itself; and, when its low bits come after its high ones, as one of 14 bits."""
        events = [Event(f"{name}/cc/{number}", value / 127)]
        if number < 32:
            self.high[channel, number] = value
        elif number < 64 and (channel, number - 32) in self.high:
            high = self.high[channel, number - 32]
            events.append(Event(f"{name}/cc14/{number - 32}", (high << 7 | value) / FINEST))
        return events

    def beat(self, status: int, message: Sequence[int]) -> list[Event]:
        """The clock: how far the beat and the bar have gone."""
        if status == START:
            self.clocks = 0
            return []
        if status == POSITION:
            self.clocks = (message[2] << 7 | message[1]) * A_SIXTEENTH
            return []
        place, self.clocks = self.clocks, self.clocks + 1
        return [
            Event("midi:beat", place % A_BEAT / A_BEAT),
            Event("midi:bar", place % (A_BEAT * BEATS) / (A_BEAT * BEATS)),
        ]
