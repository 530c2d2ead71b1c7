"""visagist, visagist doctor, visagist version: the window, the machine, the program."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

from engine import __version__
from engine.desktop import has_display
from engine.errors import VisagistError


def register(commands: Any) -> None:
    doctor = commands.add_parser("doctor", help="what this machine has and lacks, and what to do about it")
    doctor.add_argument("--json", action="store_true", help="as JSON")
    doctor.set_defaults(run=run_doctor)
    version = commands.add_parser("version", help="the version of Visagist")
    version.set_defaults(run=run_version)


def run_doctor(args: argparse.Namespace) -> int:
    from engine import doctor

    return doctor.main(as_json=args.json)


def run_version(args: argparse.Namespace) -> int:
    print(f"Visagist {__version__} (Python {sys.version.split()[0]})")
    return 0


def open_window(argv: Sequence[str]) -> int:
    """The window, with files to open in it."""
    result: int = of_the_window("studio.app").main(list(argv))
    return result


def of_the_window(module: str) -> Any:
    """A module of the window, found by its name: the engine knows no Qt, and a server has none."""
    if not has_display() and not os.environ.get("QT_QPA_PLATFORM"):  # Qt would end the process on the spot
        raise VisagistError(
            "there is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open; "
            "`visagist grid --seeds 1-12 -o faces.png` makes pictures without one"
        )
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise VisagistError(f"the window cannot start ({error}); `visagist doctor` says what is missing") from error
