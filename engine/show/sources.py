"""What can drive a control from outside: OSC, MIDI and sound, each source under one name, and what arrives from it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from engine.errors import RecipeError

LONGEST = 200  # characters of a source's name
BANDS = {"low": "bass", "mid": "middle", "high": "treble", "all": "level", "onset": "onset"}
NOTES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")


@dataclass(frozen=True, slots=True)
class Event:
    """One value from one source.

    From MIDI and sound it lies in [0, 1]: a controller over its travel, a note's velocity and 0 when it is let go,
    the place in a beat or bar; from OSC it is the number as it was sent.
    """

    source: str
    value: float


@dataclass(frozen=True)
class Kind:
    """A family of sources. pattern: of its names; words: such a name for people, from the pattern's groups.

    steady: it keeps sending by itself, so that no hand holds it and it takes its control over at once.
    """

    pattern: re.Pattern[str]
    words: Callable[..., str]
    steady: bool = False


def note_name(number: int) -> str:
    """60 is C4."""
    return f"{NOTES[number % 12]}{number // 12 - 1}"


CHANNEL, SEVEN = r"(1[0-6]|[1-9])", r"(12[0-7]|1[01]\d|[1-9]?\d)"
ADDRESS = r"(/[^\x00-\x20#]*)"
KINDS = (
    Kind(re.compile(f"osc:{ADDRESS}"), lambda address: f"OSC {address}"),
    Kind(re.compile(rf"osc:{ADDRESS}#(\d\d?)"), lambda address, at: f"OSC {address}, value {int(at) + 1}"),
    Kind(re.compile(f"midi:{CHANNEL}/cc/{SEVEN}"), lambda channel, number: f"MIDI {channel} CC {number}"),
    Kind(
        re.compile(rf"midi:{CHANNEL}/cc14/(3[01]|[12]?\d)"),
        lambda channel, number: f"MIDI {channel} CC {number}, fine",
    ),
    Kind(
        re.compile(f"midi:{CHANNEL}/note/{SEVEN}"),
        lambda channel, number: f"MIDI {channel} note {note_name(int(number))}",
    ),
    Kind(re.compile(f"midi:{CHANNEL}/bend"), lambda channel: f"MIDI {channel} pitch bend"),
    Kind(re.compile(f"midi:{CHANNEL}/pressure"), lambda channel: f"MIDI {channel} pressure"),
    Kind(re.compile("midi:beat"), lambda: "MIDI clock, beat", steady=True),
    Kind(re.compile("midi:bar"), lambda: "MIDI clock, bar", steady=True),
    Kind(re.compile(f"sound:({'|'.join(BANDS)})"), lambda band: f"Sound {BANDS[band]}", steady=True),
)


def kind_of(source: str) -> Kind:
    """The family of a source; RecipeError where its name is none."""
    kind = next((kind for kind in KINDS if kind.pattern.fullmatch(source)), None)
    if kind is None or not is_source(source):
        raise RecipeError(
            f"there is no source '{source[:80]}'; sources are written like osc:/fader/1, midi:1/cc/7, midi:1/cc14/7, "
            "midi:1/note/60, midi:1/bend, midi:beat or sound:low"
        )
    return kind


def is_source(text: str) -> bool:
    """Whether a text names a source."""
    return len(text) <= LONGEST and text.isprintable() and any(kind.pattern.fullmatch(text) for kind in KINDS)


def words_of(source: str) -> str:
    """A source as a person reads it."""
    kind = kind_of(source)
    found = kind.pattern.fullmatch(source)
    assert found is not None
    return kind.words(*found.groups())
