"""visagist batch: many pictures of one model, in folders or as a data set."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.commands.parsing import parse_seed
from engine.commands.progress import follow, note
from engine.commands.recipes import add_model_options, add_recipe_options, check_size, open_renderer, read_start
from engine.errors import RecipeError, VisagistError

if TYPE_CHECKING:
    from engine.export.batch.plan import Latents, Shard


def register(commands: Any) -> None:
    parser = commands.add_parser(
        "batch",
        help="render many pictures",
        description="Render many pictures, with a manifest that says how each was made. Stopped or crashed, the same "
        "command goes on where it ended.",
        epilog="on several GPUs: torchrun --nproc-per-node 8 -m engine.cli batch --count 1000000 --out FOLDER",
    )
    parser.add_argument("--out", metavar="FOLDER", type=Path, required=True, help="where to; it is made")
    parser.add_argument(
        "--count", metavar="N", type=int, help="how many pictures (default: all of --seeds or --latents)"
    )
    parser.add_argument("--seeds", metavar="FIRST-LAST", help="like 0-999999 (default: from 0 on)")
    parser.add_argument("--latents", metavar="FILE", type=Path, help="an .npy of w [N, width] or w+ [N, rows, width]")
    parser.add_argument("--shard", metavar="K/N", help="only the K-th of N parts, like 3/8")
    parser.add_argument("--size", metavar="PX", type=int, help="side in pixels (default: the full one)")
    parser.add_argument("--format", metavar="NAME", default="png", help="png, jpg, webp, avif or tif (default png)")
    parser.add_argument("--zip", action="store_true", help="one dataset.zip, as the StyleGAN programs train on")
    parser.add_argument("--private", action="store_true", help="no recipe inside the pictures; they say what they are")
    add_recipe_options(parser, seeded=False)
    add_model_options(parser)
    parser.set_defaults(run=run_batch)


def run_batch(args: argparse.Namespace) -> int:
    """The same command begins a batch and goes on with it."""
    first, count = seeds_of(args)
    suffix = f".{args.format.lower().removeprefix('.')}"
    start = read_start(args)
    from engine.export.batch.plan import BatchPlan, Latents, check_batch
    from engine.export.images import BY_SUFFIX

    if suffix not in BY_SUFFIX:
        raise VisagistError(f"there is no format '{args.format}'; choose one of {', '.join(BY_SUFFIX)}")
    latents = None if args.latents is None else Latents(args.latents)
    if latents is not None:
        count = len(latents) if count is None else count
        if count > len(latents):
            raise VisagistError(f"{args.latents}: it holds {len(latents)} latents and not {count}")
    if count is None:
        raise VisagistError("say how many pictures, like --count 1000, or which, like --seeds 0-999")
    check_batch(count, first)
    shard = shard_of(args)
    renderer, recipe = open_renderer(args, start)
    check_size(renderer, args.size)
    plan = BatchPlan(
        count=count,
        model=renderer.model.hash,
        title=renderer.model.header.title,
        recipe=recipe,
        first_seed=first,
        size=args.size or renderer.sizes[-1],
        suffix=suffix,
        shards=shard.count,
        archive=args.zip,
        private=args.private,
        latents="" if latents is None else latents.path.name,
        latents_hash="" if latents is None else hash_of(latents),
    )
    from engine.export.batch.make import make_batch

    try:
        result = follow(make_batch(renderer, plan, shard, args.out, latents))
    except KeyboardInterrupt:
        note("what is finished is kept; the same command goes on from there")
        raise
    print(f"{result.place}: {result.total} pictures of {plan.size} px, {result.made} of them new")
    return 0


def seeds_of(args: argparse.Namespace) -> tuple[int, int | None]:
    """The first seed, and how many pictures were asked for."""
    if args.seeds is None:
        return 0, args.count
    if args.latents is not None:
        raise VisagistError("name --seeds or --latents, not both")
    first, dash, last = args.seeds.strip().partition("-")
    start = parse_seed(first)
    if not dash:
        return start, args.count
    many = parse_seed(last) - start + 1
    if many < 1:
        raise RecipeError(f"seeds run upwards, so '{args.seeds}' should be '{last}-{first}'")
    if args.count is not None and args.count != many:
        raise VisagistError(f"--seeds {args.seeds} are {many} pictures and --count says {args.count}; leave one out")
    return start, many


def shard_of(args: argparse.Namespace) -> Shard:
    """The part that this process makes: --shard, or its rank under torchrun, or all."""
    from engine.export.batch.plan import Shard, parse_shard, shard_of_rank

    ranked = shard_of_rank()
    if args.shard is not None:
        if ranked is not None and ranked[0].count > 1:
            raise VisagistError("torchrun divides the batch already; leave out --shard")
        return parse_shard(args.shard)
    if ranked is None:
        return Shard(0, 1)
    import torch

    if torch.cuda.is_available():
        torch.cuda.set_device(ranked[1] % torch.cuda.device_count())
    return ranked[0]


def hash_of(latents: Latents) -> str:
    """SHA-256 of the file, so that a batch does not go on with other latents."""
    with latents.path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
