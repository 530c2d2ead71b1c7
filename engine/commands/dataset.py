"""visagist dataset: packing pictures for training, checking and looking at what was packed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.commands import faces
from engine.commands.parsing import parse_seed
from engine.commands.progress import follow, note
from engine.errors import VisagistError

CROPS = ("centre", "top", "pad")
FILTERS = ("lanczos", "area")
SHEET_COUNT = 60


def register(commands: Any) -> None:
    group = commands.add_parser(
        "dataset", help="pack, check and look at data sets", description="Pack pictures for training."
    )
    inner = group.add_subparsers(metavar="COMMAND", required=True)
    for each in (register_build, register_check, register_show, faces.register):
        each(inner)


def register_build(inner: Any) -> None:
    build = inner.add_parser(
        "build",
        help="pack the pictures of a folder, a zip or a video",
        description="Pack the pictures of a folder, a zip or a video at every resolution. What cannot be used is "
        "listed, in report.json too. A build that was stopped goes on when the same command is given again.",
    )
    build.add_argument("source", metavar="SOURCE", type=Path, help="a folder, a zip or a video")
    build.add_argument("-o", "--output", metavar="STORE", type=Path, required=True, help="the folder of the data set")
    build.add_argument("--side", metavar="N", type=int, default=128, help="pixels, a power of two (default 128)")
    build.add_argument("--crop", metavar="HOW", default="centre", help=f"one of {', '.join(CROPS)} (default centre)")
    build.add_argument(
        "--resize", metavar="HOW", default="lanczos", help=f"one of {', '.join(FILTERS)} (default lanczos)"
    )
    build.add_argument("--background", metavar="COLOUR", default="white", help="under transparency and in margins")
    build.add_argument("--mirror", action="store_true", help="add a mirror image of each picture")
    build.add_argument("--mirror-negates", metavar="LABELS", default="", help="labels whose sign turns then: yaw,roll")
    build.add_argument("--drop-duplicates", action="store_true", help="leave out pictures that are like an earlier one")
    build.add_argument("--smallest", metavar="N", type=int, default=0, help="leave out squares of fewer pixels a side")
    build.add_argument(
        "--labels",
        metavar="FILE|folders|none",
        default="",
        help="a dataset.json or a table; the folders that the pictures lie in; none "
        "(default: dataset.json or labels.csv with the pictures)",
    )
    build.add_argument("--every", metavar="N", type=int, help="every Nth frame of a video")
    build.add_argument("--rate", metavar="N", type=float, help="frames of a video a second (default 1)")
    build.add_argument("--title", metavar="TEXT", default="", help="of the data set (default: the source's name)")
    build.add_argument("--licence", metavar="TEXT", default="", help="of the pictures")
    build.add_argument("--workers", metavar="N", type=int, default=0, help="threads (default: one a core)")
    build.add_argument("--anew", action="store_true", help="build over what the folder holds of an earlier build")
    build.add_argument("--sheet", metavar="FILE.png", type=Path, help="write a sheet of some of the pictures")
    build.set_defaults(run=run_build)


def register_check(inner: Any) -> None:
    check = inner.add_parser("check", help="whether a data set is whole and what it says")
    check.add_argument("store", metavar="STORE", type=Path)
    check.set_defaults(run=run_check)


def register_show(inner: Any) -> None:
    show = inner.add_parser("show", help="what a data set says of itself, and a sheet of its pictures")
    show.add_argument("store", metavar="STORE", type=Path)
    show.add_argument("-o", "--output", metavar="FILE.png", type=Path, help="write a sheet")
    show.add_argument("--count", metavar="N", type=int, default=SHEET_COUNT, help=f"pictures (default {SHEET_COUNT})")
    show.add_argument("--seed", metavar="N", default="0", help="draws which (default 0)")
    show.set_defaults(run=run_show)


def run_build(args: argparse.Namespace) -> int:
    """A sentence says how to go on where it was stopped."""
    from engine.training.building.build import Request, build
    from engine.training.building.contact_sheet import check_name, contact_sheet, save_sheet
    from engine.training.building.report import summary
    from engine.training.building.settings import Crop, Resize, Settings
    from engine.training.dataset import Dataset

    if args.workers < 0:
        raise VisagistError(f"{args.workers} threads cannot be; 0 takes one a core")
    if args.sheet is not None:
        check_name(args.sheet)
    settings = Settings(
        side=args.side,
        crop=Crop(one_of("crop", args.crop, CROPS)),
        resize=Resize(one_of("resize", args.resize, FILTERS)),
        background=args.background,
        mirror=args.mirror,
        drop_duplicates=args.drop_duplicates,
        smallest=args.smallest,
    )
    request = Request(
        args.source,
        args.output,
        settings,
        pick=pick_of(args),
        labels=args.labels,
        mirror_negates=tuple(name.strip() for name in args.mirror_negates.split(",") if name.strip()),
        title=args.title,
        licence=args.licence,
        workers=args.workers,
        anew=args.anew,
    )
    try:
        report = follow(build(request))
    except KeyboardInterrupt:
        note(f"stopped; the same command goes on with {args.output} from there")
        raise
    print(f"{args.output}: " + "\n  ".join(summary(report)))
    if args.sheet is not None:
        save_sheet(args.sheet, contact_sheet(Dataset(args.output), SHEET_COUNT))
    return 0


def one_of(name: str, word: str, words: tuple[str, ...]) -> str:
    if word not in words:
        raise VisagistError(f"--{name} is one of {', '.join(words)}, not '{word}'")
    return word


def pick_of(args: argparse.Namespace) -> Any:
    """The choice of frames; None where none was made."""
    from engine.training.building.video import Pick

    if args.every is None and args.rate is None:
        return None
    if args.every == 0 or args.rate == 0:
        raise VisagistError("frames are taken every 1 or more, or 0.001 to 1000 a second")
    return Pick(every=args.every or 0, rate=args.rate or 0.0)


def run_check(args: argparse.Namespace) -> int:
    """Every fault in a line; exit code 2 where there is one."""
    from engine.training.building.check import check
    from engine.training.dataset import Dataset

    faults = follow(check(args.store))
    if faults:
        print("\n".join(faults))
        raise VisagistError(f"{args.store} is damaged; build it anew")
    facts = Dataset(args.store).facts
    print(f"{args.store}: {facts.count} pictures of {facts.side} px are whole, hash {facts.hash[:16]}")
    return 0


def run_show(args: argparse.Namespace) -> int:
    """Facts and the report of the build, then the sheet."""
    from engine.training.building.check import facts_of
    from engine.training.building.contact_sheet import check_name, contact_sheet, save_sheet
    from engine.training.building.report import read_report, summary
    from engine.training.dataset import Dataset

    seed = parse_seed(args.seed)
    facts_of(args.store)
    dataset = Dataset(args.store)
    facts = dataset.facts
    sheet = None
    if args.output is not None:
        check_name(args.output)
        sheet = contact_sheet(dataset, args.count, seed)
    told = {
        "title": facts.title,
        "pictures": f"{facts.count} of {facts.side} px",
        "labels": ", ".join(facts.label_names) or "none",
        "turn in a mirror": ", ".join(facts.mirror_negates) or "none",
        "source": facts.source or "not told",
        "licence": facts.licence or "not told",
        "hash": facts.hash,
    }
    for name, value in told.items():
        print(f"{name:16}  {value}")
    report = read_report(args.store)
    if report is not None:
        print("\n" + "\n".join(summary(report)))
    if sheet is not None:
        save_sheet(args.output, sheet)
        print(f"\n{args.output}")
    return 0
