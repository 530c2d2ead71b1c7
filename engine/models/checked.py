"""Model files whose content was compared with its hash before, and which have not changed since.

The hash finds damage and says which model a file holds; it keeps nobody out, since whoever can write a file can write
its hash. So it is enough to compare once: size, time and inode tell a file that was replaced or written to. That the
tensors lie inside the file is checked every time.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from pathlib import Path

from torch import Tensor

from engine.errors import VisagistError
from engine.models.format import Header, check_content, read_model
from engine.paths import cache_dir, make_folder, write_atomically

YOUNG = 2 * 10**9  # ns, the coarsest clock of a file system: a younger file may change again and keep its time

log = logging.getLogger(__name__)


def load_checked(path: Path) -> tuple[Header, dict[str, Tensor]]:
    """Header and tensors, memory-mapped; the content is read whole only where the file is not known to be sound.

    Raises ModelFileError.
    """
    note, stamp = note_of(path), stamp_of(path)
    header, tensors = read_model(path)
    if not stamp or said(note) != stamp:
        check_content(path, header, tensors)
        if stamp and time.time_ns() - stamp[1] > YOUNG and stamp_of(path) == stamp:
            keep(note, stamp)
    return header, tensors


def note_of(path: Path) -> Path:
    """Where it is noted how a file was when its content was compared."""
    return cache_dir() / "models" / f"{hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:32]}.checked"


def stamp_of(path: Path) -> list[int]:
    """What a file is told by without reading it: size, time, inode; empty where there is none."""
    try:
        state = path.stat()
    except OSError:
        return []
    return [state.st_size, state.st_mtime_ns, state.st_ino]


def said(note: Path) -> object:
    """What a note says, or None."""
    try:
        return json.loads(note.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


def keep(note: Path, stamp: list[int]) -> None:
    """Write a note; without a writable cache the content is compared again the next time."""
    try:
        make_folder(note.parent)
        write_atomically(note, json.dumps(stamp).encode())
    except VisagistError as error:
        log.warning("%s", error)
