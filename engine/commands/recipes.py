"""The options that say what a picture is, shared by the commands that render; and opening what they need."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from engine.commands.parsing import parse_level, parse_mix, parse_move, parse_seed
from engine.commands.progress import busy, note
from engine.errors import RecipeError, VisagistError
from engine.growth import growth_at, parse_growth
from engine.models.catalogue import find_by_hash, resolve_model
from engine.moves import moved, on_rows
from engine.recipe import DirectionAmount, Noise, Recipe, SeedLatent
from engine.recipe_file import read_recipe

if TYPE_CHECKING:
    from engine.devices import Target
    from engine.directions.pack import DirectionPack
    from engine.export.provenance import Provenance
    from engine.renderer import Renderer

DEFAULT_MODEL = "ffhq"


@dataclass(frozen=True)
class Start:
    """What --recipe gave: a recipe, and how its picture was made where it came from a picture."""

    recipe: Recipe
    made: Provenance | None = None


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """Which model, and where it runs."""
    group = parser.add_argument_group("model")
    group.add_argument(
        "--model", metavar="NAME|FILE", help=f"a known model or a file (default: the recipe's, or {DEFAULT_MODEL})"
    )
    group.add_argument("--device", metavar="DEVICE", help="cuda, mps or cpu (default: the best there is)")
    group.add_argument("--precision", metavar="PRECISION", help="f32, bf16 or fp16 (default: the device's fastest)")


def add_recipe_options(parser: argparse.ArgumentParser, *, seeded: bool) -> None:
    """What the picture is. seeded: with one seed of its own."""
    group = parser.add_argument_group("picture")
    group.add_argument(
        "--recipe", metavar="FILE", type=Path, help="start from a recipe: JSON, or a picture that Visagist saved"
    )
    if seeded:
        group.add_argument("--seed", metavar="N", help="the face: 0 to 2^64 - 1")
    group.add_argument(
        "--psi", metavar="X", type=float, help="truncation: 0 is the mean face, 1 leaves all variety (default 0.7)"
    )
    group.add_argument("--cutoff", metavar="ROW", type=int, help="leave style rows from this one on untruncated")
    group.add_argument(
        "--centre", metavar="WHICH", help="what psi pulls towards: mean, or nearest of several centres (default mean)"
    )
    group.add_argument(
        "--mix",
        metavar="SEED:ROWS[:AMOUNT]",
        action="append",
        default=[],
        help="take style rows from another seed, like 9:0-4",
    )
    group.add_argument(
        "--direction",
        metavar="NAME=AMOUNT[:ROWS]",
        action="append",
        default=[],
        help="move along a direction, like Turn=2",
    )
    group.add_argument(
        "--pin",
        metavar="NAME",
        action="append",
        default=[],
        help="a direction that these moves leave alone: they go at right angles to it",
    )
    group.add_argument("--noise", metavar="MODE", help="const (the network's own), random or none")
    group.add_argument("--noise-seed", metavar="N", help="seed of random noise")
    group.add_argument("--noise-strength", metavar="X", type=float, help="how much of the noise: 1 as learned, 0 none")
    group.add_argument(
        "--noise-level",
        metavar="PX=X",
        action="append",
        default=[],
        help="times so much in the layers of this side, like 256=0.5",
    )
    group.add_argument(
        "--growth",
        metavar="PX[+PERCENT]",
        help="of a network that grew: as it was at this side, like 64, or with the next one fading in, like 64+40%%",
    )


def read_start(args: argparse.Namespace) -> Start:
    """The recipe that the options describe, but for its directions; no model is needed to check it."""
    start = Start(Recipe()) if args.recipe is None else read_recipe_file(args.recipe)
    recipe = start.recipe
    truncation, noise = recipe.truncation, recipe.noise
    if args.psi is not None:
        truncation = replace(truncation, psi=args.psi)
    if args.cutoff is not None:
        truncation = replace(truncation, cutoff=args.cutoff)
    if args.centre is not None:
        if args.centre not in ("mean", "nearest"):
            raise RecipeError(f"centre is mean or nearest, not '{args.centre}'")
        truncation = replace(truncation, centre=args.centre)
    if args.noise is not None:
        if args.noise not in ("const", "random", "none"):
            raise RecipeError(f"noise is const, random or none, not '{args.noise}'")
        noise = replace(noise, mode=args.noise)
    if args.noise_seed is not None:
        noise = replace(noise, seed=parse_seed(args.noise_seed))
    if args.noise_strength is not None:
        noise = replace(noise, strength=args.noise_strength)
    noise = with_levels(noise, args.noise_level)
    latent = recipe.latent if getattr(args, "seed", None) is None else SeedLatent(parse_seed(args.seed))
    mixes = (*recipe.mixes, *map(parse_mix, args.mix))
    for move in args.direction:
        parse_move(move)  # the notation is checked before any model opens
    if args.growth is not None:
        parse_growth(args.growth)
    return Start(replace(recipe, latent=latent, truncation=truncation, noise=noise, mixes=mixes), start.made)


def with_levels(noise: Noise, texts: list[str]) -> Noise:
    """The noise with levels added; a resolution that has one gets the new factor."""
    levels = {level.resolution: level for level in (*noise.levels, *map(parse_level, texts))}
    return replace(noise, levels=tuple(levels[side] for side in sorted(levels)))


def check_levels(texts: list[str], sides: tuple[int, ...]) -> None:
    """RecipeError for a level that was asked for where the open model has no noise."""
    for level in map(parse_level, texts):
        if level.resolution not in sides:
            there = f"choose one of {', '.join(map(str, sides))}" if sides else "its layers add none"
            raise RecipeError(f"this model has no noise at {level.resolution} px; {there}")


def read_recipe_file(path: Path) -> Start:
    """A recipe out of JSON or out of a picture; VisagistError with one sentence when there is none."""
    from engine.export.containers import is_picture  # Pillow and torch come along

    if os.path.isdir(path):
        raise VisagistError(f"{path}: this is a folder; name a recipe (JSON) or a picture that Visagist saved")
    if is_picture(path):
        from engine.export.images import read_provenance

        made = read_provenance(path)
        try:
            return Start(made.recipe, made)
        except VisagistError as error:
            raise VisagistError(f"{path}: {error}") from error
    return Start(read_recipe(path))


def open_renderer(args: argparse.Namespace, start: Start) -> tuple[Renderer, Recipe]:
    """Open the model that options and recipe name, and finish the recipe for it."""
    path = model_path(args.model, start)
    with busy("opening the model"):
        from engine.models.model import open_model
        from engine.renderer import Renderer

        model = open_model(path, choose_target(args, start.made))
    check_levels(args.noise_level, model.generator.plan.noise_resolutions)
    recipe = start.recipe if start.recipe.model else replace(start.recipe, model=model.hash)
    if args.growth is not None:
        recipe = replace(recipe, growth=growth_at(args.growth, model.generator.plan.growth_sides))
    if args.pin and not args.direction:
        raise VisagistError(f"--pin {args.pin[0]} says what a move leaves alone; say the move with --direction")
    if not args.direction and not recipe.directions:
        return Renderer(model), recipe
    from engine.directions.pack import fitting, packs_for, vectors

    plan = model.generator.plan
    pack = fitting(packs_for(model.hash), plan.style_rows, plan.w_dim)
    return Renderer(model, vectors(pack)), with_moves(recipe, args.direction, args.pin, pack)


def model_path(named: str | None, start: Start) -> Path:
    """The model asked for, else the one that the recipe was made with, else the default one."""
    if named is None and start.recipe.model is not None:
        found = find_by_hash(start.recipe.model)
        if found is None:
            title = f" ({start.made.title})" if start.made and start.made.title else ""
            raise VisagistError(
                f"the recipe was made with model {start.recipe.model[:12]}{title}, which is not on this machine; "
                "fetch it with `visagist models add`, or name its file with --model"
            )
        return found
    return resolve_model(named or DEFAULT_MODEL)


def choose_target(args: argparse.Namespace, made: Provenance | None) -> Target:
    """Device and precision asked for, else those that a picture was made with where they exist here."""
    from engine.devices import LABELS, choose

    if made is None:
        return choose(args.device, args.precision)
    recorded = {label: device for device, label in LABELS.items()}.get(made.device)
    device = args.device or recorded
    try:
        target = choose(device, args.precision or (made.precision if device == recorded else None))
    except VisagistError:
        if args.device or args.precision:
            raise
        target = choose()
    if (target.label, target.precision) != (made.device, made.precision):
        note(
            f"the picture was made on {made.device} in {made.precision} and is rendered on {target.label} in "
            f"{target.precision}, so its pixels may differ slightly"
        )
    return target


def with_moves(recipe: Recipe, moves: list[str], pinned: list[str], pack: DirectionPack) -> Recipe:
    """The recipe with directions added; one that it already has gets the new amount, and the rows where some are said.

    What it was moved along under pins stays a move of its own.
    """
    pins = [pack.find(name).id for name in pinned]
    for text in moves:
        name, amount, rows = parse_move(text)
        direction = pack.find(name)
        recipe = moved(recipe, DirectionAmount(direction.name, direction.id, amount, rows or direction.rows), pins)
        recipe = on_rows(recipe, direction.id, rows or direction.rows)
    return recipe


def check_size(renderer: Renderer, size: int | None) -> None:
    """VisagistError for a size that the open model has no output for."""
    if size is not None and size not in renderer.sizes:
        sizes = ", ".join(map(str, renderer.sizes))
        raise VisagistError(f"this model renders no {size} px picture; choose one of {sizes}")
