"""Run folders as a trainer leaves them, for tests of what starts and steers runs."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np

from engine.training.config import Config, default_config, write_config
from engine.training.dataset import Dataset, DatasetWriter
from engine.training.run import Control, RunFolder
from tests.nets import save_tiny


def make_store(folder: Path, count: int = 40, side: int = 32, labels: tuple[str, ...] = ()) -> Path:
    """A data set of noise with a colour of its own for each picture."""
    random = np.random.default_rng(0)
    with DatasetWriter(folder, side, labels) as writer:
        for number in range(count):
            colour = random.integers(0, 200, 3)
            picture = (random.integers(0, 55, (side, side, 3)) + colour).astype(np.uint8)
            writer.add(picture, f"{number}.png", [float(number)] * len(labels))
        writer.finish(folder.name, source="a test", licence="CC0 1.0")
    return folder


def make_run(folder: Path, store: Path, *, state: str = "running", snapshots: tuple[int, ...] = ()) -> RunFolder:
    """A run with its settings, its first events, a state, and snapshots at so many images."""
    run = RunFolder(folder)
    run.prepare()
    run.lock()
    config = config_of(store)
    write_config(run.config, config)
    run.record(
        "start",
        0,
        0,
        device="CPU",
        precision="f32",
        architecture="style",
        side=config.side,
        dataset=config.dataset,
        resumed_from=None,
        total=config.images,
        plan=[],
    )
    for images in snapshots:
        file = run.file("snapshots", images, ".safetensors")
        save_tiny(file, seed=images, name=folder.name, licence="CC0 1.0")
        run.record("snapshot", images, 1, file=f"snapshots/{file.name}", side=config.side, alpha=1.0)
    run.record("state", max(snapshots, default=0), 1, state=state, why="")
    return run


def make_snapshot(file: Path, store: Path, side: int = 16, architecture: str = "progan") -> None:
    """What a run of an architecture that has learned nothing yet would keep."""
    from engine.training.architectures import LEARNERS
    from engine.training.networks.shape import Grown
    from engine.training.snapshots import save_snapshot

    facts = Dataset(store).facts
    config = default_config(store, Dataset(store).facts, side=side, architecture=architecture)
    config = msgspec.structs.replace(config, widest=8, base=64, z_dim=8, w_dim=8)
    learner = LEARNERS[architecture](config, config.shape(0))
    save_snapshot(file, learner, facts, Grown(side), 500, "one")


def config_of(store: Path) -> Config:
    """The quick preset."""
    return default_config(store, Dataset(store).facts, side=16)


def wishes(folder: Path) -> Control:
    """What stands in a run's control.json."""
    return RunFolder(folder).control()
