"""Writing files whole or not at all: a temporary name in the same folder, flushed, then renamed."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import VisagistError

REASONS = {
    errno.ENOSPC: "the disk is full; make room and try again",
    errno.EDQUOT: "the disk quota is used up; make room and try again",
    errno.EACCES: "writing there is not permitted; choose another folder",
    errno.EPERM: "writing there is not permitted; choose another folder",
    errno.EROFS: "that disk is read-only; choose another folder",
    errno.ENOENT: "the folder does not exist; create it or choose another",
    errno.ENOTDIR: "part of the path is a file, not a folder; choose another",
    errno.EISDIR: "that is a folder; give a file name",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Give a temporary path to write to; on success it is flushed and takes the name `path`, else it is removed.

    Raises VisagistError with one sentence for a full disk, a missing folder, no permission.
    """
    temporary = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        yield temporary
        flush(temporary)
        os.replace(temporary, path)
    except OSError as error:
        raise VisagistError(cannot_write(path, error)) from error
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a small file whole or not at all."""
    with writing(path) as temporary:
        temporary.write_bytes(content)


def make_folder(path: Path) -> Path:
    """The folder, made with its parents where they are missing."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise VisagistError(cannot_write(path, error)) from error
    return path


def cannot_write(path: Path, error: OSError) -> str:
    """One sentence: which path, why, what to do."""
    return f"cannot write {path}: {REASONS.get(error.errno or 0, error.strerror or str(error))}"


def flush(path: Path) -> None:
    """Make the operating system put the file on the disk before it gets its name."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
