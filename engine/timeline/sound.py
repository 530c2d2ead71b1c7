"""What the timeline keeps of a sound file: where it is, its beats, its envelopes, and how one drives a track."""

from __future__ import annotations

import array
import math
import sys
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from engine.checks import check_number
from engine.errors import RecipeError

FULL = 65535  # the loudest moment of an envelope
Band = Literal["low", "mid", "high", "all", "onset"]


class Envelope(Struct, frozen=True, forbid_unknown_fields=True):
    """How loud a band is over time: little-endian 16-bit numbers, 65535 the loudest (base64 in JSON)."""

    band: Band
    values: bytes

    def __post_init__(self) -> None:
        if len(self.values) % 2:
            raise RecipeError(f"the envelope '{self.band}' is cut short; read the sound again")


class Sound(Struct, frozen=True, forbid_unknown_fields=True):
    """A sound file beside the timeline. Its envelopes are kept, so that recipes never wait for the file, or miss it.

    hash: SHA-256 of the file. starts: where on the timeline its beginning stands, in seconds. rate: values of an
    envelope a second. beats, onsets: seconds from the sound's beginning. tempo: beats a minute, 0 where none is felt.
    """

    path: str
    hash: str
    seconds: float
    starts: float = 0.0
    rate: float = 100.0
    envelopes: tuple[Envelope, ...] = ()
    beats: tuple[float, ...] = ()
    onsets: tuple[float, ...] = ()
    tempo: float = 0.0

    def __post_init__(self) -> None:
        check_number("the length of the sound", self.seconds, 0, 1e6)
        check_number("the start of the sound", self.starts, -1e6, 1e6)
        check_number("the rate of the sound's envelopes", self.rate, 1, 10_000)
        check_number("the tempo", self.tempo, 0, 10_000)
        for name, times in (("beats", self.beats), ("onsets", self.onsets)):
            if not all(math.isfinite(t) for t in times) or any(b < a for a, b in pairwise(times)):
                raise RecipeError(f"the {name} of the sound must be ascending times; read the sound again")


class Drive(Struct, frozen=True, forbid_unknown_fields=True):
    """How a band of the sound drives a track: it adds `low` in silence and `high` at the loudest.

    attack, release: seconds in which it follows a rise and a fall nearly all the way (63 %). delay: seconds later, or
    earlier where negative. bend: below 1 lifts quiet moments, above 1 keeps to the loud ones.
    """

    band: Band = "all"
    low: float = 0.0
    high: float = 1.0
    attack: float = 0.01
    release: float = 0.2
    bend: float = 1.0
    delay: float = 0.0

    def __post_init__(self) -> None:
        check_number("what a sound adds in silence", self.low, -1e6, 1e6)
        check_number("what a sound adds at its loudest", self.high, -1e6, 1e6)
        check_number("the attack", self.attack, 0, 60)
        check_number("the release", self.release, 0, 60)
        check_number("the bend of a drive", self.bend, 0.1, 10)
        check_number("the delay of a drive", self.delay, -60, 60)


def driven(drive: Drive, sound: Sound | None, t: float) -> float:
    """What a sound adds at a time of the timeline; as in silence where there is none, or not this band."""
    level = 0.0
    envelope = next((one for one in sound.envelopes if one.band == drive.band), None) if sound else None
    if sound is not None and envelope is not None and envelope.values:
        followed = follower(envelope.values, sound.rate, drive.attack, drive.release)
        place = (t - sound.starts - drive.delay) * sound.rate
        if 0 <= place <= len(followed):
            first = min(int(place), len(followed) - 1)
            share = min(place - first, 1.0)
            after = followed[min(first + 1, len(followed) - 1)]
            level = followed[first] + (after - followed[first]) * share
    return float(drive.low + (drive.high - drive.low) * level**drive.bend)


@lru_cache(maxsize=32)
def follower(values: bytes, rate: float, attack: float, release: float) -> array.array[float]:
    """An envelope in [0, 1] that rises and falls as slowly as it was told (a one-pole filter of either side)."""
    raw = array.array("H", values)
    if sys.byteorder == "big":
        raw.byteswap()
    up, down = (1 - math.exp(-1 / (rate * time)) if time else 1.0 for time in (attack, release))
    made = array.array("f")
    level = 0.0
    for value in raw:
        step = value / FULL - level
        level += step * (up if step > 0 else down)
        made.append(level)
    return made
