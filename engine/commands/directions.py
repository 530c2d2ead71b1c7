"""visagist directions: those of a model, discovering more, and learning them from labels."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from engine.checks import parse_rows, rows_text
from engine.commands import learning
from engine.commands.parsing import parse_seed
from engine.commands.progress import busy, follow
from engine.commands.recipes import DEFAULT_MODEL, add_model_options
from engine.errors import VisagistError
from engine.models.catalogue import resolve_model
from engine.paths import check_place, make_folder

METHODS = ("sefa", "pca", "both")


def register(commands: Any) -> None:
    group = commands.add_parser(
        "directions",
        help="list, discover, learn and evaluate directions",
        description="Directions of a model: list, discover, learn.",
    )
    inner = group.add_subparsers(metavar="COMMAND", required=True)
    listing = inner.add_parser("list", help="the directions of a model")
    add_model_options(listing)
    listing.set_defaults(run=run_list)
    discover = inner.add_parser("discover", help="find directions without labels (SeFa, PCA of w)")
    discover.add_argument(
        "--method", metavar="METHOD", default="both", help=f"one of {', '.join(METHODS)} (default both)"
    )
    discover.add_argument(
        "--rows", metavar="ROWS", help="style rows to search, like 0-4 (default: coarse, middle and fine ones)"
    )
    discover.add_argument("--count", metavar="N", type=int, help="how many to keep of each search")
    discover.add_argument("--seed", metavar="N", default="0", help="seed of the sample (default 0)")
    discover.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help="where to (default: the folder that is searched for packs)"
    )
    add_model_options(discover)
    discover.set_defaults(run=run_discover)
    learning.register_directions(inner)


def run_list(args: argparse.Namespace) -> int:
    """Only the model's header is read."""
    path = resolve_model(args.model or DEFAULT_MODEL)
    from engine.directions.pack import packs_for
    from engine.models.format import read_header
    from engine.models.own_copy import own_form

    pack = packs_for(read_header(own_form(path)).hash)
    if not pack.directions:
        print("this model has no directions yet; find some with: visagist directions discover")
    for direction in pack.directions:
        rows = rows_text(direction.rows)
        ends = f"{direction.low:+6.1f} … {direction.high:+5.1f}"
        print(f"{direction.name:20}  {direction.heading:10}  {ends}  {direction.method:6}  rows {rows}")
    return 0


def run_discover(args: argparse.Namespace) -> int:
    """The pack is saved under the model's name and hash, where the window and the other commands find it."""
    if args.method not in METHODS:
        raise VisagistError(f"there is no method '{args.method}'; choose one of {', '.join(METHODS)}")
    if args.count is not None and args.count < 1:
        raise VisagistError(f"at least 1 direction is kept, not {args.count}")
    rows = None if args.rows is None else parse_rows(args.rows)
    seed = parse_seed(args.seed)
    if args.output is not None:
        check_place(args.output)
    path = resolve_model(args.model or DEFAULT_MODEL)
    with busy("opening the model"):
        from engine.devices import choose
        from engine.directions.discover import discover
        from engine.directions.pack import save_pack, user_folder
        from engine.models.model import open_model

        model = open_model(path, choose(args.device, args.precision))
    options = {} if args.count is None else {"count": args.count}
    pack = follow(discover(model, method=args.method, rows=rows, seed=seed, **options))
    name = "-".join((path.stem, model.hash[:8], args.method, str(seed), *asked_for(rows, args.count)))
    target = args.output or make_folder(user_folder()) / f"{name}.safetensors"
    save_pack(target, pack)
    print(f"{target}: {len(pack.directions)} directions")
    return 0


def asked_for(rows: Sequence[int] | None, count: int | None) -> Iterator[str]:
    """What else tells one search from another, so that neither takes the place of the other's file."""
    if rows is not None:
        yield f"rows-{rows_text(rows).replace(',', '+')}"
    if count is not None:
        yield f"best-{count}"
