"""visagist exhibit: a show on the wall, without the window that sets it up."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.commands.system import of_the_window


def register(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("exhibit", help="play the show of a project on a screen")
    parser.add_argument("show", type=Path, help="a project (.visagist) with a show in it")
    parser.add_argument("--screen", type=int, metavar="N", help="the screen, counted from 1; else what the show says")
    parser.add_argument("--rehearse", action="store_true", help="in an ordinary window")
    parser.set_defaults(run=exhibit)


def exhibit(args: argparse.Namespace) -> int:
    """Play until someone leaves it."""
    app = of_the_window("studio.exhibition.app")
    code: int = app.main(args.show, args.screen, rehearses=args.rehearse)
    return code
