"""visagist train: a run in this terminal."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.commands.progress import follow, note
from engine.errors import VisagistError

if TYPE_CHECKING:
    from engine.training.config import Config

NAMES = {"start": "--from"}  # of options that the program calls otherwise


def register(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("train", help="train a network on pictures of your own")
    parser.add_argument("source", nargs="?", type=Path, help="a data set (a folder made by dataset build), or settings")
    parser.add_argument("-o", "--out", type=Path, help="the run's folder; made for you otherwise")
    parser.add_argument("--resume", type=Path, metavar="RUN", help="go on with a run")
    parser.add_argument("--side", type=int, help="of the pictures to learn; that of the data set otherwise")
    parser.add_argument("--architecture", choices=("style", "progan"), help="style-based (2018), or progressive (2017)")
    parser.add_argument("--preset", choices=("quick", "overnight", "long"), help="how many pictures are shown")
    parser.add_argument("--images", type=int, help="shorten or lengthen the run to so many pictures")
    parser.add_argument("--from", type=Path, dest="start", metavar="MODEL", help="let a model's networks learn on")
    parser.add_argument("--probe", action="store_true", help="only measure how fast it would go: JSON lines")
    parser.add_argument("--find-batch", action="store_true", help="measure first, and take the fastest batches")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="any other setting")
    parser.add_argument("--device", help="cuda, cuda:1, mps or cpu; the best one otherwise")
    parser.add_argument("--threads", type=int, help="of the CPU; all otherwise")
    parser.set_defaults(run=train)


def train(args: argparse.Namespace) -> int:
    """Train until the end, or until somebody stops it."""
    if (args.source is None) == (args.resume is None):
        raise VisagistError("name a data set or settings to begin with, or a run with --resume")
    if args.threads is not None and not 1 <= args.threads <= 1024:
        raise VisagistError(f"--threads is {args.threads} and should be from 1 to 1024")
    if args.resume is not None:
        refuse_settings(args)
    import torch

    from engine.training.entry import fresh_folder, new_run, resume_run
    from engine.training.glance import glance
    from engine.training.together import processes

    if args.threads is not None:
        torch.set_num_threads(args.threads)
    if processes() > 1:
        refuse_alone(args)
    if args.resume is not None:
        folder, job = args.resume, resume_run(args.resume, args.device)
    else:
        config = settings(args)
        if args.probe or args.find_batch:
            config = measured(config, args)
            if args.probe:
                return 0
        folder = args.out or fresh_folder(Path(config.dataset).name)
        job = new_run(config, folder, args.device)
    state = follow(job)
    more = f"; go on with `visagist train --resume {folder}`" if state == "stopped" else ""
    why = glance(folder).why if state == "failed" else ""
    note(f"{state}: {folder}{more}" + (f": {why}" if why else ""))
    return 1 if state == "failed" else 0


def refuse_settings(args: argparse.Namespace) -> None:
    """A run keeps the settings that it began with."""
    begins = ("out", "side", "architecture", "preset", "images", "start", "probe", "find_batch", "set")
    given = [NAMES.get(name, f"--{name.replace('_', '-')}") for name in begins if getattr(args, name)]
    if given:
        raise VisagistError(
            f"{given[0]} is for a new run; the settings of one that goes on stand in {args.resume / 'config.json'}"
        )


def refuse_alone(args: argparse.Namespace) -> None:
    """Several processes train the same run: none of them may find out anything for itself."""
    if args.probe or args.find_batch:
        raise VisagistError("several processes cannot measure; find the batches with one and give them in settings")
    if args.resume is None and args.out is None:
        raise VisagistError("where several processes train, name the run's folder with -o")


def measured(config: Config, args: argparse.Namespace) -> Config:
    """The settings with the batches that are fastest here; each level's rate is printed when it is only measured."""
    import msgspec

    from engine.training.entry import target_of
    from engine.training.probe import Speed, probe, with_batches

    def tell(speed: Speed) -> None:
        if args.probe:
            print(msgspec.json.encode(speed).decode(), flush=True)

    speeds = follow(probe(config, target_of(config.precision, args.device), tell))
    return with_batches(config, speeds)


def settings(args: argparse.Namespace) -> Config:
    """The settings that the arguments tell."""
    from engine.training.config import changed, default_config, read_config, shortened
    from engine.training.dataset import Dataset

    given = {
        name: getattr(args, name) for name in ("side", "architecture", "preset") if getattr(args, name) is not None
    }
    if args.source.is_dir():
        facts = Dataset(args.source).facts
        if args.start is None:
            config = default_config(args.source, facts, **given)
        else:
            from engine.training.starting import config_from

            config = config_from(args.start, args.source, facts, **given)
    elif given or args.start is not None:
        given |= {} if args.start is None else {"start": args.start}
        raise VisagistError(f"{args.source} tells {', '.join(given)} itself; change it with --set")
    else:
        config = read_config(args.source)
    if args.images is not None:
        if args.images < 1:
            raise VisagistError(f"--images is {args.images} and should be at least 1")
        config = shortened(config, args.images)
    return changed(config, args.set)
