"""A sound file beside the timeline: its beats are where they were played, its bands are told apart, its faults too."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import wave
from pathlib import Path

import msgspec
import numpy as np
import pytest

from engine.errors import VisagistError
from engine.export import audio
from engine.export.audio import Heard, listen
from engine.job import finish
from engine.timeline.sound import Drive, Sound, driven


def write(path: Path, samples: np.ndarray, rate: int, width: int = 2) -> Path:
    """samples: [n] or [n, channels] in [-1, 1]."""
    whole = np.round(np.clip(samples, -1, 1) * (2 ** (8 * width - 1) - 1)).astype("<i4")
    data = whole.reshape(-1, 1).view(np.uint8)[:, :width] if width > 1 else (whole + 128).astype(np.uint8)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(np.ascontiguousarray(data).tobytes())
    return path


def click_track(tempo: float, seconds: float, rate: int, start: float = 0.4) -> tuple[np.ndarray, np.ndarray]:
    samples = 0.004 * np.random.default_rng(1).standard_normal(int(seconds * rate))
    times = np.arange(start, seconds - 0.2, 60 / tempo)
    n = np.arange(int(0.1 * rate))
    click = 0.8 * np.exp(-n / (0.01 * rate)) * np.sin(2 * np.pi * 900 * n / rate)
    for t in times:
        samples[int(t * rate) :][: len(click)] += click
    return samples, times


def heard(path: Path) -> Heard:
    return finish(listen(path))


@pytest.fixture(params=["with PyAV", "without"])
def road(request, monkeypatch):
    if request.param == "without":
        monkeypatch.setitem(sys.modules, "av", None)
    else:
        pytest.importorskip("av")
    return request.param


@pytest.mark.parametrize(("tempo", "rate"), [(60, 44_100), (97.3, 22_050), (128, 48_000), (174, 44_100)])
def test_a_click_track_gives_its_tempo_and_its_beats(tmp_path, tempo, rate):
    samples, times = click_track(tempo, 20, rate)
    sound = heard(write(tmp_path / "clicks.wav", samples, rate)).sound
    assert sound.tempo == pytest.approx(tempo, rel=2e-3)
    assert sound.beats == pytest.approx(times, abs=0.006)
    assert sound.onsets == pytest.approx(times, abs=0.006)


def test_beats_that_nobody_plays_are_counted_between_those_that_somebody_does(tmp_path):
    samples, times = click_track(120, 20, 22_050)
    quiet = slice(int(22_050 * (times[12] - 0.1)), int(22_050 * (times[13] - 0.1)))
    samples[quiet] = 0
    sound = heard(write(tmp_path / "gap.wav", samples, 22_050)).sound
    assert sound.beats == pytest.approx(times, abs=0.02)
    assert len(sound.onsets) == len(times) - 1


@pytest.mark.parametrize("make", [np.zeros, lambda n: 0.3 * np.random.default_rng(2).standard_normal(n)])
def test_silence_and_noise_have_no_beat(tmp_path, make):
    sound = heard(write(tmp_path / "none.wav", make(22_050 * 6), 22_050)).sound
    assert (sound.tempo, sound.beats) == (0.0, ())


def test_both_roads_hear_the_same(tmp_path, monkeypatch):
    pytest.importorskip("av")
    samples, _ = click_track(100, 6, 22_050)
    path = write(tmp_path / "stereo.wav", np.stack([samples, -0.5 * samples], 1), 22_050)
    one = heard(path)
    monkeypatch.setitem(sys.modules, "av", None)
    other = heard(path)
    assert one.sound.seconds == other.sound.seconds == 6.0
    assert np.allclose(one.waveform.zooms[0], other.waveform.zooms[0], atol=1e-4)
    assert one.sound.beats == pytest.approx(other.sound.beats, abs=1e-3)


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_whole_numbers_of_any_width_are_read(tmp_path, road, width):
    t = np.arange(22_050) / 22_050
    path = write(tmp_path / "tone.wav", 0.5 * np.sin(2 * np.pi * 441 * t), 22_050, width)
    assert heard(path).waveform.zooms[0].max() == pytest.approx(0.5, abs=0.01)


def test_a_tone_sounds_in_its_own_band_alone(tmp_path, road):
    rate = 22_050
    t = np.arange(rate) / rate
    tones = [np.sin(2 * np.pi * hz * t) * 0.5 for hz in (100, 1000, 5000)]
    sound = heard(write(tmp_path / "three.wav", np.concatenate(tones), rate)).sound
    for second in range(3):
        levels = [driven(Drive(band, attack=0, release=0), sound, second + 0.5) for band in ("low", "mid", "high")]
        assert levels[second] > 0.9
        assert sum(levels) - levels[second] < 0.02
    assert driven(Drive("all", attack=0, release=0), sound, 1.5) > 0.9


def test_the_waveform_holds_every_peak_at_every_zoom(tmp_path, road):
    rate = 22_050
    samples = 0.1 * np.sin(np.arange(60 * rate) / 30)
    samples[7 * rate] = 0.9
    waveform = heard(write(tmp_path / "peak.wav", samples, rate)).waveform
    assert len(waveform.zooms) > 2
    for zoom in waveform.zooms:
        assert zoom.max() == pytest.approx(0.9, abs=1e-3)
        assert zoom.min() == pytest.approx(-0.1, abs=1e-3)
    wide, near = waveform.peaks(100, 0.0, 60.0), waveform.peaks(100, 6.9, 7.1)
    assert 100 <= len(wide) < 500
    assert int(wide[:, 1].argmax()) / len(wide) == pytest.approx(7 / 60, abs=0.02)
    assert near.max() == pytest.approx(0.9, abs=1e-3)
    assert waveform.peaks(100, 0.0, 6.5).max() < 0.2


def test_what_is_kept_says_which_file_it_was_and_goes_into_a_project(tmp_path, road):
    path = write(tmp_path / "a.wav", np.zeros(22_050), 22_050)
    sound = heard(path).sound
    assert sound.hash == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (sound.path, sound.seconds) == (str(path), 1.0)
    assert msgspec.json.decode(msgspec.json.encode(sound), type=Sound) == sound


def test_a_sound_can_be_given_up_halfway(tmp_path):
    job = listen(write(tmp_path / "a.wav", np.zeros(22_050 * 20), 22_050))
    assert next(job).total == 20
    job.close()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "(no sound can be read from it|only WAV files can be read)"),
        (b"no sound at all" * 100, "(no sound can be read from it|only WAV files can be read)"),
        (None, "it cannot be read"),
    ],
)
def test_a_file_that_is_no_sound_is_told_by_its_name(tmp_path, road, content, sentence):
    path = tmp_path / "song.wav"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(VisagistError, match=f"^{path}: .*{sentence}") as told:
        heard(path)
    assert "\n" not in str(told.value)


def test_a_file_with_no_samples_or_a_picture_is_told(tmp_path, road):
    path = write(tmp_path / "empty.wav", np.zeros(0), 22_050)
    with pytest.raises(VisagistError, match=r"there is no sound in it|no sound can be read from it"):
        heard(path)


def test_a_sound_of_more_hours_than_anybody_films_is_told(tmp_path, road, monkeypatch):
    monkeypatch.setattr(audio, "LONGEST", 1)
    with pytest.raises(VisagistError, match="cut it first"):
        heard(write(tmp_path / "long.wav", np.zeros(22_050 * 2), 22_050))


def test_a_compressed_file_is_heard_as_well(tmp_path):
    av = pytest.importorskip("av")
    samples, times = click_track(120, 8, 44_100)
    path = tmp_path / "clicks.m4a"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44_100, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None].astype(np.float32), format="fltp", layout="mono")
        frame.rate, frame.pts = 44_100, 0  # a film that says no times starts its sound late
        resampler = av.AudioResampler("fltp", "mono", 44_100, frame_size=1024)
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    sound = heard(path).sound
    assert sound.beats == pytest.approx(times, abs=0.01)
    assert sound.tempo == pytest.approx(120, rel=2e-3)


def test_reading_sound_needs_no_torch_and_no_library_but_numpy():
    code = (
        "import sys, engine.export.audio; print([m for m in ('torch', 'av', 'scipy', 'librosa') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
