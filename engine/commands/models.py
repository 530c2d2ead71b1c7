"""visagist models: what is known and what is here; fetching one; what a file says of itself; where they lie."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from engine.commands.progress import busy, follow, note
from engine.errors import VisagistError
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
        "add",
        help="fetch a known model, or take in a file or what a training run has learned",
        description="Fetch a known model with your own pip settings, convert a network file into the models folder, or "
        "put the best snapshot of a training run there, with a card. Nothing in a file is run.",
    )
    add.add_argument(
        "name", metavar="NAME|FILE|RUN", help=f"one of {', '.join(ENTRIES)}; a network file of any maker; or a run"
    )
    add.add_argument("--name", dest="called", metavar="NAME", help="what the model of a run is called")
    add.add_argument(
        "--wheel", metavar="FILE", type=Path, help="the package's file, where it is at hand: no network is needed"
    )
    add.set_defaults(run=run_add)
    info = inner.add_parser("info", help="what a model file says of itself, checked against its hash")
    info.add_argument("model", metavar="FILE|NAME")
    info.set_defaults(run=run_info)
    convert = inner.add_parser(
        "convert",
        help="write a network file of any maker as our own",
        description="Write a network file of any maker as safetensors with a header. Nothing in the file is run.",
    )
    convert.add_argument("file", metavar="FILE", type=Path)
    convert.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="where to write it")
    convert.set_defaults(run=run_convert)
    check = inner.add_parser(
        "check",
        help="compare a network with what its original program computed",
        description="Compute every array of an npz file that applies, and compare: exit code 1 on a miss.",
    )
    check.add_argument("model", metavar="FILE|NAME")
    check.add_argument("--against", metavar="REFERENCE.npz", type=Path, required=True, help="inputs and outputs")
    check.set_defaults(run=run_check)
    path = inner.add_parser("path", help="the folder where models lie")
    path.set_defaults(run=run_path)


def run_list(args: argparse.Namespace) -> int:
    """Known models first, then other files in the folder."""
    here = {path.stem: path for path in reversed(catalogue.at_hand())}
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
    if args.name not in ENTRIES and os.path.isfile(args.name):
        return add_foreign(Path(args.name))
    if args.name not in ENTRIES and os.path.isdir(args.name):
        return add_run(Path(args.name), args.called)
    catalogue.entry_of(args.name)
    path = catalogue.path_of(args.name)
    if catalogue.is_sound(args.name):
        print(f"{args.name} is already here: {path}")
        return 0
    follow(catalogue.add(args.name, args.wheel))
    print(f"{args.name} is ready: {path}")
    return 0


def add_foreign(file: Path) -> int:
    """A file of any maker, by its stem."""
    with busy("reading the networks"):
        from engine.models.foreign import add_file

        path, was_there = add_file(file)
    print(f"{path.stem} is already here: {path}" if was_there else f"{path.stem} is ready: {path}")
    return 0


def add_run(folder: Path, called: str | None) -> int:
    """The best snapshot of a run."""
    from engine.training.publish import publish

    path = follow(publish(folder.absolute(), called))
    print(f"{path.stem} is ready: {path}")
    from engine.sliders import learn_sliders

    try:
        lesson = follow(learn_sliders(folder, path))
    except VisagistError as error:
        note(f"no sliders were learned: {error}")
        return 0
    if lesson is not None:
        print(f"{len(lesson.pack.directions)} sliders were learned from the labels of its data set")
    return 0


def run_convert(args: argparse.Namespace) -> int:
    """The name of the new file becomes the model's."""
    with busy("reading the networks"):
        from engine.models.foreign import convert_file

        header = convert_file(args.file, args.output)
    print(f"{args.output}: {header.family}, hash {header.hash}")
    return 0


def run_check(args: argparse.Namespace) -> int:
    """A table of name, relative error and verdict."""
    from engine.models.against import TOLERANCE, check_against

    verdicts = follow(check_against(catalogue.resolve_model(args.model), args.against))
    wide = max(len(verdict.name) for verdict in verdicts)
    for verdict in verdicts:
        if verdict.error is None:
            print(f"{verdict.name:{wide}}        -  left out: {verdict.left_out}")
        else:
            said = f"MISSES {TOLERANCE:g}" if verdict.missed else "agrees"
            said += f", first in {verdict.layer}" if verdict.layer else ""
            print(f"{verdict.name:{wide}}  {verdict.error:7.1e}  {said}")
    missed, left_out = sum(one.missed for one in verdicts), sum(one.error is None for one in verdicts)
    rest = f", {left_out} left out" if left_out else ""
    print(f"{len(verdicts) - missed - left_out} of {len(verdicts)} arrays agree, {missed} miss{rest}")
    return 1 if missed or left_out == len(verdicts) else 0


def run_info(args: argparse.Namespace) -> int:
    """The header, numbers read off the tensors, and the model card; what was found, and wanted, of a foreign file."""
    from engine.models.own_copy import is_own

    path = catalogue.resolve_model(args.model)
    if not is_own(path):
        return inform_foreign(path)
    with busy("reading the model"):
        from engine.models.format import load_model
        from engine.models.model import open_model
        from engine.models.report import told_of_growth, told_of_origin

        header, tensors = load_model(path)
        generator = open_model(path).generator
        plan = generator.plan
    facts = {
        "file": f"{path} ({os.path.getsize(path) / 2**20:.1f} MB)",
        "name": header.name,
        "title": header.title,
        "family": header.family,
        "resolution": f"{plan.resolution} px",
        "drafts": ", ".join(f"{output.size} px" for output in plan.outputs[:-1]) or "none",
        "style rows": f"{plan.style_rows} of {plan.w_dim} numbers",
        "computed by": f"{generator.road()} {generator.precision}",
        "tensors": f"{len(tensors)} with {sum(tensor.numel() for tensor in tensors.values()):,} numbers",
        "hash": f"{header.hash} (checked)",
        "provenance": header.provenance,
        "licence": header.licence,
        **told_of_origin(header),
    }
    if plan.growth_sides:
        facts["growth"] = told_of_growth(plan.growth, plan.growth_sides)
    print_facts(facts)
    card = catalogue.card_of(header.name) or catalogue.told_beside(path)
    if card:
        print(f"\n{card.rstrip()}")
    return 0


def inform_foreign(path: Path) -> int:
    """A file that is refused gives its report too, and then the reason."""
    from engine.commands.foreign import describe, import_lines
    from engine.models.reading.opening import RefusedFileError, open_any

    try:
        with busy("reading the networks"):
            found = open_any(path)
    except RefusedFileError as error:
        print("\n".join([f"file  {path}", "", *import_lines(error.imports)]))
        raise
    print_facts(describe(found, path))
    print("\n" + "\n".join(import_lines(found.imports)))
    return 0


def print_facts(facts: dict[str, str]) -> None:
    wide = max(map(len, facts))
    for fact, value in facts.items():
        print(f"{fact:{wide}}  {value}")


def run_path(args: argparse.Namespace) -> int:
    print(models_dir())
    return 0
