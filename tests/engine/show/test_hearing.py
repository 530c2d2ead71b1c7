"""Sound as it comes: the band of a tone is loud, clicks are onsets, silence and broken samples are quiet."""

from __future__ import annotations

import numpy as np
import pytest

from engine.show.hearing import Hearing

RATE, BLOCK = 48_000, 480


def heard(sound: np.ndarray, rate: int = RATE) -> list[dict[str, float]]:
    """What is heard block by block."""
    hearing = Hearing(rate)
    blocks = (sound[first : first + BLOCK] for first in range(0, len(sound), BLOCK))
    return [found for block in blocks if (found := {e.source: e.value for e in hearing.take(block)})]


def tone(hertz: float, seconds: float = 1.0, rate: int = RATE) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate).astype(np.float32) / 2


@pytest.mark.parametrize(("hertz", "band"), [(80, "low"), (1000, "mid"), (6000, "high")])
@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_a_tone_is_loud_in_its_band_alone(hertz, band, rate):
    last = heard(tone(hertz, rate=rate), rate)[-1]
    assert last[f"sound:{band}"] > 0.9
    assert last["sound:all"] > 0.9
    for other in {"low", "mid", "high"} - {band}:
        assert last[f"sound:{other}"] < 0.2


def test_clicks_are_onsets_each_once_and_within_50_ms():
    sound = np.zeros(2 * RATE, np.float32)
    at = [0.5, 1.0, 1.5]
    for second in at:
        sound[int(second * RATE) : int(second * RATE) + 200] = 0.8
    struck = [found["sound:onset"] for found in heard(sound)]
    rises = [(i + 3) * BLOCK / RATE for i in range(1, len(struck)) if struck[i] == 1 and struck[i - 1] < 1]
    assert len(rises) == 3
    assert all(abs(rise - second) < 0.05 for rise, second in zip(rises, at, strict=True))


def test_silence_moves_nothing():
    assert all(set(found.values()) == {0.0} for found in heard(np.zeros(RATE, np.float32)))


def test_samples_that_are_no_numbers_are_silence():
    broken = np.full(RATE, np.nan, np.float32)
    broken[::3] = np.inf
    assert all(set(found.values()) == {0.0} for found in heard(broken))


def test_quiet_music_comes_to_full_levels_after_loud_music_is_forgotten():
    sound = np.concatenate([tone(80), 0.1 * tone(80, 60)])
    found = heard(sound)
    assert found[110]["sound:low"] < 0.2
    assert found[-1]["sound:low"] > 0.9


def test_a_block_of_any_length_is_taken():
    hearing = Hearing(RATE)
    for length in (0, 1, 7, 5000, 3 * RATE):
        assert all(0 <= event.value <= 1 for event in hearing.take(np.ones(length, np.float32) * 9))
