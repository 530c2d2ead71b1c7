"""A glance at runs, for a list of many: which there are, and how far each one is."""

from __future__ import annotations

from os import SEEK_END
from pathlib import Path

from engine.paths import is_run
from engine.training.events import LONGEST
from engine.training.following import Run, RunFollower
from engine.training.run import CONFIG, EVENTS

TAIL = 2**15  # bytes at the end that tell how a run is


def glance(folder: Path) -> Run:
    """What a run is by now, from the first line and the last lines of its events: for a list of many runs."""
    follower = RunFollower(folder)
    try:
        with (folder / EVENTS).open("rb") as file:
            follower.take(file.readline(LONGEST))
            begin = file.seek(0, SEEK_END) - TAIL
            if begin > 0:
                file.seek(begin)
                file.readline(LONGEST)  # the rest of a line
            else:
                file.seek(0)
            for line in file.read(TAIL).splitlines():
                follower.take(line)
    except OSError:  # a run that has not begun to write
        return Run(folder)
    return follower.run


def runs_in(folder: Path) -> list[Path]:
    """The runs that lie in a folder, the latest first; a folder that cannot be read has none."""
    try:
        found = [path for path in folder.iterdir() if is_run(path)]
        return sorted(found, key=begun, reverse=True)
    except OSError:
        return []


def begun(folder: Path) -> float:
    """When a run was begun, so that the order of runs stays while they go on; unix seconds."""
    return next((path.stat().st_mtime for path in (folder / CONFIG, folder / EVENTS) if path.is_file()), 0.0)
