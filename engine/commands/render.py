"""visagist render: one picture. visagist grid: many, on one sheet."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from engine.commands.parsing import parse_seeds
from engine.commands.progress import busy, follow, note
from engine.commands.recipes import add_model_options, add_recipe_options, check_size, open_renderer, read_start
from engine.recipe import SeedLatent

CELL = 256


def register(commands: Any) -> None:
    render = commands.add_parser("render", help="render one picture", description="Render one picture.")
    add_output(render)
    render.add_argument(
        "--size", metavar="PX", type=int, help="side in pixels: a draft size, or the full one (default)"
    )
    render.add_argument("--depth", metavar="BITS", type=int, default=8, help="bits a colour: 8, or 16 as PNG or TIFF")
    render.add_argument("--private", action="store_true", help="leave the recipe out; never that it is synthetic")
    add_recipe_options(render, seeded=True)
    add_model_options(render)
    render.set_defaults(run=run_render)

    grid = commands.add_parser("grid", help="render a sheet of many seeds", description="Render a sheet of many seeds.")
    add_output(grid)
    grid.add_argument("--seeds", metavar="LIST", required=True, help="like 1-24 or 1,5,9-12")
    grid.add_argument("--columns", metavar="N", type=int, help="pictures in a row (default: a wide sheet)")
    grid.add_argument("--size", metavar="PX", type=int, default=CELL, help=f"side of one picture (default {CELL})")
    grid.add_argument(
        "--private", action="store_true", help="leave recipes and seeds out; it says that it is synthetic"
    )
    add_recipe_options(grid, seeded=False)
    add_model_options(grid)
    grid.set_defaults(run=run_grid)


def add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        type=Path,
        required=True,
        help="where to: .png, .jpg, .webp, .tif or .avif, by its ending",
    )


def run_render(args: argparse.Namespace) -> int:
    """The same road as the window's: recipe, renderer, frame, file."""
    start = read_start(args)
    from engine.export.deep import check_depth, save_deep
    from engine.export.images import check_target, save_frame

    check_target(args.output)
    check_depth(args.depth, args.output)
    renderer, recipe = open_renderer(args, start)
    size = start.made.size if args.size is None and start.made else args.size
    check_size(renderer, size)
    with busy("rendering"):
        frame = renderer.render(recipe, size)
    if frame.notice:
        note(frame.notice)
    title = renderer.model.header.title
    if args.depth == 16:
        save_deep(frame, renderer.picture(recipe, frame.size), args.output, title, private=args.private)
    else:
        save_frame(frame, args.output, title, private=args.private)
    print(f"{args.output}: {frame.size} px, {frame.device}, {frame.road} {frame.precision}, {frame.seconds:.2f} s")
    return 0


def run_grid(args: argparse.Namespace) -> int:
    """The same recipe with one seed after the other."""
    seeds = parse_seeds(args.seeds)
    start = read_start(args)
    from engine.export.images import check_target
    from engine.export.sheets import check_sheet, save_sheet

    check_target(args.output)
    check_sheet(len(seeds), args.size, args.columns)
    renderer, recipe = open_renderer(args, start)
    recipes = [replace(recipe, latent=SeedLatent(seed)) for seed in seeds]
    job = save_sheet(renderer, recipes, args.output, cell=args.size, columns=args.columns, private=args.private)
    for notice in follow(job):
        note(notice)
    print(f"{args.output}: {len(seeds)} pictures of {args.size} px")
    return 0
