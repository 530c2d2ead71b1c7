"""A foreign file's own copy: our format in the cache, so that the second opening maps a file and reads no pickle."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from contextlib import suppress
from pathlib import Path

import msgspec
from torch import Tensor

from engine.errors import ModelFileError
from engine.job import Job, Progress, finish
from engine.models.checked import load_checked
from engine.models.format import KEY, Header, save_model
from engine.paths import cache_dir, make_folder, write_atomically

VERSION = 3  # of the readers: a higher one makes every copy anew
ROOM = 6 * 2**30  # bytes of all copies; the ones unused for longest go first
HEAD = 2**20  # bytes at the start of our own file in which it says what it is

log = logging.getLogger(__name__)


def load_any(path: Path) -> tuple[Path, Header, dict[str, Tensor]]:
    """Header and tensors of a file, a foreign one's from its copy; and the path where they were found.

    A copy that was damaged is made anew. Raises ModelFileError for a file that holds no known network.
    """
    found = own_form(path)
    try:
        return found, *load_checked(found)
    except ModelFileError as error:
        if found == path:
            raise
        log.warning("%s", error)
    found.unlink(missing_ok=True)
    found = own_form(path)
    return found, *load_checked(found)


def own_form(path: Path) -> Path:
    """As `making`, waited for."""
    return finish(making(path))


def making(path: Path) -> Job[Path]:
    """The file itself where it is in our format, else its copy in the cache, made now where there is none.

    Raises ModelFileError for a file that holds no known network. Nothing of the file is run.
    """
    if not path.is_file() or is_own(path):
        return path
    copy = made_before(path)
    if copy is None:
        yield Progress(0, 2, f"reading the networks of {path.name}")
        from engine.models.foreign import own_parts, plain_name  # the readers are slow to import

        note, stamp = note_of(path), stamp_of(path)
        header, tensors = own_parts(path, plain_name(path.stem))
        yield Progress(1, 2, "keeping a copy that opens at once")
        copy = make_folder(note.parent) / copy_name(header)
        save_model(copy, header, tensors)
        write_atomically(note, json.dumps({"stamp": stamp, "copy": copy.name}).encode())
        make_room(copy)
    with suppress(OSError):  # a read-only cache still serves
        os.utime(copy, ns=(time.time_ns(), copy.stat().st_mtime_ns))
    return copy


def copy_name(header: Header) -> str:
    """By the tensors and by all that is said of them: files of the same tensors may differ in that."""
    return f"{header.hash[:32]}-{hashlib.sha256(msgspec.json.encode(header)).hexdigest()[:16]}.safetensors"


def known_form(path: Path) -> Path | None:
    """The file itself where it is in our format, or its copy where one was made before; nothing slow is done."""
    return path if is_own(path) else made_before(path)


def made_before(path: Path) -> Path | None:
    """The copy of a foreign file as it is now, where there is one."""
    return recalled(note_of(path), stamp_of(path))


def note_of(path: Path) -> Path:
    """Where it is noted which copy a file has."""
    return cache_dir() / "models" / f"{hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:32]}.json"


def stamp_of(path: Path) -> list[int]:
    """What a file is told by without reading it: the version of the readers, size, time."""
    state = os.stat(path)
    return [VERSION, state.st_size, state.st_mtime_ns]


def is_own(path: Path) -> bool:
    """Whether a file is one of ours, be it damaged: it starts like one, and says so."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise ModelFileError(path, f"it cannot be read ({error.strerror or error})") from error
    return head[8:9] == b"{" and f'"{KEY}"'.encode() in head


def recalled(note: Path, stamp: list[int]) -> Path | None:
    """The copy that a note names, where the file has not changed since and the copy is still there."""
    try:
        said = json.loads(note.read_bytes())
    except (OSError, ValueError):
        return None
    name = said.get("copy") if isinstance(said, dict) and said.get("stamp") == stamp else None
    if not isinstance(name, str) or Path(name).name != name:
        return None
    copy = note.with_name(name)
    return copy if copy.is_file() else None


def make_room(keep: Path) -> None:
    """Remove the copies unused for longest until the rest fits; the one to keep stays."""
    copies = sorted(keep.parent.glob("*.safetensors"), key=lambda path: path.stat().st_atime, reverse=True)
    room = ROOM - keep.stat().st_size
    for copy in copies:
        if copy == keep:
            continue
        room -= copy.stat().st_size
        if room < 0:
            with suppress(OSError):  # another window may hold it open
                copy.unlink()
