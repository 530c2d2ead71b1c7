"""One process at a time: a lock file that the system frees when its holder ends, however it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from engine.errors import VisagistError
from engine.paths import plain_words

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


@contextmanager
def held(path: Path, busy: str) -> Iterator[BinaryIO]:
    """Hold the lock file while the body runs, and remove it afterwards; the body may write into it.

    busy: the sentence of the VisagistError that is raised where somebody else holds it.
    """
    with plain_words(path):
        taken_file = take(path, busy)
    with taken_file as file:
        try:
            yield file
        finally:
            if sys.platform != "win32":  # there an open file cannot go, so it stays
                path.unlink(missing_ok=True)


def is_held(path: Path) -> bool:
    """Whether a process holds the lock of this file; a file that is not there is held by nobody.

    Nor is one on a disk that knows no locks or cannot be read.
    """
    try:
        with path.open("rb") as file:  # whoever only looks may have nothing to write there
            return not locked(file, shared=True)
    except PermissionError:  # Windows refuses to open what another holds
        return True
    except OSError:
        return False


def take(path: Path, busy: str) -> BinaryIO:
    """The open lock file, locked."""
    while True:
        file = path.open("ab")
        if not locked(file):
            file.close()
            raise VisagistError(busy)
        if is_still(path, file):
            return file
        file.close()  # its holder removed it between our opening and our locking


def locked(file: BinaryIO, *, shared: bool = False) -> bool:
    """Lock an open file; False where it is locked.

    shared: together with all others who only look, so that they do not take each other for the holder.
    """
    try:
        if sys.platform == "win32":
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def is_still(path: Path, file: BinaryIO) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False
