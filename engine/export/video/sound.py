"""A sound file as packets of a video's sound track, cut to its length."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import VisagistError
from engine.export.video.encoding import import_av

RATE = 48_000
BLOCK = 1024  # samples of a frame, where the codec does not say
Samples = NDArray[np.float32]


def check_sound(path: Path) -> None:
    """VisagistError with one sentence for a file that has no sound that can be read."""
    if next(decoded(path), None) is None:
        raise VisagistError(f"{path}: there is no sound in it; choose another file")


def is_sound(path: Path) -> bool:
    """Whether a file has a sound that can be read."""
    try:
        check_sound(path)
    except VisagistError:
        return False
    return True


def decoded(path: Path) -> Iterator[Samples]:
    """The sound of a file at 48 kHz, block by block: [2, n]."""
    av = import_av()
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise VisagistError(f"{path}: there is no sound in it; choose another file")
            resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
            for frame in container.decode(container.streams.audio[0]):
                frame.pts = None  # samples are counted; files may lie about time
                yield from (made.to_ndarray() for made in resampler.resample(frame))
            yield from (made.to_ndarray() for made in resampler.resample(None))
    except (av.FFmpegError, ValueError, OSError) as error:
        why = getattr(error, "strerror", None) or error
        raise VisagistError(f"{path}: its sound cannot be read ({why}); choose another file") from error


def cut(blocks: Iterator[Samples], starts: int, total: int) -> Iterator[Samples]:
    """Sound that begins `starts` samples into the video (less than 0: that much is left out) and ends with it."""
    left = total
    if starts > 0:
        silence = min(starts, total)
        yield np.zeros((2, silence), np.float32)
        left -= silence
    skip = max(-starts, 0)
    for block in blocks:
        kept = block[:, skip : skip + left]
        skip = max(skip - block.shape[1], 0)
        if kept.shape[1]:
            yield kept
            left -= kept.shape[1]
        if left <= 0:
            return


def regular(blocks: Iterator[Samples], size: int) -> Iterator[Samples]:
    """The same samples in blocks of one size; the last one may be shorter."""
    rest = np.zeros((2, 0), np.float32)
    for block in blocks:
        rest = np.concatenate([rest, block], 1)
        whole = rest.shape[1] // size * size
        for place in range(0, whole, size):
            yield rest[:, place : place + size]
        rest = rest[:, whole:]
    if rest.shape[1]:
        yield rest


def sound_packets(path: Path, stream: Any, starts: float, seconds: Fraction) -> Iterator[Any]:
    """Packets for an open stream of a container, in the order of time."""
    av = import_av()
    context = stream.codec_context
    converter = av.AudioResampler(format=context.format, layout="stereo", rate=RATE)
    place = 0
    blocks = cut(decoded(path), round(starts * RATE), round(seconds * RATE))
    for block in regular(blocks, context.frame_size or BLOCK):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, place, Fraction(1, RATE)
        place += block.shape[1]
        for converted in converter.resample(frame):
            yield from stream.encode(converted)
    yield from stream.encode(None)
