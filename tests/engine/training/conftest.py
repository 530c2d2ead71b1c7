"""Small data sets and small runs, for everything that trains."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.devices import Target
from engine.training.config import Config, Level, write_config
from engine.training.dataset import Dataset, DatasetWriter
from engine.training.run import RunFolder
from engine.training.trainer import Trainer

ROOT = Path(__file__).resolve().parents[3]


def blobs(count: int, side: int, seed: int = 0) -> np.ndarray:
    """Discs of one colour on another, somewhere near the middle: uint8 [count, side, side, 3]."""
    chance = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side] / side
    pictures = np.empty((count, side, side, 3), np.uint8)
    for picture in pictures:
        centre, radius = chance.uniform(0.35, 0.65, 2), chance.uniform(0.15, 0.3)
        disc = np.clip((radius - np.hypot(x - centre[0], y - centre[1])) * side, 0, 1)[:, :, None]
        inside, outside = chance.uniform(120, 255, 3), chance.uniform(0, 120, 3)
        picture[:] = np.rint(outside + (inside - outside) * disc)
    return pictures


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Networks as small as these are slower on more, and equal to the bit only on as many."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """200 discs of 16 pixels, with the label of their brightness."""
    folder = tmp_path_factory.mktemp("data") / "discs"
    with DatasetWriter(folder, 16, ("brightness",)) as writer:
        for i, picture in enumerate(blobs(200, 16)):
            writer.add(picture, f"{i}.png", [picture.mean() / 255])
        writer.finish("Discs", "drawn here", "CC0 1.0")
    return Dataset(folder)


@pytest.fixture
def config(dataset: Dataset) -> Config:
    """A run of a few hundred pictures of at most 16 pixels."""
    return Config(
        dataset=str(dataset.folder),
        architecture="style",
        side=16,
        levels=(Level(8, 0, 128, 8, 2e-3), Level(16, 128, 128, 8, 2e-3)),
        precision="f32",
        z_dim=16,
        w_dim=16,
        mapping_layers=2,
        widest=16,
        base=256,
        tick_images=64,
        checkpoint_ticks=1,
        snapshot_ticks=2,
        sample_columns=4,
        sample_rows=2,
        r1_every=4,
        metric_images=10**9,
        metric_pictures=16,
    )


@pytest.fixture
def trainer() -> Iterator[Callable[..., Trainer]]:
    """Makes trainers on new run folders, and closes them."""
    made: list[RunFolder] = []

    def make(config: Config, dataset: Dataset, folder: Path, **more: object) -> Trainer:
        made.append(RunFolder(folder))
        made[-1].prepare()
        write_config(made[-1].config, config)
        return Trainer(config, made[-1], dataset, Target("cpu", "f32"), **more)  # type: ignore[arg-type]

    yield make
    for folder in made:
        folder.release()


def give_room(monkeypatch: pytest.MonkeyPatch, training: Trainer, most: int) -> None:
    """Memory for a step of so many pictures and no more."""
    real_step = training.learner.step

    def step(real: torch.Tensor, *args: object, **more: object) -> object:
        if len(real) > most:
            raise torch.OutOfMemoryError("out of memory")
        return real_step(real, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(training.learner, "step", step)


def visagist(*args: object, threads: int = 1, **extra: str) -> subprocess.Popen[str]:
    """The command line as a process of its own, one thread by default so that runs are equal to the bit."""
    environment = os.environ | {"OMP_NUM_THREADS": str(threads)} | extra
    return subprocess.Popen(
        [sys.executable, "-m", "engine.cli", *map(str, args)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def events(folder: Path, kind: str = "") -> list[dict]:
    """The records of a run, of one kind."""
    lines = (folder / "events.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines if line.endswith("}")]
    return [record for record in records if not kind or record["event"] == kind]
