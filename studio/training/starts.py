"""What a new run can go on from: a snapshot or a model, its sizes, and the run that it stands in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.job import Job, Progress
from engine.training.config import read_config
from engine.training.run import CONFIG, SNAPSHOTS
from studio.training.draft import Start


@dataclass(frozen=True)
class Origin:
    """What a run goes on from, and the data set that it was trained on, where that is still there."""

    start: Start
    dataset: Path | None


def looking_at(path: Path) -> Job[Origin]:
    """VisagistError for a model that cannot learn here."""
    yield Progress(0, 1, f"Reading {path.name}")
    from engine.models.format import read_header  # torch is slow to import
    from engine.models.own_copy import making
    from engine.training.starting import sizes_of

    header = read_header((yield from making(path)))
    return Origin(Start(path, header.title, sizes_of(path)), dataset_of(path))


def dataset_of(path: Path) -> Path | None:
    """The data set of the run that a snapshot stands in."""
    config = path.parent.parent / CONFIG
    if path.parent.name != SNAPSHOTS or not config.is_file():
        return None
    dataset = Path(read_config(config).dataset)
    return dataset if (dataset / "dataset.json").is_file() else None
