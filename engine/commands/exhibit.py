"""visagist exhibit: a show on the wall, without the window that sets it up."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.checks import check_number
from engine.commands.system import of_the_window
from engine.errors import VisagistError


def register(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("exhibit", help="play the show of a project on a screen")
    parser.add_argument("show", type=Path, help="a project (.visagist) with a show in it")
    parser.add_argument("--screen", type=int, metavar="N", help="the screen, counted from 1; else what the show says")
    parser.add_argument("--rehearse", action="store_true", help="in an ordinary window")
    parser.add_argument(
        "--supervise", action="store_true", help="watch over it: whatever happens, it is started again by itself"
    )
    parser.add_argument(
        "--health", type=int, metavar="PORT", help="with --supervise: how it is, as JSON, at /health on this machine"
    )
    # what a supervisor says to the process that plays
    parser.add_argument("--supervised", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--begun", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--size", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--device", help=argparse.SUPPRESS)
    parser.set_defaults(run=exhibit)


def exhibit(args: argparse.Namespace) -> int:
    """Play until someone leaves it."""
    if args.health is not None:
        if not args.supervise:
            raise VisagistError("--health goes with --supervise, which is what has a page for it")
        check_number("the port of the health page", args.health, 0, 65535)
    app = of_the_window("studio.exhibition.app")
    code: int
    if args.supervise:
        code = app.supervise(args.show, args.screen, rehearses=args.rehearse, health=args.health)
    else:
        supervised = app.Supervised(args.size, args.device) if args.supervised else None
        code = app.main(args.show, args.screen, rehearses=args.rehearse, begun=args.begun, supervised=supervised)
    return code
