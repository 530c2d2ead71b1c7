"""The renders that wait or were interrupted, oldest first: a small file each, so that several programs may add some."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
from msgspec import Struct

from engine.errors import VisagistError
from engine.paths import data_dir, make_folder, plain_words, write_atomically

FOLDER = ".rendering"  # what a folder of finished segments is called, behind the name of the video
LIMIT = 2**16  # bytes of an entry


class Entry(Struct, frozen=True):
    """output: the file that is to be made; its plan lies beside it."""

    output: str


def queue_dir() -> Path:
    """Where the entries lie."""
    return data_dir() / "renders"


def add(output: Path) -> None:
    """Put a render that was begun at the end of the queue; once is enough."""
    output = output.absolute()
    if output not in waiting():
        make_folder(queue_dir())
        write_atomically(queue_dir() / f"{time.time_ns():020d}.json", msgspec.json.encode(Entry(str(output))))


def waiting() -> list[Path]:
    """The outputs of all renders that are not finished; entries of those that are gone are cleared away."""
    found: list[Path] = []
    for path in sorted(queue_dir().glob("*.json")):
        output = output_of(path)
        if output is not None and output.with_name(output.name + FOLDER).is_dir():
            found.append(output)
        else:
            with plain_words(path):
                path.unlink(missing_ok=True)
    return found


def remove(output: Path) -> None:
    """Take a render out of the queue, wherever it stands."""
    for path in queue_dir().glob("*.json"):
        if output_of(path) == output.absolute():
            with plain_words(path):
                path.unlink(missing_ok=True)


def move(output: Path, *, first: bool) -> None:
    """Put a waiting render at the front or at the end; VisagistError where it does not wait."""
    if output.absolute() not in waiting():
        raise VisagistError(f"{output}: this render does not wait")
    names = sorted(int(path.stem) for path in queue_dir().glob("*.json"))
    place = max(names[0] - 1, 0) if first else time.time_ns()
    remove(output)
    write_atomically(queue_dir() / f"{place:020d}.json", msgspec.json.encode(Entry(str(output.absolute()))))


def output_of(path: Path) -> Path | None:
    """What an entry names; None where it is no entry, or another program just took it."""
    try:
        with path.open("rb") as file:
            return Path(msgspec.json.decode(file.read(LIMIT), type=Entry).output)
    except (OSError, msgspec.DecodeError):
        return None
