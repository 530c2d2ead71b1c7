"""visagist soak: a show in constant trouble, for as long as one likes, and what it does to memory and picture."""

from __future__ import annotations

import argparse
import importlib
from typing import Any

from engine.checks import check_number
from engine.errors import VisagistError
from engine.project import ModelReference

MINUTES = 10.0
LONGEST = 60.0 * 24 * 60


def register(commands: Any) -> None:
    parser = commands.add_parser(
        "soak",
        help="play a show in constant trouble, and measure it",
        description="Play a show at speed on screens that are not there, with visitors, changes of scene, model and "
        "screen, and faults of the engine in no order; then say how memory grew, how many beats of the screen were "
        "dropped, how often the engine began again, and how long the wall was black.",
    )
    parser.add_argument("models", metavar="MODEL", nargs="*", default=["ffhq"], help="what plays (default ffhq)")
    parser.add_argument("--minutes", metavar="N", type=float, default=MINUTES, help=f"how long (default {MINUTES:g})")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="of the trouble")
    parser.set_defaults(run=run_soak)


def run_soak(args: argparse.Namespace) -> int:
    check_number("the time of a soak in minutes", args.minutes, 0.01, LONGEST)
    from engine.models.catalogue import resolve_model
    from engine.models.format import read_header
    from engine.models.own_copy import own_form

    models = []
    for path in map(resolve_model, args.models):
        header = read_header(own_form(path))
        models.append(ModelReference(header.hash, header.title, str(path)))
    try:
        soak = importlib.import_module("studio.exhibition.soak")
    except ImportError as error:
        raise VisagistError(f"the show cannot start ({error}); `visagist doctor` says what is missing") from error
    code: int = soak.main(args.minutes, models, args.seed, lambda line: print(line, flush=True))
    return code
