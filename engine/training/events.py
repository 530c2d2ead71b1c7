"""What stands in a run's events.jsonl, as records; how they are read from a file that another process still writes."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

Side = Annotated[int, Meta(ge=1, le=2**16)]
Count = Annotated[int, Meta(ge=0)]
MOST_ACROSS = 64  # tiles of a sheet, along either side
Many = Annotated[int, Meta(ge=1, le=MOST_ACROSS)]
HEAD = b'{"event"'
LONGEST = 2**20  # bytes of a line that can be a record


class PlannedPhase(Struct, frozen=True):
    """A stretch of the schedule: from `begins` to `ends` pictures shown; kind: "stabilise" or "fade"."""

    side: Side
    kind: str
    begins: Count
    ends: Count
    batch: Count = 0


class Event(Struct, frozen=True, tag_field="event", kw_only=True):
    """time: unix seconds; images: pictures shown so far."""

    images: Count
    time: float = 0.0
    step: int = 0


class Start(Event, frozen=True, tag="start"):
    """A process begins, or goes on from `resumed_from` pictures."""

    device: str = ""
    threads: int = 0
    precision: str = ""
    architecture: str = ""
    side: int = 0
    dataset: str = ""
    pid: int = 0
    resumed_from: int | None = None
    total: Count = 0
    plan: Annotated[tuple[PlannedPhase, ...], Meta(max_length=256)] = ()


class PhaseBegins(Event, frozen=True, tag="phase"):
    """Another phase of the schedule."""

    side: Side
    kind: str
    begins: Count
    ends: Count
    batch: Count = 0


class Tick(Event, frozen=True, tag="tick"):
    """Numbers of the steps since the tick before; None for what was not measured."""

    side: Side
    alpha: float = 1.0
    loss_g: float | None = None
    loss_d: float | None = None
    real: float | None = None
    fake: float | None = None
    gap: float | None = None
    spread: float | None = None
    penalty: float | None = None
    grad_g: float | None = None
    grad_d: float | None = None
    augment_p: float | None = None
    rate: float | None = None
    memory: float | None = None
    left: float | None = None
    lr: float | None = None


class Samples(Event, frozen=True, tag="samples"):
    """A sheet of the fixed latents: `columns` x `rows` tiles of `side` px."""

    file: str
    side: Side
    columns: Many
    rows: Many
    alpha: float = 1.0


class Snapshot(Event, frozen=True, tag="snapshot"):
    """A model file."""

    file: str
    side: Side = 1
    alpha: float = 1.0


class Checkpoint(Event, frozen=True, tag="checkpoint"):
    """A place to go on from."""

    file: str


class Metric(Event, frozen=True, tag="metric"):
    """Distances between real and generated pictures; swd: by the side of the pyramid's level."""

    swd: Annotated[dict[str, float | None], Meta(max_length=32)] = {}
    swd_mean: float | None = None
    ms_ssim: float | None = None
    fid: float | None = None
    kid: float | None = None
    side: int = 0


class Note(Event, frozen=True, tag="note"):
    """One sentence about what happened; level: "info", "warning" or "error"."""

    text: str
    level: str = "info"


class State(Event, frozen=True, tag="state"):
    """state: "running", "paused", "stopped", "finished" or "failed"; why: one sentence or nothing."""

    state: str
    why: str = ""


AnyEvent = Start | PhaseBegins | Tick | Samples | Snapshot | Checkpoint | Metric | Note | State
decoder = msgspec.json.Decoder(AnyEvent)


def read_event(line: bytes) -> AnyEvent | None:
    """The record of a line; None for a torn one or one of another kind.

    Where a process died in the middle of a line and the next one wrote on behind it, the whole record is found.
    """
    for start in dict.fromkeys((0, line.rfind(HEAD))):
        try:
            return decoder.decode(line[start:]) if start >= 0 else None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
    return None


class Lines:
    """The whole lines of a file that grows, in slices; the beginning of a line waits until its end is there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.place = 0
        self.file: tuple[int, int] | None = None  # which one it was, as the file system counts
        self.lost = False  # inside of a line that is too long to be a record

    def read(self, most: int) -> tuple[list[bytes], bool, bool]:
        """Lines that came, whether more waits, and whether the file is another than before. OSError as it comes."""
        with self.path.open("rb") as file:
            told = self.path.stat()
            one = (told.st_dev, told.st_ino)
            anew = (self.file is not None and self.file != one) or told.st_size < self.place
            if anew:
                self.place, self.lost = 0, False
            self.file = one
            file.seek(self.place)
            slice = file.read(most)
        end = slice.rfind(b"\n") + 1
        if not end:
            if len(slice) == most:
                return self.read_long(slice, most, anew)
            return [], False, anew
        self.place += end
        lines = slice[:end].splitlines()
        if self.lost:
            lines, self.lost = lines[1:], False
        return lines, self.place < told.st_size and len(slice) == most, anew

    def read_long(self, slice: bytes, most: int, anew: bool) -> tuple[list[bytes], bool, bool]:
        """A line longer than the slice: a larger slice, or past it."""
        if most < LONGEST:
            lines, more, later = self.read(LONGEST)
            return lines, more, anew or later
        self.place += len(slice)
        self.lost = True
        return [], True, anew


def inside(folder: Path, name: str) -> Path | None:
    """The path of a file that a record names; None for one that would lie outside of the run's folder."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or not path.parts:
        return None
    return folder.joinpath(*path.parts)
