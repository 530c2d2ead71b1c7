"""The manifest of a batch: one line of JSON a picture, appended after the picture is safe."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from engine.errors import VisagistError
from engine.paths import plain_words


class Row(Struct, frozen=True):
    """One picture. seed: None for a latent of a file; sha256: of the file's bytes; place: its header in an archive.

    recipe: with the model's hash, so that `visagist render --recipe` makes the picture again.
    """

    index: int
    file: str
    sha256: str
    bytes: int
    crc: int
    place: int
    seed: int | None
    recipe: msgspec.Raw


class Manifest:
    """A file that only grows; a line that a crash cut short is cut off."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def rows(self) -> Iterator[Row]:
        """Row after row, up to the first that is not whole."""
        if not self.path.is_file():
            return
        with plain_words(self.path), self.path.open("rb") as file:
            for line in file:
                row = row_of(line)
                if row is None:
                    return
                yield row

    def keep(self, count: int) -> None:
        """Cut the file off behind so many rows."""
        if not self.path.is_file():
            return
        with plain_words(self.path), self.path.open("r+b") as file:
            for _ in range(count):
                file.readline()
            file.truncate(file.tell())

    def append(self, rows: Sequence[Row]) -> None:
        """Add rows, and do not come back before they are safe."""
        with plain_words(self.path), self.path.open("ab") as file:
            file.write(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
            file.flush()
            os.fsync(file.fileno())


def row_of(line: bytes) -> Row | None:
    """The row of a line; None for one that is not whole."""
    if not line.endswith(b"\n"):
        return None
    try:
        return msgspec.json.decode(line, type=Row)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def in_order(path: Path, rows: Iterator[Row], indices: range) -> Iterator[Row]:
    """The rows; VisagistError where they are not those of the batch, one after the other."""
    for number, row in enumerate(rows):
        if number >= len(indices) or row.index != indices[number]:
            raise VisagistError(f"{path}: picture {row.index} does not belong there; choose another folder")
        yield row
