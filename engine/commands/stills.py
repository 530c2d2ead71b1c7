"""visagist strip: what a direction does. visagist table: styles across faces. visagist print: a picture for paper."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from engine.checks import parse_rows
from engine.commands.parsing import parse_seeds
from engine.commands.progress import busy, follow, note
from engine.commands.recipes import add_model_options, add_recipe_options, open_renderer, read_start
from engine.errors import VisagistError
from engine.moves import moved
from engine.recipe import DirectionAmount, SeedLatent

SIDE, MOST = 256, 64


def register(commands: Any) -> None:
    strip = commands.add_parser(
        "strip",
        help="show what a direction does",
        description="Render one picture at several amounts of a direction, side by side, from before to after.",
    )
    strip.add_argument("name", metavar="DIRECTION", help="like Smile; `visagist directions list` names them")
    strip.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="where to, by its ending")
    strip.add_argument(
        "--from", dest="low", metavar="X", type=float, help="first amount (default: the slider's low end)"
    )
    strip.add_argument(
        "--to", dest="high", metavar="X", type=float, help="last amount (default: the slider's high end)"
    )
    strip.add_argument("--steps", metavar="N", type=int, default=5, help="how many pictures (default 5)")
    strip.add_argument("--private", action="store_true", help="leave the recipes out; it says that it is synthetic")
    strip.add_argument("--size", metavar="PX", type=int, default=SIDE, help=f"side of one picture (default {SIDE})")
    add_recipe_options(strip, seeded=True)
    add_model_options(strip)
    strip.set_defaults(run=run_strip)

    table = commands.add_parser(
        "table",
        help="render a mixing table",
        description="Render the table of style mixes: faces across, faces down, and in each cell the face at its left "
        "with these style rows of the face above it.",
    )
    table.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="where to, by its ending")
    table.add_argument("--sources", metavar="LIST", required=True, help="seeds of the faces above, like 1-5 or 1,5,9")
    table.add_argument("--faces", metavar="LIST", required=True, help="seeds of the faces at the left")
    table.add_argument("--rows", metavar="ROWS", default="0-3", help="style rows that are taken (default 0-3: pose)")
    table.add_argument("--size", metavar="PX", type=int, default=SIDE, help=f"side of one picture (default {SIDE})")
    table.add_argument("--private", action="store_true", help="leave recipes and seeds out; it says it is synthetic")
    add_recipe_options(table, seeded=False)
    add_model_options(table)
    table.set_defaults(run=run_table)

    sheet = commands.add_parser(
        "print",
        help="render a picture for paper",
        description="Render a picture at a size in millimetres, on a transparent ground, with its dots an inch: PNG or "
        "TIFF.",
    )
    sheet.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="where to: .png or .tif")
    sheet.add_argument("--paper", metavar="WxH", required=True, help="in millimetres, like 100x150 or 210x297")
    sheet.add_argument("--margin", metavar="MM", type=float, default=0.0, help="around the picture (default 0)")
    sheet.add_argument("--dpi", metavar="N", type=int, default=300, help="dots an inch (default 300)")
    sheet.add_argument("--private", action="store_true", help="leave the recipe out; it says that it is synthetic")
    add_recipe_options(sheet, seeded=True)
    add_model_options(sheet)
    sheet.set_defaults(run=run_print)


def run_strip(args: argparse.Namespace) -> int:
    """The amounts go evenly from the first to the last."""
    start = read_start(args)
    if not 2 <= args.steps <= MOST:
        raise VisagistError(f"a strip has 2 to {MOST} pictures, not {args.steps}")
    from engine.export.images import check_target
    from engine.export.sheets import check_sheet, save_sheet

    check_target(args.output)
    check_sheet(args.steps, args.size, args.steps)
    args.direction = [*args.direction, f"{args.name}=0"]  # opens the pack and checks the name
    renderer, recipe = open_renderer(args, start)
    from engine.directions.pack import fitting, packs_for

    plan = renderer.model.generator.plan
    pack = fitting(packs_for(renderer.model.hash), plan.style_rows, plan.w_dim)
    direction, pins = pack.find(args.name), [pack.find(name).id for name in args.pin]
    low = direction.low if args.low is None else args.low
    high = direction.high if args.high is None else args.high
    amounts = [low + (high - low) * step / (args.steps - 1) for step in range(args.steps)]
    recipes = [
        moved(recipe, DirectionAmount(direction.name, direction.id, amount, direction.rows), pins) for amount in amounts
    ]
    captions = [f"{direction.name} {amount:+.3g}" if amount else f"{direction.name} 0" for amount in amounts]
    job = save_sheet(
        renderer, recipes, args.output, cell=args.size, columns=args.steps, captions=captions, private=args.private
    )
    for notice in follow(job):
        note(notice)
    print(f"{args.output}: {direction.name} from {low:g} to {high:g} in {args.steps} pictures of {args.size} px")
    return 0


def run_table(args: argparse.Namespace) -> int:
    """The table of the StyleGAN paper (1812.04948, figure 3)."""
    start = read_start(args)
    sources, faces = parse_seeds(args.sources), parse_seeds(args.faces)
    from engine.export.images import check_target
    from engine.export.mixing_tables import check_table, save_table
    from engine.mixing_table import MixingTable

    check_target(args.output)
    renderer, recipe = open_renderer(args, start)
    across, down = (tuple(replace(recipe, latent=SeedLatent(seed)) for seed in seeds) for seeds in (sources, faces))
    style_rows = renderer.model.generator.plan.style_rows
    rows = parse_rows(args.rows)
    if rows[-1] >= style_rows:
        raise VisagistError(f"this model has the style rows 0 to {style_rows - 1}, and row {rows[-1]} was asked for")
    table = MixingTable(across, down, rows, style_rows)
    check_table(table, args.size)
    with busy("rendering"):
        frames = [renderer.render(one, args.size) for one in table.recipes]
    title = renderer.model.header.title
    follow(save_table(table, frames, args.output, title, args.size, private=args.private))
    print(f"{args.output}: {len(across)} faces across, {len(down)} down, rows {args.rows}")
    return 0


def run_print(args: argparse.Namespace) -> int:
    """One picture at the size of the paper."""
    start = read_start(args)
    from engine.export.images import check_target
    from engine.export.prints import Paper, check_print, parse_paper, save_print

    check_target(args.output)
    check_print(args.output)
    width, height = parse_paper(args.paper)
    paper = Paper(width, height, args.margin, args.dpi)
    renderer, recipe = open_renderer(args, start)
    with busy("rendering"):
        frame = renderer.render(recipe)
    if frame.notice:
        raise VisagistError(f"{frame.notice}; close other programs and try again")
    save_print(frame, paper, args.output, renderer.model.header.title, private=args.private)
    across, down = paper.pixels
    print(f"{args.output}: {across} x {down} px at {args.dpi} dots an inch")
    return 0
