"""What a new run can go on from: a snapshot or a model, told by its header and by the run it stands in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.errors import VisagistError
from engine.job import Job, Progress
from engine.training.config import read_config
from engine.training.run import CONFIG, SNAPSHOTS
from studio.training.draft import Start

ARCHITECTURES = {"stylegan2": "style", "progan": "progan"}  # family of a model file -> what trains it


@dataclass(frozen=True)
class Origin:
    """What a run goes on from, and the data set that it was trained on, where that is still there."""

    start: Start
    dataset: Path | None


def looking_at(path: Path) -> Job[Origin]:
    """VisagistError for a model that cannot be trained here."""
    yield Progress(0, 1, f"Reading {path.name}")
    from engine.models.format import read_header  # torch is slow to import
    from engine.models.own_copy import making

    header = read_header((yield from making(path)))
    architecture = ARCHITECTURES.get(header.family)
    side = header.hyper.get("resolution")
    if architecture is None or not isinstance(side, int | float):
        raise VisagistError(
            f"{header.title} cannot be trained on: it is of the family {header.family}; "
            "a run goes on from a StyleGAN2 or a progressive GAN"
        )
    return Origin(Start(path, header.title, architecture, int(side)), dataset_of(path))


def dataset_of(path: Path) -> Path | None:
    """The data set of the run that a snapshot stands in."""
    config = path.parent.parent / CONFIG
    if path.parent.name != SNAPSHOTS or not config.is_file():
        return None
    dataset = Path(read_config(config).dataset)
    return dataset if (dataset / "dataset.json").is_file() else None
