"""The run folder: what a training writes, in one place, so that anybody can follow it while it goes on."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Literal

import msgspec
from msgspec import Struct

from engine.errors import VisagistError
from engine.lock import locked
from engine.paths import make_folder, plain_words, write_atomically

Wish = Literal["run", "pause", "stop"]
EVENTS, CONFIG, CONTROL, LOCK = "events.jsonl", "config.json", "control.json", "lock"
SAMPLES, SNAPSHOTS, CHECKPOINTS = "samples", "snapshots", "checkpoints"

ASKED, ASKING_S = 5, 0.05  # how often and how long to wait for somebody who only asks


class RunError(VisagistError):
    """A run folder that cannot be used."""


class Control(Struct, frozen=True, forbid_unknown_fields=True):
    """What a person wishes of a run that goes on. share: how much of the time it may compute.

    rest_until: no steps before this time (unix seconds); a rest that nobody makes longer ends by itself.
    """

    wish: Wish = "run"
    share: float = 1.0
    rest_until: float = 0.0


class RunFolder:
    """A run's files. Opening it changes nothing; `lock` before writing."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.path, self.clock = path, clock
        self.config = path / CONFIG
        self._lock: BinaryIO | None = None
        self._events: BinaryIO | None = None
        self._control = Control(), 0

    def prepare(self) -> None:
        """Make the folders."""
        for name in (SAMPLES, SNAPSHOTS, CHECKPOINTS):
            make_folder(self.path / name)

    def lock(self) -> None:
        """Take the run for this process; RunError where another has it."""
        with plain_words(self.path / LOCK):
            self._lock = open(self.path / LOCK, "a+b")  # noqa: SIM115 - it stays open as long as the run is ours
            if not locked_soon(self._lock):
                self.release()
                raise RunError(f"{self.path} is being trained by another process; stop that one first")
            self._lock.truncate(0)
            self._lock.write(str(os.getpid()).encode())
            self._lock.flush()

    def release(self) -> None:
        """Let others have the run."""
        if self._events is not None:
            self._events.close()
            self._events = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def record(self, event: str, images: int, step: int, **fields: Any) -> dict[str, Any]:
        """Append one event and flush it; gives the whole record. VisagistError where the disk is full."""
        whole = {"event": event, "time": self.clock(), "images": images, "step": step, **fields}
        with plain_words(self.path / EVENTS):
            if self._events is None:
                self._events = open(self.path / EVENTS, "ab", buffering=0)  # noqa: SIM115 - closed by release
                if self._events.tell() and not ends_a_line(self.path / EVENTS):
                    self._events.write(b"\n")  # a crash cut the last record
            try:
                self._events.write(json.dumps(whole, allow_nan=False, separators=(",", ":")).encode() + b"\n")
            except OSError:
                self._events.close()  # a disk that comes back has the file anew
                self._events = None
                raise
        return whole

    def control(self) -> Control:
        """What is wished now; what cannot be read is as before."""
        path = self.path / CONTROL
        try:
            stamp = path.stat().st_mtime_ns
            if stamp != self._control[1]:
                self._control = msgspec.json.decode(path.read_bytes(), type=Control), stamp
        except FileNotFoundError:
            self._control = Control(), 0
        except (OSError, msgspec.DecodeError, UnicodeError):
            return self._control[0]
        return self._control[0]

    def wish(self, control: Control) -> None:
        """Tell the process that trains what is wished."""
        write_atomically(self.path / CONTROL, msgspec.json.encode(control))

    def file(self, folder: str, images: int, suffix: str) -> Path:
        """The file of a moment: samples/0000012000.png."""
        return self.path / folder / f"{images:010d}{suffix}"

    def files(self, folder: str) -> list[Path]:
        """The files of a folder, by their moment."""
        return sorted(path for path in (self.path / folder).glob("[0-9]*.*") if path.stem.isdecimal())


def locked_soon(file: BinaryIO) -> bool:
    """Lock a file; whoever only asks whether it is locked has it for a moment."""
    for _ in range(ASKED):
        if locked(file):
            return True
        time.sleep(ASKING_S)
    return False


def ends_a_line(path: Path) -> bool:
    """Whether the last byte ends a line."""
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def finite(values: Mapping[str, float]) -> dict[str, float | None]:
    """Numbers as JSON can hold them: what is not finite is null."""
    return {name: value if value == value and abs(value) != float("inf") else None for name, value in values.items()}
