"""What a build has done so far, kept beside the pictures, so that it goes on after any end.

`build.jsonl` holds the plan and then a line a picture; a line is written when its picture is safely on the disk.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct

from engine.training.building.settings import Settings
from engine.training.dataset import DatasetError, DatasetWriter

JOURNAL = "build.jsonl"
METHOD = 1  # of making a picture ready; a change makes other bytes


class Plan(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that decides the bytes of a data set. source: its name; fingerprint, labels: of their content."""

    source: str
    fingerprint: str
    settings: Settings
    labels: str
    title: str
    licence: str
    method: int = METHOD


class Entry(Struct, frozen=True, omit_defaults=True):
    """What became of one picture of the source.

    why: the reason where it was left out. size: width and height, square: side that was cut. like: an earlier one.
    """

    name: str
    kept: bool
    why: str = ""
    remarks: tuple[str, ...] = ()
    size: tuple[int, int] = (0, 0)
    square: int = 0
    sharpness: float = 0.0
    like: str = ""
    fingerprint: int = 0


class Journal:
    """An open journal; entries: of every picture so far, in the order of the source."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        path = folder / JOURNAL
        self.entries, end = read_entries(path) if path.exists() else ([], 0)
        self.waiting: list[Entry] = []
        self.file: BinaryIO = path.open("r+b" if end else "wb")
        self.file.truncate(end)
        self.file.seek(end)
        if not end:
            self.write(msgspec.json.encode(plan) + b"\n")

    @property
    def kept(self) -> int:
        """How many pictures of the source are on the disk."""
        return sum(entry.kept for entry in self.entries)

    def note(self, entry: Entry) -> None:
        """A picture is done, but not yet safe."""
        self.entries.append(entry)
        self.waiting.append(entry)

    def commit(self, writer: DatasetWriter) -> None:
        """Bring the pictures onto the disk, and then the word that they are there."""
        if self.waiting:
            writer.flush()
            self.write(b"".join(msgspec.json.encode(entry) + b"\n" for entry in self.waiting))
            self.waiting.clear()

    def write(self, lines: bytes) -> None:
        self.file.write(lines)
        self.file.flush()
        os.fsync(self.file.fileno())

    def close(self) -> None:
        """Close the file; what was not committed is done again."""
        self.file.close()


def read_plan(folder: Path) -> Plan | None:
    """The plan of an unfinished build; None where it ended before its plan was written."""
    try:
        with (folder / JOURNAL).open("rb") as file:
            return msgspec.json.decode(file.readline(), type=Plan)
    except msgspec.ValidationError as error:
        raise DatasetError(f"{folder} holds a build of another version; build it anew") from error
    except (msgspec.DecodeError, UnicodeError):
        return None
    except OSError as error:
        raise DatasetError(f"{folder / JOURNAL} cannot be read ({error.strerror or error})") from error


def read_entries(path: Path) -> tuple[list[Entry], int]:
    """The entries up to the first that is torn, and where that begins; 0 where even the plan is torn."""
    decoder = msgspec.json.Decoder(Entry)
    entries: list[Entry] = []
    with path.open("rb") as file:
        end = len(whole_line(file.readline()))
        while end:
            line = whole_line(file.readline())
            try:
                entries.append(decoder.decode(line))
            except (msgspec.DecodeError, UnicodeError):
                break
            end += len(line)
    return entries, end


def whole_line(line: bytes) -> bytes:
    return line if line.endswith(b"\n") else b""
