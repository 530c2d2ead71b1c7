"""visagist bench: a table, and JSON for machines."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.commands.progress import busy, follow
from engine.commands.recipes import DEFAULT_MODEL, add_model_options
from engine.errors import VisagistError
from engine.models.catalogue import resolve_model

if TYPE_CHECKING:
    from engine.bench.report import Report
    from engine.training.config import Architecture

REPEATS, TRAINING, QUICK = 15, 5, 3
MINUTES = 30.0  # of each run of --growing
FEEL, QUICK_FEEL = (30.0, 2000), (8.0, 100)  # seconds of play, gestures


def register(commands: Any) -> None:
    bench = commands.add_parser("bench", help="how fast this machine makes pictures")
    bench.add_argument("--json", metavar="FILE", type=Path, help="write the numbers to a file, too")
    bench.add_argument("--quick", action="store_true", help="fewer repeats: rough numbers within a minute")
    bench.add_argument("--threads", metavar="N", type=int, help="processor threads (default: one a core)")
    bench.add_argument(
        "--against", metavar="PROGRAM", help="openvino: the same network and threads, in turns with ours"
    )
    bench.add_argument(
        "--wheel", metavar="FILE", type=Path, help="the package that --against reads, where it is at hand"
    )
    bench.add_argument("--window", action="store_true", help="measure the window's start as well")
    bench.add_argument("--feel", action="store_true", help="play with the window for half a minute and more")
    bench.add_argument(
        "--networks", action="store_true", help="instead: other makers' networks on the CPU against their textbook form"
    )
    bench.add_argument(
        "--training",
        action="store_true",
        help="instead: training steps at 64 px against the package pro-gan-pth, on 2 threads by default",
    )
    bench.add_argument(
        "--growing",
        metavar="DATASET",
        type=Path,
        help="instead: how much sooner a network that grows learns a data set than one of full size from the start",
    )
    bench.add_argument("--minutes", metavar="M", type=float, help="of steps for each run of --growing (default: 30)")
    bench.add_argument("--architecture", choices=("style", "progan"), help="of the runs of --growing (default: style)")
    bench.add_argument("--picture", metavar="FILE", type=Path, help="where --growing draws its curves, as a PNG")
    add_model_options(bench)
    bench.set_defaults(run=run_bench)


def run_bench(args: argparse.Namespace) -> int:
    if args.against not in (None, "openvino"):
        raise VisagistError(f"--against knows openvino alone, not '{args.against}'")
    if args.threads is not None and not 1 <= args.threads <= 1024:
        raise VisagistError(f"threads are 1 to 1024, not {args.threads}")
    check_alone(args)
    repeats = QUICK if args.quick else REPEATS
    if args.networks:
        report = networks_report(args, repeats)
    elif args.training:
        report = training_report(args, QUICK if args.quick else TRAINING)
    elif args.growing is not None:
        report = growing_report(args)
    else:
        report = model_report(args, repeats)
    if args.json is not None:
        import msgspec

        from engine.paths import write_atomically

        write_atomically(args.json, msgspec.json.format(msgspec.json.encode(report), indent=2))
    print(report.table())
    return 0


def check_alone(args: argparse.Namespace) -> None:
    """Raises VisagistError for measurements, or options of them, that do not go together."""
    others = {"--networks": args.networks, "--training": args.training, "--growing": args.growing is not None}
    chosen = [name for name, asked in others.items() if asked]
    if len(chosen) > 1:
        raise VisagistError(f"{' and '.join(chosen)} are measured one at a time")
    if chosen and any((args.model, args.device, args.precision, args.against, args.window, args.feel)):
        raise VisagistError(
            f"{chosen[0]} measures its own networks on the CPU; leave other measurements and options of the model out"
        )
    if chosen != ["--growing"]:
        for name, value in (("minutes", args.minutes), ("architecture", args.architecture), ("picture", args.picture)):
            if value is not None:
                raise VisagistError(f"--{name} is an option of --growing, and --growing is not asked for")


def networks_report(args: argparse.Namespace, repeats: int) -> Report:
    """Other makers' networks."""
    with busy("getting ready"):
        import torch

        from engine.bench.networks import measure_networks, precisions
        from engine.bench.opening import measure_foreign
        from engine.bench.report import Report, machine

        if args.threads is not None:
            torch.set_num_threads(args.threads)
    measurements = follow(measure_foreign(min(repeats, 3)))
    measurements += follow(measure_networks(repeats))
    return Report(
        machine("random weights", "CPU", " and ".join(precisions()), "each against its textbook form"),
        tuple(measurements),
    )


def training_report(args: argparse.Namespace, repeats: int) -> Report:
    """Steps of our trainer and of another."""
    with busy("getting ready"):
        import torch

        from engine.bench.networks import precisions
        from engine.bench.report import Report, machine
        from engine.bench.training import MISSING, PEER, THREADS, is_here, measure_training

        torch.set_num_threads(args.threads or THREADS)
    measurements = follow(measure_training(repeats))
    against = f"against {PEER}" if is_here() else MISSING
    return Report(machine("random weights", "CPU", " and ".join(precisions()), against), tuple(measurements))


def growing_report(args: argparse.Namespace) -> Report:
    """A network that grows and one that does not."""
    with busy("getting ready"):
        import torch

        from engine.bench.curves import draw
        from engine.bench.growing import GrowthReport, measure_growing
        from engine.bench.report import machine
        from engine.devices import choose

        if args.threads is not None:
            torch.set_num_threads(args.threads)
        target = choose()
    architecture: Architecture = args.architecture or "style"
    minutes = MINUTES if args.minutes is None else args.minutes
    measurements, curves = follow(measure_growing(args.growing, minutes, architecture))
    if args.picture is not None:
        draw(args.picture, curves)
    facts = machine(f"learning {args.growing.name}", target.label, target.precision, architecture)
    return GrowthReport(facts, tuple(measurements), curves)


def model_report(args: argparse.Namespace, repeats: int) -> Report:
    """One model: pictures, openings, and what else was asked for."""
    path = resolve_model(args.model or DEFAULT_MODEL)
    with busy("opening the model"):
        import torch

        from engine.bench.cuda import measure_cuda
        from engine.bench.openvino import measure_openvino
        from engine.bench.pictures import measure_opening, measure_pictures, peak_memory
        from engine.bench.report import Report, machine_of
        from engine.bench.window import measure_feel, measure_window
        from engine.devices import choose
        from engine.models.model import open_model

        if args.threads is not None:
            torch.set_num_threads(args.threads)
        model = open_model(path, choose(args.device, args.precision))
    measurements = follow(measure_pictures(model, repeats))
    measurements += peak_memory()  # before any other program's memory is counted in
    measurements += measure_opening(model, min(repeats, 3))
    if args.against:
        measurements += follow(measure_openvino(model, repeats, args.wheel))
    if model.target.device == "cuda":
        measurements += follow(measure_cuda(model, repeats))
    if args.window:
        measurements += follow(measure_window(min(repeats, 5)))
    if args.feel:
        measurements += follow(measure_feel(*(QUICK_FEEL if args.quick else FEEL)))
    return Report(machine_of(model), tuple(measurements))
