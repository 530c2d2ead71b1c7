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

REPEATS, QUICK = 15, 3
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
    add_model_options(bench)
    bench.set_defaults(run=run_bench)


def run_bench(args: argparse.Namespace) -> int:
    if args.against not in (None, "openvino"):
        raise VisagistError(f"--against knows openvino alone, not '{args.against}'")
    if args.threads is not None and not 1 <= args.threads <= 1024:
        raise VisagistError(f"threads are 1 to 1024, not {args.threads}")
    repeats = QUICK if args.quick else REPEATS
    if args.networks:
        if any((args.model, args.device, args.precision, args.against, args.window, args.feel)):
            raise VisagistError(
                "--networks measures its own networks on the CPU; leave other measurements and options of the model out"
            )
        report = networks_report(args, repeats)
    else:
        report = model_report(args, repeats)
    if args.json is not None:
        import msgspec

        from engine.paths import write_atomically

        write_atomically(args.json, msgspec.json.format(msgspec.json.encode(report), indent=2))
    print(report.table())
    return 0


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
