"""A data set packed for training: a folder of raw pictures at every resolution, mapped into memory when read.

`dataset.json` says what there is; `level-{side}.u8` holds uint8 [N, side, side, 3] of one resolution, one file for each
of 4, 8 ... side; `labels.f32` holds [N, L]; `names.txt` a line a picture. All numbers are little-endian.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, TypeVar

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.errors import VisagistError
from engine.paths import write_atomically

FORMAT_VERSION = 1
FACTS = "dataset.json"
LABELS = "labels.f32"
NAMES = "names.txt"
SMALLEST, LARGEST = 4, 4096

Pictures = NDArray[np.uint8]
Labels = NDArray[np.float32]
Number = TypeVar("Number", np.uint8, np.float32)


class DatasetError(VisagistError):
    """A data set that cannot be read or does not fit."""


class Facts(Struct, frozen=True, forbid_unknown_fields=True):
    """What a data set says of itself.

    side: of the largest pictures; hash: of the largest pictures and the labels, SHA-256 in hexadecimal.
    mirror_negates: labels whose sign turns when a picture is mirrored.
    """

    title: str
    count: int
    side: int
    hash: str
    version: int = FORMAT_VERSION
    label_names: tuple[str, ...] = ()
    mirror_negates: tuple[str, ...] = ()
    source: str = ""
    licence: str = ""


class Dataset:
    """An open data set.

    folder: where `dataset.json` lies. Raises DatasetError for one that is missing, broken or cut short.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.facts = read_facts(folder)
        count = self.facts.count
        self._levels = {
            side: mapped(folder / level_name(side), (count, side, side, 3), np.uint8) for side in self.sides
        }
        width = len(self.facts.label_names)
        self._labels: Labels = np.zeros((count, 0), np.float32)
        if width:
            self._labels = mapped(folder / LABELS, (count, width), np.float32)

    @property
    def sides(self) -> tuple[int, ...]:
        """Sides of the resolutions, ascending: 4, 8 ... side."""
        return sides_to(self.facts.side)

    def __len__(self) -> int:
        return self.facts.count

    def is_there(self) -> bool:
        """Whether its folder still is where it was opened."""
        return (self.folder / FACTS).is_file()

    def pictures(self, side: int, indexes: NDArray[np.int64]) -> Pictures:
        """Pictures at one resolution: uint8 [n, side, side, 3]."""
        return np.asarray(self._levels[side][indexes])

    def labels(self, indexes: NDArray[np.int64]) -> Labels:
        """Labels: float32 [n, L]."""
        return np.asarray(self._labels[indexes], np.float32)

    def names(self) -> list[str]:
        """A name for each picture, as the source called it."""
        return lines_of(self.folder / NAMES)


class DatasetWriter:
    """Packs pictures into a folder; `dataset.json` is written last, so that a folder without it is not finished.

    keep: so many pictures lie there already, whole, and more come behind them; `read_kept` must be run to its end then.
    As a context manager it closes its files; `finish` makes the data set whole.
    """

    def __init__(self, folder: Path, side: int, label_names: Sequence[str] = (), *, keep: int = 0) -> None:
        check_side(side)
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.side, self.label_names = folder, side, tuple(label_names)
        self.count = keep
        self.digest = hashlib.sha256()
        self.files = ExitStack()
        with self.files:
            self.levels = {side: self.opened(level_name(side), keep * 3 * side**2) for side in sides_to(side)}
            self.labels = self.opened(LABELS, keep * 4 * len(self.label_names)) if self.label_names else None
            self.names = self.opened(NAMES, sum(len(line.encode()) + 1 for line in kept_lines(folder / NAMES, keep)))
            self.files = self.files.pop_all()

    def opened(self, name: str, keep: int) -> BinaryIO:
        """A file of the folder cut to `keep` bytes, to write on from there."""
        path = self.folder / name
        file: BinaryIO = self.files.enter_context(path.open("r+b" if keep else "wb"))
        size = file.seek(0, os.SEEK_END)
        if size < keep:
            raise DatasetError(f"{path} has {size} bytes and should have {keep} at the least; build the data set anew")
        file.truncate(keep)
        file.seek(keep)
        return file

    def read_kept(self) -> Iterator[int]:
        """Take what was kept into the hash; yields how many pictures were read."""
        rows = (self.folder / LABELS).read_bytes() if self.labels else b""
        size = 4 * len(self.label_names)
        with (self.folder / level_name(self.side)).open("rb") as file:
            for index in range(self.count):
                self.digest.update(file.read(3 * self.side**2))
                self.digest.update(rows[index * size : (index + 1) * size])
                yield index + 1

    def add(self, picture: Pictures, name: str, label: Sequence[float] | Labels = ()) -> None:
        """A picture uint8 [side, side, 3] and its label [L]; smaller resolutions are means of 2x2 pixels."""
        if picture.shape != (self.side, self.side, 3) or picture.dtype != np.uint8:
            raise DatasetError(f"{name} is {picture.dtype} {picture.shape} and should be uint8 of side {self.side}")
        self.add_levels(pyramid(picture), name, label)

    def add_levels(self, levels: Sequence[Pictures], name: str, label: Sequence[float] | Labels = ()) -> None:
        """As `add`, a picture at every resolution as `pyramid` gives it."""
        if len(label) != len(self.label_names):
            raise DatasetError(f"{name} has {len(label)} labels where the data set has {len(self.label_names)}")
        for level in levels:
            self.levels[level.shape[0]].write(level.tobytes())
        row = np.asarray(label, "<f4").tobytes()
        if self.labels is not None:
            self.labels.write(row)
        self.digest.update(levels[0].tobytes() + row)
        self.names.write(one_line(name).encode() + b"\n")
        self.count += 1

    def picture(self, side: int, index: int) -> Pictures:
        """One that was added or kept, at one resolution: uint8 [side, side, 3]."""
        self.levels[side].flush()
        with (self.folder / level_name(side)).open("rb") as file:
            file.seek(index * 3 * side**2)
            return np.frombuffer(file.read(3 * side**2), np.uint8).reshape(side, side, 3)

    def flush(self) -> None:
        """Bring everything onto the disk."""
        for file in (*self.levels.values(), self.names, *([self.labels] if self.labels else [])):
            file.flush()
            os.fsync(file.fileno())

    def finish(self, title: str, source: str = "", licence: str = "", mirror_negates: Sequence[str] = ()) -> Facts:
        """Flush everything and write what the data set says of itself."""
        self.flush()
        self.close()
        facts = Facts(
            title=title,
            count=self.count,
            side=self.side,
            hash=self.digest.hexdigest(),
            label_names=self.label_names,
            mirror_negates=tuple(mirror_negates),
            source=source,
            licence=licence,
        )
        write_facts(self.folder, facts)
        return facts

    def close(self) -> None:
        """Close the files; what a full disk has not taken is lost, and `flush` has said so."""
        with suppress(OSError):
            self.files.close()

    def __enter__(self) -> DatasetWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def pyramid(picture: Pictures) -> list[Pictures]:
    """A picture [S, S, 3] and its means of 2x2 pixels down to 4 pixels, largest first, each rounded once."""
    levels, exact = [picture], picture.astype(np.float32)
    while exact.shape[0] > SMALLEST:
        # four slices are added ten times faster than an axis of two is averaged
        exact = (exact[::2, ::2] + exact[::2, 1::2] + exact[1::2, ::2] + exact[1::2, 1::2]) * np.float32(0.25)
        levels.append(np.rint(exact).astype(np.uint8))
    return levels


def read_facts(folder: Path) -> Facts:
    """What a data set says of itself; DatasetError where it is missing or says what cannot be."""
    path = folder / FACTS
    try:
        facts = msgspec.json.decode(path.read_bytes(), type=Facts)
    except FileNotFoundError as error:
        raise DatasetError(
            f"{folder} is not a data set: it has no {FACTS}; build one with `visagist dataset build`"
        ) from error
    except (OSError, msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise DatasetError(f"{path} cannot be read ({error})") from error
    if facts.version > FORMAT_VERSION:
        raise DatasetError(f"{path} is format {facts.version} and this program reads up to {FORMAT_VERSION}")
    check_side(facts.side)
    if facts.count < 0:
        raise DatasetError(f"{path} says that it has {facts.count} pictures")
    return facts


def write_facts(folder: Path, facts: Facts) -> None:
    """Write `dataset.json`."""
    text = msgspec.json.format(msgspec.json.encode(facts), indent=2)
    write_atomically(folder / FACTS, lambda file: file.write(text))


def mapped(path: Path, shape: tuple[int, ...], kind: type[Number]) -> NDArray[Number]:
    """A file of raw numbers as an array that stays on the disk; DatasetError where its size is another."""
    wanted = math.prod(shape) * np.dtype(kind).itemsize  # exact, whatever the file claims
    try:
        size = path.stat().st_size
        if size != wanted:
            raise DatasetError(f"{path} has {size} bytes and should have {wanted}; build the data set again")
        return np.memmap(path, kind, "r", shape=shape) if wanted else np.zeros(shape, kind)
    except OSError as error:
        raise DatasetError(f"{path} cannot be read ({error.strerror or error})") from error


def lines_of(path: Path) -> list[str]:
    """The lines of a text file: only a line feed ends one, where `splitlines` knows eleven ends."""
    try:
        return path.read_bytes().decode().split("\n")[:-1]
    except OSError as error:
        raise DatasetError(f"{path} cannot be read ({error.strerror or error})") from error
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path} is not text in UTF-8; build the data set anew") from error


def kept_lines(path: Path, keep: int) -> list[str]:
    return lines_of(path)[:keep] if keep else []


def one_line(name: str) -> str:
    """A name that fits a line of UTF-8; file systems allow line feeds and bytes that are no text."""
    return name.replace("\n", " ").encode("utf-8", "replace").decode()


def sides_to(side: int) -> tuple[int, ...]:
    """4, 8 ... side."""
    return tuple(2**power for power in range(2, side.bit_length()))


def check_side(side: int) -> None:
    """Raises DatasetError for a resolution that no network here has."""
    if not SMALLEST <= side <= LARGEST or side & (side - 1):
        raise DatasetError(f"a side of {side} pixels is not a power of two from {SMALLEST} to {LARGEST}")


def level_name(side: int) -> str:
    """The file of one resolution."""
    return f"level-{side}.u8"
