"""A data set packed for training: a folder of raw pictures at every resolution, mapped into memory when read.

`dataset.json` says what there is; `level-{side}.u8` holds uint8 [N, side, side, 3] of one resolution, one file for each
of 4, 8 ... side; `labels.f32` holds [N, L]; `names.txt` a line a picture. All numbers are little-endian.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TypeVar

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
        return (self.folder / NAMES).read_text("utf-8").splitlines()


class DatasetWriter:
    """Packs pictures into a folder; `dataset.json` is written last, so that a folder without it is not finished.

    As a context manager it closes its files; `finish` makes the data set whole.
    """

    def __init__(self, folder: Path, side: int, label_names: Sequence[str] = ()) -> None:
        check_side(side)
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.side, self.label_names = folder, side, tuple(label_names)
        self.count = 0
        self.digest = hashlib.sha256()
        self.levels = {side: (folder / level_name(side)).open("wb") for side in sides_to(side)}
        self.labels = (folder / LABELS).open("wb") if label_names else None
        self.names = (folder / NAMES).open("w", encoding="utf-8", newline="\n")

    def add(self, picture: Pictures, name: str, label: Sequence[float] | Labels = ()) -> None:
        """A picture uint8 [side, side, 3] and its label [L]; smaller resolutions are means of 2x2 pixels."""
        if picture.shape != (self.side, self.side, 3) or picture.dtype != np.uint8:
            raise DatasetError(f"{name} is {picture.dtype} {picture.shape} and should be uint8 of side {self.side}")
        if len(label) != len(self.label_names):
            raise DatasetError(f"{name} has {len(label)} labels where the data set has {len(self.label_names)}")
        for level in pyramid(picture):
            self.levels[level.shape[0]].write(level.tobytes())
        row = np.asarray(label, "<f4")
        if self.labels is not None:
            self.labels.write(row.tobytes())
        self.digest.update(picture.tobytes() + row.tobytes())
        self.names.write(name.replace("\n", " ") + "\n")
        self.count += 1

    def finish(self, title: str, source: str = "", licence: str = "", mirror_negates: Sequence[str] = ()) -> Facts:
        """Flush everything and write what the data set says of itself."""
        self.close(flush=True)
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

    def close(self, *, flush: bool = False) -> None:
        """Close the files; flush: onto the disk."""
        for file in (*self.levels.values(), self.names, *([self.labels] if self.labels else [])):
            if flush and not file.closed:
                file.flush()
                os.fsync(file.fileno())
            file.close()

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
        exact = exact.reshape(exact.shape[0] // 2, 2, exact.shape[1] // 2, 2, 3).mean((1, 3))
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
    wanted = int(np.prod(shape)) * np.dtype(kind).itemsize
    try:
        size = path.stat().st_size
        if size != wanted:
            raise DatasetError(f"{path} has {size} bytes and should have {wanted}; build the data set again")
        return np.memmap(path, kind, "r", shape=shape) if wanted else np.zeros(shape, kind)
    except OSError as error:
        raise DatasetError(f"{path} cannot be read ({error.strerror or error})") from error


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
