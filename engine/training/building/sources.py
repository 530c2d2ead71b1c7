"""Where pictures come from: a folder, a zip, the frames of a video. Names and bytes; nothing is decoded or unpacked."""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from engine.training.building.decode import Colour, Decoded, decode
from engine.training.building.kinds import Refusal, SourceError
from engine.training.dataset import one_line

LABEL_FILES = ("dataset.json", "labels.csv")  # the first wins
LABEL_LIMIT = 2**29  # bytes
LITTER = ("__MACOSX", "Thumbs.db", "desktop.ini")
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError)


@dataclass(frozen=True)
class Item:
    """One picture to be. load: decodes it for a side and a background, or raises Refusal; any thread may call it."""

    name: str
    load: Callable[[int, Colour], Decoded]


@dataclass(frozen=True)
class Found:
    """A file of a source. mark: changes with its content; fault: why it is of no use, where that is known already."""

    name: str
    mark: int = 0
    fault: str = ""


class Source(ABC):
    """An open source: the same source gives the same items in the same order.

    title: its name. fingerprint: of names and sizes. total: how many items, 0 where nobody knows before the end.
    """

    title: str
    fingerprint: str
    total: int

    @abstractmethod
    def items(self, start: int) -> Iterator[Item]:
        """The items from number `start` on."""

    def close(self) -> None:  # noqa: B027 (a folder has nothing to close)
        """Close its file."""


class Files(Source):
    """A source of files with names."""

    def __init__(self, path: Path, found: list[Found]) -> None:
        self.title = path.name
        self.found = sorted((one for one in found if not is_litter(one.name)), key=lambda one: one.name)
        self.pictures = [one for one in self.found if PurePosixPath(one.name).name not in LABEL_FILES]
        self.total = len(self.pictures)
        digest = hashlib.sha256()
        for one in self.pictures:
            digest.update(f"{one_line(one.name)}\n{one.mark}\n".encode())
        self.fingerprint = digest.hexdigest()

    @abstractmethod
    def open(self, name: str) -> BinaryIO:
        """One of the files; OSError or Refusal where that cannot be."""

    def names(self) -> list[str]:
        """The names of the items."""
        return [one_line(one.name) for one in self.pictures]

    def items(self, start: int) -> Iterator[Item]:
        for one in self.pictures[start:]:
            yield Item(one_line(one.name), self.loader(one))

    def loader(self, one: Found) -> Callable[[int, Colour], Decoded]:
        def load(side: int, background: Colour) -> Decoded:
            if one.fault:
                raise Refusal(one.fault)
            try:
                with self.open(one.name) as file:
                    return decode(file, side, background)
            except FileNotFoundError as error:
                raise SourceError(
                    f"{one.name} has gone from {self.title} since the build began; bring it back and give the same "
                    "command again: it goes on from there"
                ) from error
            except OSError as error:
                raise Refusal(f"it cannot be read ({error.strerror or error})") from error
            except BROKEN_ZIP as error:
                raise Refusal(f"the zip is damaged there ({error})") from error

        return load

    def find_labels(self) -> str | None:
        """The name of the file of labels that lies highest."""
        there = [PurePosixPath(one.name) for one in self.found if not one.fault]
        labels = [path for path in there if path.name in LABEL_FILES]
        return str(min(labels, key=lambda path: (len(path.parts), LABEL_FILES.index(path.name)))) if labels else None

    def read_labels(self, name: str) -> bytes:
        """The content of a file of labels."""
        try:
            with self.open(name) as file:
                content = file.read(LABEL_LIMIT + 1)
        except (OSError, Refusal, *BROKEN_ZIP) as error:
            raise SourceError(f"{name} in {self.title} cannot be read ({error})") from error
        if len(content) > LABEL_LIMIT:
            raise SourceError(f"{name} in {self.title} has more than {LABEL_LIMIT / 2**20:.0f} MB, which is too much")
        return content


class Folder(Files):
    """A folder and the folders in it."""

    def __init__(self, path: Path, found: list[Found]) -> None:
        super().__init__(path.resolve(), found)
        self.path = path

    def open(self, name: str) -> BinaryIO:
        return (self.path / name).open("rb")


class Archive(Files):
    """A zip; members are read where they stand, and no file is ever made from their names."""

    def __init__(self, path: Path) -> None:
        try:
            self.archive = zipfile.ZipFile(path)
        except (OSError, *BROKEN_ZIP) as error:
            raise SourceError(f"{path} cannot be read as a zip ({error}); fetch or pack it again") from error
        self.members = {info.filename.replace("\\", "/"): info for info in self.archive.infolist() if not info.is_dir()}
        super().__init__(path, [Found(name, info.CRC) for name, info in self.members.items()])

    def open(self, name: str) -> BinaryIO:
        info = self.members[name]
        if info.flag_bits & 1:
            raise Refusal("it is encrypted")
        if info.compress_type not in PACKINGS:
            raise Refusal("it is packed in a way that is not read here")
        return cast(BinaryIO, self.archive.open(info))

    def close(self) -> None:
        self.archive.close()


def scan(root: Path) -> Iterator[Found]:
    """Every file under a folder. Links to files are followed, links to folders are not: they may lead in a circle."""
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            entries = list(os.scandir(root / folder))
        except OSError as error:
            if not folder:
                raise SourceError(f"{root} cannot be read ({error.strerror or error})") from error
            yield Found(folder, fault=f"this folder cannot be read ({error.strerror or error})")
            continue
        for entry in entries:
            name = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                waiting.append(name)
            else:
                yield examined(entry, name)


def examined(entry: os.DirEntry[str], name: str) -> Found:
    """A file, or what is none: opening a pipe would wait for ever."""
    if entry.is_file():
        return Found(name, entry.stat().st_size)
    if entry.is_dir():
        return Found(name, fault="a link to a folder is not followed")
    return Found(name, fault="a link to nothing" if entry.is_symlink() else "neither a file nor a folder")


def is_litter(name: str) -> bool:
    """What systems leave beside pictures, and hidden files."""
    return any(part in LITTER or (part.startswith(".") and part not in (".", "..")) for part in name.split("/"))
