"""visagist metrics: how near some pictures come to others, without a downloaded network."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.commands.parsing import parse_seed
from engine.commands.progress import busy, follow
from engine.errors import VisagistError

if TYPE_CHECKING:
    from engine.training.metrics.scores import Scores

PICTURES, MOST = 2000, 1_000_000


def register(commands: Any) -> None:
    parser = commands.add_parser(
        "metrics",
        help="measure how near pictures come to real ones",
        description="Sliced Wasserstein distance a pyramid level (in thousandths, as the ProGAN paper prints it; 0 is "
        "the same), and MS-SSIM, which is the lower the more pictures differ; FID and KID with an Inception file. "
        "Each of PICTURES and REAL is a data set, a folder of picture files, or a model. Few pictures give larger "
        "distances than many: compare numbers of equally many.",
    )
    parser.add_argument("fake", metavar="PICTURES", help="what is measured: a model, a data set or a folder")
    parser.add_argument("real", metavar="REAL", help="what it is measured against")
    parser.add_argument(
        "--pictures", metavar="N", type=int, default=PICTURES, help=f"of each, at the most (default {PICTURES})"
    )
    parser.add_argument("--side", metavar="PX", type=int, help="look at pictures of this side (default: the smaller)")
    parser.add_argument("--seed", metavar="N", default="0", help="chooses pictures, patches and directions (default 0)")
    parser.add_argument(
        "--inception", metavar="FILE", type=Path, help="the Inception weights of FID: a state dict of torch, or our own"
    )
    parser.add_argument(
        "--keep", metavar="FILE", type=Path, help="write those weights as our own, which hold no pickle"
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the numbers to a file, too")
    parser.add_argument("--device", metavar="DEVICE", help="cuda, mps or cpu (default: the best there is)")
    parser.set_defaults(run=run_metrics)


def run_metrics(args: argparse.Namespace) -> int:
    """Both sets are looked at in the same places."""
    if not 2 <= args.pictures <= MOST:
        raise VisagistError(f"--pictures is {args.pictures} and should be from 2 to {MOST}")
    if args.keep is not None and args.inception is None:
        raise VisagistError("--keep writes the weights that --inception names; name them too")
    seed = parse_seed(args.seed)
    with busy("opening"):
        import msgspec
        import torch

        from engine.devices import choose
        from engine.paths import write_atomically
        from engine.training.metrics.inception_file import read_inception, save_inception
        from engine.training.metrics.pyramid import levels_of
        from engine.training.metrics.scores import compare, gather
        from engine.training.metrics.sources import open_pictures

        target = choose(args.device)
        device = torch.device(target.device)
        inception = None if args.inception is None else read_inception(args.inception, device)
        if inception is not None and args.keep is not None:
            save_inception(args.keep, inception)
        fake, real = open_pictures(args.fake, target), open_pictures(args.real, target)
        largest = min(fake.side, real.side)
        side = largest if args.side is None else args.side
        levels_of(side)
    if side > largest:
        raise VisagistError(f"--side is {side}, and one of the two has pictures of {largest} px")
    gathered = []
    for name, source in ((args.real, real), (args.fake, fake)):
        total = source.at_most(args.pictures)
        batches = source.batches(side, total, seed)
        what = f"looking at {Path(name).name or name}"
        gathered.append(follow(gather(batches, side, seed=seed, inception=inception, total=total, what=what)))
    scores = follow(compare(*gathered))
    if args.json is not None:
        write_atomically(args.json, msgspec.json.format(msgspec.json.encode(scores), indent=2) + b"\n")
    print("\n".join(lines(scores, gathered[0].ms_ssim)))
    print(f"{scores.pictures} pictures of {args.fake} against {gathered[0].descriptors.pictures} of {args.real}")
    return 0


def lines(scores: Scores, real: float | None) -> list[str]:
    """What a person reads. real: how alike the real pictures are."""
    said = [f"SWD {level:5} px  {distance:8.2f}" for level, distance in scores.swd.items()]
    said.append(f"SWD mean      {scores.swd_mean:8.2f}  thousandths; 0 is the same")
    if scores.ms_ssim is not None:
        beside = "" if real is None else f"; the real ones have {real:.4f}"
        said.append(f"MS-SSIM       {scores.ms_ssim:8.4f}  the lower, the more they differ{beside}")
    if scores.fid is not None and scores.kid is not None:
        said += [f"FID           {scores.fid:8.2f}", f"KID           {scores.kid:8.5f}"]
    return said
