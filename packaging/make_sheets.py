"""Numbered contact sheets of faces that make_labels.py rendered, for labelling by eye.

    python packaging/make_sheets.py FOLDER                      # the first faces, 30 a sheet
    python packaging/make_sheets.py FOLDER --seeds 100017,...   # these

The answers go into packaging/face_labels/by_eye.csv: 1 there, 0 not there, empty where one cannot tell.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from make_labels import FIRST, SIDE

COLUMNS, ROWS = 6, 5
TILE = 256
COUNT = 360


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", help="seeds, with commas between them")
    parser.add_argument("--name", default="sheet")
    options = parser.parse_args()
    pictures = opened(options.folder)
    given = options.seeds.split(",") if options.seeds else range(FIRST, FIRST + min(COUNT, len(pictures)))
    seeds = [int(seed) for seed in given]
    for number, begin in enumerate(range(0, len(seeds), COLUMNS * ROWS)):
        page = sheet(pictures, seeds[begin : begin + COLUMNS * ROWS])
        page.save(options.folder / f"{options.name}-{number:02}.jpg", quality=92)
    return 0


def opened(folder: Path) -> NDArray[np.uint8]:
    """The pictures of a folder [N, SIDE, SIDE, 3], read as they are looked at."""
    raw: NDArray[np.uint8] = np.memmap(folder / "pictures.u8", np.uint8, "r")
    size = SIDE * SIDE * 3
    return raw[: len(raw) // size * size].reshape(-1, SIDE, SIDE, 3)


def sheet(pictures: NDArray[np.uint8], seeds: Sequence[int]) -> Image.Image:
    """One page, every face with the last four digits of its seed."""
    page = Image.new("RGB", (COLUMNS * TILE, ROWS * TILE))
    for place, seed in enumerate(seeds):
        tile = Image.fromarray(np.array(pictures[seed - FIRST])).resize((TILE, TILE), Image.Resampling.LANCZOS)
        draw = ImageDraw.Draw(tile)
        draw.rectangle((0, 0, 34, 13), fill="black")
        draw.text((3, 1), f"{seed - FIRST:04}", fill="white")
        page.paste(tile, (place % COLUMNS * TILE, place // COLUMNS * TILE))
    return page


if __name__ == "__main__":
    raise SystemExit(main())
