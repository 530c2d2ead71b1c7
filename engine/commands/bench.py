"""visagist bench: a table, and JSON for machines."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.commands.progress import busy, follow
from engine.commands.recipes import DEFAULT_MODEL, add_model_options
from engine.errors import VisagistError
from engine.models.catalogue import resolve_model

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
    add_model_options(bench)
    bench.set_defaults(run=run_bench)


def run_bench(args: argparse.Namespace) -> int:
    if args.against not in (None, "openvino"):
        raise VisagistError(f"--against knows openvino alone, not '{args.against}'")
    if args.threads is not None and not 1 <= args.threads <= 1024:
        raise VisagistError(f"threads are 1 to 1024, not {args.threads}")
    path = resolve_model(args.model or DEFAULT_MODEL)
    repeats = QUICK if args.quick else REPEATS
    with busy("opening the model"):
        import msgspec
        import torch

        from engine.bench.cuda import measure_cuda
        from engine.bench.openvino import measure_openvino
        from engine.bench.pictures import measure_opening, measure_pictures, peak_memory
        from engine.bench.report import Report, machine_of
        from engine.bench.window import measure_feel, measure_window
        from engine.devices import choose
        from engine.models.model import open_model
        from engine.paths import write_atomically

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
    report = Report(machine_of(model), tuple(measurements))
    if args.json is not None:
        write_atomically(args.json, msgspec.json.format(msgspec.json.encode(report), indent=2))
    print(report.table())
    return 0
