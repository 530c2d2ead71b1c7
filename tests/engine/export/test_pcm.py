"""A sound file as samples for playing: both ears, as long as it was heard to be, with PyAV and without."""

from __future__ import annotations

import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from engine.errors import VisagistError
from engine.export.pcm import Filling, read_pcm
from engine.job import finish

RATE = 11_025


@pytest.fixture(params=["PyAV", "without"])
def reader(request, monkeypatch) -> str:
    if request.param == "without":
        monkeypatch.setitem(sys.modules, "av", None)
    else:
        pytest.importorskip("av")
    return request.param


def written(path: Path, samples: np.ndarray) -> Path:
    """int16 [n, channels] as a WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.astype("<i2").tobytes())
    return path


def noise(channels: int) -> np.ndarray:
    return np.random.default_rng(5).integers(-32_000, 32_000, (3 * RATE, channels))


def test_each_ear_gets_its_own_channel(reader, tmp_path):
    samples = noise(2)
    pcm = finish(read_pcm(written(tmp_path / "a.wav", samples), 3.0))
    assert (pcm.rate, pcm.samples.shape, pcm.samples.dtype) == (RATE, (3 * RATE, 2), np.int16)
    assert np.abs(pcm.samples - samples).max() <= 1


def test_one_channel_is_for_both_ears(reader, tmp_path):
    samples = noise(1)
    pcm = finish(read_pcm(written(tmp_path / "a.wav", samples), 3.0))
    assert np.array_equal(pcm.samples[:, 0], pcm.samples[:, 1])
    assert np.corrcoef(pcm.samples[:, 0], samples[:, 0])[0, 1] > 0.9999


def test_it_can_be_played_before_it_is_read_and_is_as_long_as_it_was_heard_to_be(reader, tmp_path):
    path = written(tmp_path / "a.wav", noise(2))
    for seconds in (1.0, 5.0):
        job = read_pcm(path, seconds)
        first = next(job)
        assert isinstance(first, Filling)
        assert not first.pcm.samples.any()
        assert finish(job) is first.pcm
        assert len(first.pcm.samples) == round(seconds * RATE)
        assert first.pcm.samples[: RATE - 1].any()
        assert not first.pcm.samples[3 * RATE :].any()


def test_what_is_too_long_for_memory_is_told(tmp_path):
    with pytest.raises(VisagistError, match="longer than 60 minutes; only the finished video has it"):
        finish(read_pcm(tmp_path / "a.wav", 3601.0))
