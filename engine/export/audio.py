"""A sound file for the timeline: read in blocks, as a waveform at several zooms, envelopes of its bands, and beats."""

from __future__ import annotations

import hashlib
import wave
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import VisagistError
from engine.export.beats import beats_of, onsets_of, tempo_of
from engine.job import Job, Progress
from engine.timeline.sound import FULL, Band, Envelope, Sound

Samples = np.ndarray  # float32, in about [-1, 1]; [n] where it is mono

BLOCK = 65_536  # samples read at once
RATE = 100.0  # envelope values a second, about
WINDOW = 0.046  # seconds that a spectrum looks at
BANDS: dict[Band, tuple[float, float]] = {"low": (20, 250), "mid": (250, 2500), "high": (2500, 16_000)}  # Hz
PEAK_HOP = 256  # samples of the finest zoom
ZOOM = 4  # each zoom is so much coarser than the one before
LONGEST = 3 * 3600  # seconds
LEAD = 0.18  # of the window: so long before its middle reaches a sudden sound, the flux is highest (seen on clicks)
COMPRESSION = 100.0  # of the spectrum before its flux, so that quiet onsets count too (Müller 2015, section 6.1)


@dataclass(frozen=True)
class Waveform:
    """Lowest and highest sample in equal pieces of the sound, at several zooms, the finest first.

    zooms: of arrays float32 [pieces, 2]. hop: samples in a piece of the finest; each next one has 4 times as many.
    """

    rate: int
    hop: int
    zooms: tuple[np.ndarray, ...]

    def peaks(self, pieces: int, start: float, stop: float) -> np.ndarray:
        """[about pieces .. 4 pieces, 2] between two times in seconds: the coarsest zoom that is fine enough."""
        finest = (stop - start) * self.rate / self.hop
        level = next((at for at in reversed(range(len(self.zooms))) if finest / ZOOM**at >= pieces), 0)
        each = self.hop * ZOOM**level / self.rate
        first, last = max(0, int(start / each)), max(0, int(np.ceil(stop / each)))
        return self.zooms[level][first:last]


@dataclass(frozen=True)
class Heard:
    """What was made of a sound file."""

    sound: Sound
    waveform: Waveform


class Open:
    """An open sound file: its rate, its length where it says one, and its samples in blocks."""

    rate: int
    seconds: float

    def blocks(self) -> Iterator[Samples]:
        """The sound from beginning to end, channels averaged."""
        raise NotImplementedError

    def stereo(self) -> Iterator[Samples]:
        """The same for two ears, as it is played: float32 [2, n]."""
        raise NotImplementedError

    def close(self) -> None:
        """Let the file go."""
        raise NotImplementedError


def listen(path: Path) -> Job[Heard]:
    """Read a sound file and measure it; memory does not grow with its length but for what is kept of it.

    VisagistError that names the file where it cannot be read, holds no sound or is cut short.
    """
    digest = digest_of(path)
    peaks, count = Peaks(), 0
    with closing(open_sound(path)) as file:
        spectra = Spectra(file.rate)
        for block in file.blocks():
            count += len(block)
            if count > LONGEST * file.rate:
                raise VisagistError(f"{path}: the sound is longer than {LONGEST // 3600} hours; cut it first")
            peaks.take(block)
            spectra.take(block)
            yield Progress(round(count / file.rate), round(file.seconds), "listening to the sound")
        rate = file.rate
    if count == 0:
        raise VisagistError(f"{path}: there is no sound in it; choose a file that has some")
    bands, flux = spectra.finished()
    frames = rate / spectra.hop
    tempo, lead = tempo_of(flux, frames), LEAD * spectra.size / rate
    sound = Sound(
        str(path),
        digest,
        count / rate,
        rate=frames,
        envelopes=(*(envelope(band, values) for band, values in bands.items()), envelope("onset", flux)),
        beats=tuple(round(t + lead, 4) for t in beats_of(flux, frames, tempo)),
        onsets=tuple(round(t + lead, 4) for t in onsets_of(flux, frames)),
        tempo=round(tempo, 2),
    )
    return Heard(sound, Waveform(rate, PEAK_HOP, peaks.finished()))


def envelope(band: Band, values: np.ndarray) -> Envelope:
    """Values as a share of the loudest but for the loudest hundredth of a percent, which may be a click."""
    top = float(np.quantile(values, 0.9999)) if len(values) else 0.0
    top = top or float(values.max(initial=0.0))
    shares = np.clip(values / top, 0, 1) if top > 0 else np.zeros(len(values))
    return Envelope(band, np.round(shares * FULL).astype("<u2").tobytes())


class Peaks:
    """Lowest and highest sample of every piece, gathered block by block."""

    def __init__(self) -> None:
        self.rest = np.zeros(0, np.float32)
        self.found: list[np.ndarray] = []

    def take(self, block: Samples) -> None:
        """The next samples."""
        samples = np.concatenate([self.rest, block])
        whole = len(samples) // PEAK_HOP * PEAK_HOP
        pieces = samples[:whole].reshape(-1, PEAK_HOP)
        self.found.append(np.stack([pieces.min(1), pieces.max(1)], 1) if whole else np.zeros((0, 2), np.float32))
        self.rest = samples[whole:]

    def finished(self) -> tuple[np.ndarray, ...]:
        """All zooms, up to one of a few hundred pieces."""
        last = [np.array([[self.rest.min(), self.rest.max()]], np.float32)] if len(self.rest) else []
        zooms = [np.concatenate([*self.found, *last])]
        while len(zooms[-1]) > 512:
            finer = zooms[-1]
            padded = np.concatenate([finer, np.repeat(finer[-1:], -len(finer) % ZOOM, 0)]).reshape(-1, ZOOM, 2)
            zooms.append(np.stack([padded[:, :, 0].min(1), padded[:, :, 1].max(1)], 1))
        return tuple(zooms)


class Spectra:
    """Loudness of the bands and spectral flux at every step of 10 ms, gathered block by block."""

    def __init__(self, rate: int) -> None:
        self.hop = max(1, round(rate / RATE))
        self.size = max(16, 1 << round(np.log2(rate * WINDOW)))
        self.window = np.hanning(self.size + 1)[:-1].astype(np.float32)
        frequencies = np.fft.rfftfreq(self.size, 1 / rate)
        self.masks = {band: (frequencies >= low) & (frequencies < high) for band, (low, high) in BANDS.items()}
        # half a window of silence before, so that a value stands in the middle of what it was made from
        self.rest = np.zeros(self.size // 2, np.float32)
        self.last: np.ndarray | None = None
        self.found: dict[Band, list[np.ndarray]] = {band: [] for band in (*BANDS, "all", "onset")}

    def take(self, block: Samples) -> None:
        """The next samples."""
        samples = np.concatenate([self.rest, block])
        count = (len(samples) - self.size) // self.hop + 1
        if count < 1:
            self.rest = samples
            return
        pieces = np.lib.stride_tricks.sliding_window_view(samples, self.size)[:: self.hop][:count]
        power = np.abs(np.fft.rfft(pieces * self.window)).astype(np.float32) / (self.size / 4)  # a full sine is 1
        for band, mask in self.masks.items():
            self.found[band].append(np.sqrt(np.square(power[:, mask]).sum(1)))
        self.found["all"].append(np.sqrt(np.square(power).sum(1)))
        grey = np.log1p(COMPRESSION * power)
        before = grey[:1] if self.last is None else self.last
        rises = np.diff(np.concatenate([before, grey]), axis=0)
        self.found["onset"].append(np.maximum(rises, 0).mean(1))
        self.last = grey[-1:]
        self.rest = samples[count * self.hop :]

    def finished(self) -> tuple[dict[Band, np.ndarray], np.ndarray]:
        """The bands, and the flux apart."""
        self.take(np.zeros(self.size, np.float32))
        made = {band: np.concatenate(values) for band, values in self.found.items()}
        flux = made.pop("onset")
        return made, flux


def digest_of(path: Path) -> str:
    """SHA-256 of the file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise VisagistError(f"{path}: it cannot be read ({error.strerror or error})") from error


def open_sound(path: Path) -> Open:
    """Open any file that PyAV reads; without it (the extra `video`), a WAV file."""
    try:
        import av
    except ImportError:
        return WaveFile(path)
    return AnyFile(path, av)


class AnyFile(Open):
    """A sound file, or the sound of a film, by PyAV."""

    def __init__(self, path: Path, av: Any) -> None:
        self.path, self.av = path, av
        try:
            self.container = av.open(str(path))
        except (av.FFmpegError, OSError) as error:
            raise VisagistError(f"{path}: no sound can be read from it; choose a WAV, FLAC, MP3 or M4A file") from error
        stream = next(iter(self.container.streams.audio), None)
        if stream is None or not stream.rate:
            self.container.close()
            raise VisagistError(f"{path}: there is no sound in it; choose a file that has some")
        self.stream, self.rate = stream, stream.rate
        length = self.container.duration
        self.seconds = length / av.time_base if length else 0.0

    def blocks(self) -> Iterator[Samples]:
        for part in self.decoded(None):
            yield part.mean(0, dtype=np.float32)

    def stereo(self) -> Iterator[Samples]:
        return self.decoded("stereo")

    def decoded(self, layout: str | None) -> Iterator[Samples]:
        """At the file's own rate, in its own channels where no layout is named: [channels, n]."""
        resampler = self.av.AudioResampler(format="fltp", layout=layout, rate=self.rate)
        try:
            for frame in self.container.decode(self.stream):
                for part in resampler.resample(frame):
                    yield part.to_ndarray()
        except self.av.FFmpegError as error:
            raise VisagistError(f"{self.path}: its sound breaks off ({error.strerror}); save it again") from error

    def close(self) -> None:
        """Let the file go."""
        self.container.close()


class WaveFile(Open):
    """A WAV file of whole numbers, by Python itself."""

    def __init__(self, path: Path) -> None:
        try:
            self.file = wave.open(str(path), "rb")  # noqa: SIM115 - closed by `close`
        except (wave.Error, EOFError, OSError) as error:
            raise VisagistError(
                f"{path}: without the extra 'video' only WAV files can be read, and this is none; install "
                "visagist[video] or save it as 16-bit WAV"
            ) from error
        self.rate, self.width = self.file.getframerate(), self.file.getsampwidth()
        self.seconds = self.file.getnframes() / self.rate

    def blocks(self) -> Iterator[Samples]:
        for part in self.read():
            yield part.mean(1, dtype=np.float32)

    def stereo(self) -> Iterator[Samples]:
        for part in self.read():
            yield part[:, [0, min(1, part.shape[1] - 1)]].T

    def read(self) -> Iterator[Samples]:
        """Each sample as a share of the loudest that can be written: [n, channels]."""
        channels = self.file.getnchannels()
        while raw := self.file.readframes(BLOCK):
            raw = raw[: len(raw) // (self.width * channels) * self.width * channels]
            yield self.numbers(raw).reshape(-1, channels)

    def numbers(self, raw: bytes) -> Samples:
        """Little-endian whole numbers of 1 to 4 bytes; those of 1 byte have no sign."""
        data = np.frombuffer(raw, np.uint8).reshape(-1, self.width)
        if self.width == 1:
            return (data[:, 0].astype(np.float32) - 128) / 128
        wide = np.zeros((len(data), 4), np.uint8)
        wide[:, 4 - self.width :] = data
        return wide.view("<i4")[:, 0].astype(np.float32) / 2**31

    def close(self) -> None:
        """Let the file go."""
        self.file.close()
