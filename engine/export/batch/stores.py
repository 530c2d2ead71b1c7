"""Where the pictures of a batch go: folders of 1,000, or one archive as NVIDIA's programs read it (dataset.zip)."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile
from pathlib import Path
from typing import Protocol

from engine.errors import VisagistError
from engine.export.batch.manifest import Row
from engine.paths import make_folder, plain_words, write_atomically

WRITERS = 8
WHEN = (1980, 1, 1, 0, 0, 0)  # of every entry, so that equal batches are equal files


class Store(Protocol):
    """What takes pictures. Rows are written to the manifest only after `put` has come back."""

    def begin(self, rows: Iterable[Row]) -> int:
        """Go on behind these rows; gives how many of them are really there, whole."""

    def put(self, pictures: Sequence[tuple[str, bytes]]) -> list[int]:
        """Keep pictures, so that they survive a crash; gives where each lies."""

    def finish(self, rows: Iterable[Row]) -> Path:
        """All are there; gives what to show a person."""


class Folders:
    """Pictures as files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, rows: Iterable[Row]) -> int:
        for path in self.folder.glob("*/.visagist-*.part"):  # what a crash left
            path.unlink(missing_ok=True)
        return sum(1 for _ in takewhile(lambda row: size_of(self.folder / row.file) == row.bytes, rows))

    def put(self, pictures: Sequence[tuple[str, bytes]]) -> list[int]:
        for parent in {(self.folder / name).parent for name, _ in pictures}:
            make_folder(parent)
        # the disk takes many files at once sooner than one after the other
        with ThreadPoolExecutor(WRITERS) as writers:
            list(writers.map(lambda one: write_atomically(self.folder / one[0], one[1]), pictures))
        return [0] * len(pictures)

    def finish(self, rows: Iterable[Row]) -> Path:
        return self.folder


class Archive:
    """Pictures one after the other in a zip, not packed, for they are already; its directory is written in the end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.part = path.with_name(path.name + ".part")

    def begin(self, rows: Iterable[Row]) -> int:
        """What stands behind the last row is cut off."""
        if self.path.is_file():
            return sum(1 for _ in rows)
        length, kept, end = size_of(self.part), 0, 0
        for row in takewhile(lambda row: end_of(row) <= length, rows):
            kept, end = kept + 1, end_of(row)
        with plain_words(self.part), self.part.open("ab") as file:
            file.truncate(end)
        return kept

    def put(self, pictures: Sequence[tuple[str, bytes]]) -> list[int]:
        places: list[int] = []
        with plain_words(self.part), self.part.open("r+b") as file:
            file.seek(0, os.SEEK_END)
            for name, content in pictures:
                places.append(file.tell())
                file.write(header_of(name, content) + content)
            file.flush()
            os.fsync(file.fileno())
        return places

    def finish(self, rows: Iterable[Row]) -> Path:
        """The directory of the archive, dataset.json, and its name."""
        if self.path.is_file():
            return self.path
        with plain_words(self.part), self.part.open("r+b") as file:
            file.seek(0, os.SEEK_END)
            with zipfile.ZipFile(file, "w") as archive:
                for row in rows:
                    archive.filelist.append(entry_of(row))
                archive.writestr(zipfile.ZipInfo("dataset.json", WHEN), '{"labels": null}')
            file.flush()
            os.fsync(file.fileno())
        with plain_words(self.path):
            os.replace(self.part, self.path)
        return self.path


def header_of(name: str, content: bytes) -> bytes:
    """What stands before a picture in the archive."""
    entry = zipfile.ZipInfo(name, WHEN)
    entry.CRC, entry.file_size, entry.compress_size = zlib.crc32(content), len(content), len(content)
    return entry.FileHeader()


def entry_of(row: Row) -> zipfile.ZipInfo:
    """The entry of a picture in the archive's directory."""
    entry = zipfile.ZipInfo(row.file, WHEN)
    entry.CRC, entry.file_size, entry.compress_size = row.crc, row.bytes, row.bytes
    entry.header_offset = row.place
    return entry


def end_of(row: Row) -> int:
    return row.place + 30 + len(row.file.encode()) + row.bytes


def size_of(path: Path) -> int:
    """In bytes; -1 where there is no such file."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return -1
    except OSError as error:
        raise VisagistError(f"{path}: it cannot be read ({error.strerror or error})") from error
