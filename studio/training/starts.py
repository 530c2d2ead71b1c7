"""What a new run can go on from: a snapshot or a model, its sizes, and the run that it stands in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.job import Job, Progress
from engine.training.config import Config, read_config
from engine.training.dataset import FACTS
from engine.training.run import CONFIG, SNAPSHOTS
from studio.training.draft import Start

# settings that a run takes over from the one that it branches off; networks and levels follow from the snapshot
CARRIED = ("mirror", "augment", "augment_target", "mixing", "r1_gamma", "gp_weight", "ema_images", "precision", "seed")


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
    config = config_of(path)
    if config is None:
        return Origin(Start(path, header.title, sizes_of(path)), None)
    dataset = Path(config.dataset)
    settings = {key: getattr(config, key) for key in CARRIED}
    return Origin(Start(path, header.title, sizes_of(path), settings), dataset if (dataset / FACTS).is_file() else None)


def config_of(path: Path) -> Config | None:
    """The settings of the run that a snapshot stands in; None for any other file."""
    config = path.parent.parent / CONFIG
    return read_config(config) if path.parent.name == SNAPSHOTS and config.is_file() else None
