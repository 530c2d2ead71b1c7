"""A file that is being read: every access is checked against its size, and errors name it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelFileError

CUT = "the file is probably cut short; fetch it again"


@dataclass(frozen=True)
class Span:
    """Bytes start to end of a file, left where they are. encoding: of text, for `machine.decoded`; "" for bytes."""

    start: int
    end: int
    encoding: str = ""

    @property
    def size(self) -> int:
        return self.end - self.start


@dataclass(eq=False)
class Source:
    """An open file. imports: every name that its pickles asked for, in order; made: the records of all their calls;
    budget: bytes of tensors still allowed.

    The budget keeps a small file, which may show one storage many times, from filling the memory.
    """

    path: Path
    file: BinaryIO
    size: int
    imports: dict[tuple[str, str], None] = field(default_factory=dict)
    made: list[object] = field(default_factory=list)
    budget: int = 0

    def __post_init__(self) -> None:
        self.budget = 4 * self.size + 2**20

    def read(self, span: Span) -> bytes:
        """The bytes of a span; ModelFileError where they reach past the file."""
        self.check(span)
        self.file.seek(span.start)
        content = self.file.read(span.size)
        if len(content) != span.size:
            raise self.error(f"it ends inside bytes {span.start} to {span.end}", CUT)
        return content

    def fill(self, span: Span, into: NDArray[np.uint8]) -> None:
        """Read a span into an array of as many bytes, without a copy."""
        self.check(span)
        self.file.seek(span.start)
        if self.file.readinto(into.data) != span.size:  # type: ignore[attr-defined]
            raise self.error(f"it ends inside bytes {span.start} to {span.end}", CUT)

    def check(self, span: Span) -> None:
        if not 0 <= span.start <= span.end <= self.size:
            raise self.error(f"it has {self.size} bytes and bytes {span.start} to {span.end} are asked for", CUT)

    def spend(self, size: int, name: str) -> None:
        """Take the bytes of one more tensor out of the budget."""
        self.budget -= size
        if self.budget < 0:
            raise self.error(
                f"its tensors take more room than a file of {self.size} bytes can hold (at {name})",
                "the file is broken, or made to fill the memory",
            )

    def error(self, wrong: str, right: str = "") -> ModelFileError:
        return ModelFileError(self.path, printable(wrong), printable(right))


def printable(text: str) -> str:
    """Words of a file without what would play tricks on a terminal, and not too many of them."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text[:600])


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Open a file for reading; ModelFileError where that fails."""
    try:
        if path.exists() and not path.is_file():  # opening a pipe would wait for ever
            raise ModelFileError(path, "it is not a file", "give the path of a network file")
        with path.open("rb") as file:
            yield Source(path, file, os.fstat(file.fileno()).st_size)
    except OSError as error:
        raise ModelFileError(path, f"it cannot be read ({error.strerror or error})") from error
