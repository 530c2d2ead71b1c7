"""The sound of a video: it is the file's, in its place, and as long as the picture."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from engine.errors import VisagistError
from engine.export.video.sound import RATE, check_sound
from tests.engine.export.video.films import made, shown

av = pytest.importorskip("av")
pytestmark = pytest.mark.skipif("libx264" not in av.codecs_available, reason="this PyAV has no encoders")


def tone(path: Path, seconds: float, hertz: float = 1000, rate: int = 44_100) -> Path:
    """A mono file of one tone."""
    samples = (np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate) * 16_000).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return path


def heard(path: Path) -> np.ndarray:
    """The left channel at 48 kHz."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
        blocks = [made.to_ndarray()[0] for frame in container.decode(audio=0) for made in resampler.resample(frame)]
    return np.concatenate(blocks)


@pytest.mark.parametrize(
    ("preset", "suffix", "codec"),
    [("h264", ".mp4", "aac"), ("vp9", ".webm", "opus"), ("prores", ".mov", "pcm_s16le"), ("ffv1", ".mkv", "pcm_s16le")],
)
def test_the_tone_is_there_as_long_as_the_picture(plan_of, tmp_path, preset, suffix, codec):
    sound = tone(tmp_path / "tone.wav", 5)
    path = made(plan_of(preset, 60, numerator=24, denominator=1, sound=str(sound)))
    assert path.suffix == suffix
    assert len(shown(path)) == 60
    with av.open(str(path)) as container:
        assert container.streams.audio[0].codec_context.name.startswith(codec)
    samples = heard(path)
    assert abs(len(samples) - 2.5 * RATE) < 3000, "two and a half seconds, but for the codec's own frames"
    middle = samples[RATE : RATE + RATE // 2]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    assert abs(spectrum.argmax() * 2 - 1000) <= 2


@pytest.mark.parametrize(("starts", "silent", "loud"), [(1.0, 0.5, 1.5), (-1.0, 1.5, 0.5)])
def test_the_sound_begins_where_it_was_put(plan_of, tmp_path, starts, silent, loud):
    sound = tone(tmp_path / "tone.wav", 2)
    path = made(plan_of("ffv1", 50, numerator=25, denominator=1, sound=str(sound), sound_starts=starts))
    samples = np.pad(heard(path), (0, 2 * RATE))

    def level(at: float) -> float:
        return float(np.abs(samples[int(at * RATE) : int(at * RATE) + 2000]).max())

    assert level(silent) < 0.001
    assert level(loud) > 0.3


def test_what_is_no_sound_is_told_in_one_sentence(tmp_path, plan_of):
    check_sound(tone(tmp_path / "good.wav", 0.1))
    silent = made(plan_of("h264"))
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF" + bytes(100))
    for path, words in (
        (silent, "there is no sound in it"),
        (broken, "its sound cannot be read"),
        (tmp_path / "none.wav", "its sound cannot be read"),
        (tone(tmp_path / "empty.wav", 0), "there is no sound in it"),
    ):
        with pytest.raises(VisagistError, match=words):
            check_sound(path)
