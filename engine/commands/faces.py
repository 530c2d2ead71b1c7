"""visagist dataset faces: faces of nobody, drawn here, with the value of every attribute."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from engine.commands.parsing import parse_seed
from engine.commands.progress import follow, note

SIDE = 128


def register(inner: Any) -> None:
    faces = inner.add_parser(
        "faces",
        help="draw faces of nobody, with labels",
        description="Draw faces from open geometry, with the value of every attribute: CC0, like what they are made "
        "of. A folder or archive that was begun is gone on with.",
    )
    faces.add_argument("--count", metavar="N", type=int, required=True, help="how many faces the data set has")
    faces.add_argument("--size", metavar="PX", type=int, default=SIDE, help=f"side in pixels (default {SIDE})")
    faces.add_argument("--seed", metavar="N", default="0", help="another seed, other faces (default 0)")
    faces.add_argument("--start", metavar="K", type=int, default=0, help="the first face to draw (default 0)")
    faces.add_argument("--step", metavar="N", type=int, default=1, help="draw every Nth from there (default 1)")
    faces.add_argument("--processes", metavar="P", type=int, help="at once (default: one a core)")
    faces.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help="a folder, or an archive: .zip")
    faces.set_defaults(run=run_faces)


def run_faces(args: argparse.Namespace) -> int:
    """A sentence says how to go on where it was stopped."""
    seed = parse_seed(args.seed)
    processes = args.processes
    if processes is None:
        processes = max(1, min(os.cpu_count() or 1, args.count // 16))
    try:
        from engine.training.faces.writing import render_faces

        drawn = follow(
            render_faces(
                args.output, args.count, args.size, seed, start=args.start, step=args.step, processes=processes
            )
        )
    except KeyboardInterrupt:
        note(f"stopped; the same command goes on with {args.output} from there")
        raise
    print(f"{drawn.output}: {drawn.pictures} faces of {args.size} px, {drawn.new} of them new")
    return 0
