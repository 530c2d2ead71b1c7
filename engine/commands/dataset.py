"""visagist dataset: pictures to train on."""

from __future__ import annotations

from typing import Any

from engine.commands import faces


def register(commands: Any) -> None:
    group = commands.add_parser("dataset", help="data sets to train on", description="Pictures to train on.")
    inner = group.add_subparsers(metavar="COMMAND", required=True)
    for each in (faces.register,):
        each(inner)
