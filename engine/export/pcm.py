"""A sound file as samples in memory, for playing: there at once, and filled while it is read."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import VisagistError
from engine.export.audio import open_sound
from engine.job import Job, Progress

LONGEST = 3600  # seconds; an hour takes 700 MB


@dataclass(frozen=True, eq=False)
class Pcm:
    """samples: int16 [n, 2], silent where they are not read yet. rate: of them a second."""

    rate: int
    samples: NDArray[np.int16]


@dataclass(frozen=True)
class Filling(Progress):
    """pcm: what is being filled; it can be played already."""

    pcm: Pcm


def read_pcm(path: Path, seconds: float) -> Job[Pcm]:
    """The samples of a sound file; its first step hands them out before they are read.

    seconds: how long `listen` found it; what lies beyond is left out. Raises VisagistError.
    """
    if seconds > LONGEST:
        raise VisagistError(f"{path}: it is longer than {LONGEST // 60} minutes; only the finished video has it")
    with closing(open_sound(path)) as file:
        count, done = round(seconds * file.rate), 0
        pcm = Pcm(file.rate, np.zeros((count, 2), np.int16))
        yield Filling(0, count, "reading the sound", pcm)
        for block in file.stereo():
            part = block.T[: count - done]
            pcm.samples[done : done + len(part)] = np.rint(part.clip(-1, 1) * 32767)
            done += len(part)
            yield Progress(done, count, "reading the sound")
    return pcm
