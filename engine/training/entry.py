"""Starting, resuming and branching off runs: what `visagist train` does."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType

import torch
from msgspec.structs import replace

from engine.devices import Target, choose
from engine.job import Job
from engine.paths import make_folder, runs_dir
from engine.training.config import Config, ConfigError, Precision, check, read_config, write_config
from engine.training.dataset import Dataset, DatasetError
from engine.training.run import RunError, RunFolder
from engine.training.tensorboard import open_board
from engine.training.together import joined
from engine.training.trainer import Trainer

BENIGN = (signal.SIGINT, signal.SIGTERM)


def new_run(config: Config, folder: Path, device: str | None = None) -> Job[str]:
    """Begin a run in a folder that has none. RunError where there is one, ConfigError for settings that cannot be."""
    config = placed(config)
    dataset, run, target = open_dataset(config), RunFolder(folder), target_of(config.precision, device)
    with joined(target.device) as together:
        if together.rank == 0:
            refuse_another(run)
        trainer = Trainer(config, run, dataset, target, together)
        said = trainer.take_start()
        if together.rank == 0:
            run.prepare()
        with ours(run, leads=together.rank == 0):
            if together.rank == 0:
                refuse_another(run)  # that came meanwhile
                write_config(run.config, config)
            return (yield from going(trainer, None, said))


def resume_run(folder: Path, device: str | None = None) -> Job[str]:
    """Go on from the newest checkpoint of a run."""
    run = RunFolder(folder)
    if not run.config.exists():
        raise RunError(f"{folder} is not a run: it has no {run.config.name}")
    config = read_config(run.config)
    try:
        dataset = open_dataset(config)
    except DatasetError as error:
        raise RunError(f"{error}; where the data set lies now can be written into {run.config}") from error
    target = target_of(config.precision, device)
    with joined(target.device) as together, ours(run, leads=together.rank == 0):
        trainer = Trainer(config, run, dataset, target, together)
        resumed_from = trainer.resume()
        return (yield from going(trainer, resumed_from, trainer.take_start() if resumed_from is None else []))


def placed(config: Config) -> Config:
    """The settings with paths that hold wherever the run is resumed from."""
    paths = {name: getattr(config, name) for name in ("dataset", "start", "inception")}
    return replace(config, **{name: str(Path(path).absolute()) for name, path in paths.items() if path})


def refuse_another(run: RunFolder) -> None:
    """Raises RunError where the folder holds a run."""
    if run.config.exists():
        raise RunError(
            f"{run.path} holds a run already; go on with `visagist train --resume {run.path}`, or name another"
        )


@contextmanager
def ours(run: RunFolder, *, leads: bool) -> Iterator[None]:
    """Hold a run. What was wished of the process before this one, to pause or to stop, is not wished of this one."""
    try:
        if leads:
            run.lock()
            control = run.control()
            if control.wish != "run":
                run.wish(replace(control, wish="run"))
        yield
    finally:
        run.release()


def going(trainer: Trainer, resumed_from: int | None, said: Sequence[str]) -> Job[str]:
    """Train; signals end it after a checkpoint. said: sentences about what it begins with."""
    if trainer.together.rank == 0 and (board := open_board(trainer.folder.path)) is not None:
        trainer.writing.chronicle.listeners.append(board.write)
    for sentence in said:
        trainer.note("info", sentence)
    with stopped_by_signals(trainer):
        return (yield from trainer.train(resumed_from))


def open_dataset(config: Config) -> Dataset:
    """The data set of a run, which its settings fit."""
    dataset = Dataset(Path(config.dataset))
    check(config, dataset.facts)
    return dataset


def target_of(precision: Precision, device: str | None) -> Target:
    """Where to train and in what: on CUDA bf16 where it has it, on the CPU what multiplies fastest."""
    if device is not None and device.startswith("cuda:"):
        index = device.partition(":")[2]
        count = torch.cuda.device_count()
        if not index.isdecimal() or int(index) >= count:
            raise ConfigError(f"there is no GPU {index}; this machine has {count}")
        torch.cuda.set_device(int(index))
        device = "cuda"
    chosen = choose(device, None if precision == "auto" else precision)
    if precision == "auto" and chosen.device == "cuda":
        return Target("cuda", "bf16" if torch.cuda.is_bf16_supported() else "f32")
    return chosen


def fresh_folder(name: str) -> Path:
    """A folder for a new run: the name, and when it began."""
    parent = make_folder(runs_dir())
    stem = f"{name}-{datetime.now():%Y%m%d-%H%M}"
    folder, number = parent / stem, 2
    while folder.exists():
        folder, number = parent / f"{stem}-{number}", number + 1
    return folder


@contextmanager
def stopped_by_signals(trainer: Trainer) -> Iterator[None]:
    """Ctrl-C and SIGTERM stop the run after its step; a second one ends the process at once."""

    def stop(number: int, frame: FrameType | None) -> None:
        trainer.stop()
        signal.signal(number, before[signal.Signals(number)])

    before = {number: signal.getsignal(number) for number in BENIGN}
    for number in BENIGN:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
