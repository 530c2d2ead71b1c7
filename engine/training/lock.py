"""Whether somebody holds a run's lock; asking takes nothing from anyone."""

from __future__ import annotations

import sys
from pathlib import Path


def is_held(path: Path) -> bool:
    """Whether a process holds the lock of this file; a file that is not there is held by nobody."""
    try:
        with path.open("r+b") as file:
            return not could_take(file.fileno())
    except FileNotFoundError:
        return False
    except PermissionError:  # Windows refuses to open what another holds
        return True


def could_take(handle: int) -> bool:
    """Try, and let go at once."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(handle, fcntl.LOCK_UN)
    return True
