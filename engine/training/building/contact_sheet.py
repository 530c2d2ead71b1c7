"""A sheet of pictures of a data set, to look at."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
from PIL import Image

from engine.paths import write_atomically
from engine.training.dataset import Dataset, DatasetError

GROUND = "#131417"
CELL = 128  # pixels; smaller pictures are shown larger by a whole factor
COUNTS = range(1, 2501)


def contact_sheet(dataset: Dataset, count: int, seed: int = 0) -> Image.Image:
    """So many pictures drawn by the seed, or all where there are fewer, in the order of the data set."""
    if count not in COUNTS:
        raise DatasetError(f"a sheet shows {COUNTS[0]} to {COUNTS[-1]} pictures, not {count}")
    drawn = np.random.default_rng(seed).permutation(len(dataset))[:count]
    side = min(dataset.facts.side, CELL)
    factor = max(CELL // (2 * side), 1)
    pictures = dataset.pictures(side, np.sort(drawn)).repeat(factor, 1).repeat(factor, 2)
    return laid_out(pictures)


def laid_out(pictures: np.ndarray) -> Image.Image:
    """Pictures [n, s, s, 3] in a grid that is a little wider than high, on a dark ground."""
    count, side = pictures.shape[:2]
    across = math.ceil(math.sqrt(count * 1.5))
    gap = max(side // 32, 2)
    sheet = Image.new("RGB", (gap + across * (side + gap), gap + math.ceil(count / across) * (side + gap)), GROUND)
    for place, picture in enumerate(pictures):
        sheet.paste(
            Image.fromarray(picture), (gap + place % across * (side + gap), gap + place // across * (side + gap))
        )
    return sheet


def save_sheet(path: Path, sheet: Image.Image) -> None:
    """Write a PNG file."""
    check_name(path)
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG", compress_level=4)
    write_atomically(path, buffer.getvalue())


def check_name(path: Path) -> None:
    """A sheet is a PNG file in a folder that is there; DatasetError otherwise."""
    if path.suffix.lower() != ".png":
        raise DatasetError(f"{path}: the name of a sheet must end in .png")
    if not path.parent.is_dir():
        raise DatasetError(f"{path}: its folder does not exist; make the folder first")
