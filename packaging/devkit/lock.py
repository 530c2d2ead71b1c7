"""One set-up at a time in one checkout; the system frees the lock when its owner ends, however it ends."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

PAUSE = 0.3


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock file while the body runs; wait, and say so, while another holds it."""
    with open(path, "ab") as file:
        waiting = False
        while not taken(file):
            if not waiting:
                print("Another set-up of this checkout is at work; waiting for it ...", flush=True)
            waiting = True
            time.sleep(PAUSE)
        yield


def taken(file: BinaryIO) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
