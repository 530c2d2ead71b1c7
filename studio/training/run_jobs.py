"""The jobs of steering runs: what is wished of one, how its process ended, and making a model of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import VisagistError
from engine.job import Job, Progress
from engine.paths import make_folder
from engine.training.run import CONFIG, LOCK, SNAPSHOTS, RunFolder
from studio.workers.training import LOG, Watched, last_words

PROPER_ENDS = ("finished", "stopped")


@dataclass(frozen=True)
class Ended:
    """How a training process ended. wrong: a sentence, where it should not have."""

    folder: Path
    state: str
    wrong: str


def steer(folder: Path, wishes: Mapping[str, Any]) -> None:
    """Change what is wished of a run; VisagistError where it cannot be written.

    A run on another machine is in nobody's way here, so it is not asked to rest.
    """
    wished = dict(wishes) if trains_here(folder) else {key: wishes[key] for key in wishes if key != "rest_until"}
    if wished:
        run = RunFolder(folder)
        run.wish(msgspec.structs.replace(run.control(), **wished))


def trains_here(folder: Path) -> bool:
    """Whether the process that has the run is one of this machine."""
    import psutil  # a start of the window must not wait for it

    try:
        return bool(psutil.pid_exists(int((folder / LOCK).read_bytes())))
    except (OSError, ValueError):
        return False


def steering(folder: Path, wishes: Mapping[str, Any]) -> Job[None]:
    """As `steer`, before anybody can stop it."""
    steer(folder, wishes)
    yield Progress(1, 1, "Steering the run")


def beginning(folder: Path, share: float) -> Job[None]:
    """Make the folder of a new run; VisagistError where there is one of that name."""
    yield Progress(0, 1, "Making the run's folder")
    if (folder / CONFIG).exists():
        raise VisagistError(f"there is a run {folder.name} already; give the new one another name")
    make_folder(folder)
    steer(folder, {"wish": "run", "share": share})


def judging(one: Watched) -> Job[Ended]:
    """How a process ended, by its events and, where they do not tell, by its last words."""
    yield Progress(0, 1, "Reading the run")
    from engine.training.glance import glance  # brings numpy, which a start must not wait for

    run = glance(one.folder)
    if run.state in PROPER_ENDS and one.process.returncode == 0:
        return Ended(one.folder, run.state, "")
    said = last_words(one) or run.why
    return Ended(one.folder, run.state, said or f"it ended without a word; {LOG} in its folder may tell more")


def publishing(folder: Path) -> Job[Path]:
    """Put the best snapshot of a run among the models."""
    yield Progress(0, 3, "Reading the run")
    from engine.training.publish import publish

    return (yield from publish(folder))


def learning(folder: Path, model: Path) -> Job[int]:
    """Sliders out of the labels of a run's data set, if it has any; gives how many."""
    yield Progress(0, 0, "Reading the labels")
    from engine.sliders import learn_sliders

    lesson = yield from learn_sliders(folder, model)
    return 0 if lesson is None else len(lesson.pack.directions)


def newest_snapshot(folder: Path) -> Path | None:
    """The last snapshot that a run kept."""
    return max(RunFolder(folder).files(SNAPSHOTS), default=None)
