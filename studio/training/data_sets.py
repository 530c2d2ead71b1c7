"""The jobs about data sets: those that are at hand, a contact sheet of one, and packing pictures into a new one."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from engine.errors import VisagistError
from engine.job import Job, Progress
from engine.paths import datasets_dir
from engine.training.dataset import FACTS, Dataset, Facts, read_facts

log = logging.getLogger(__name__)

CELL = 64  # pixels of one picture of a contact sheet


@dataclass(frozen=True)
class Store:
    """A packed data set: where it lies, and what it says of itself."""

    folder: Path
    facts: Facts

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return self.facts.title or self.folder.name

    @property
    def words(self) -> str:
        """As a list shows it."""
        return f"{self.title} · {self.facts.count:,} pictures · {self.facts.side} px"


def listing(folders: Sequence[Path]) -> Job[list[Store]]:
    """The data sets in these folders, then those in our own; one that cannot be read is not listed."""
    own = sorted(path.parent for path in datasets_dir().glob("*/dataset.json"))
    found = []
    for number, folder in enumerate(dict.fromkeys([*folders, *own])):
        yield Progress(number, len(own), "Looking for data sets")
        try:
            found.append(look(folder))
        except VisagistError as error:
            log.warning("%s", error)
    return found


def looking(folder: Path) -> Job[Store]:
    """What a packed data set says of itself; VisagistError for a folder that is none."""
    yield Progress(0, 1, f"Reading {folder.name}")
    return look(folder)


def look(folder: Path) -> Store:
    """Reads `dataset.json` and nothing else."""
    return Store(folder, read_facts(folder))


def previewing(folder: Path, columns: int, rows: int) -> Job[QImage]:
    """A contact sheet of pictures from all over a data set."""
    yield Progress(0, 1, "Looking at the pictures")
    dataset = Dataset(folder)
    side = max((side for side in dataset.sides if side <= CELL), default=dataset.sides[0])
    count = min(len(dataset), columns * rows)
    chosen = np.linspace(0, len(dataset) - 1, count).astype(np.int64)
    cells = np.zeros((columns * rows, side, side, 3), np.uint8)
    cells[:count] = dataset.pictures(side, chosen)
    across = min(columns, count) or 1
    down = -(-count // across) or 1
    return to_picture(sheet_of(cells[: across * down], across, down))


def sheet_of(cells: NDArray[np.uint8], columns: int, rows: int) -> NDArray[np.uint8]:
    """[columns * rows, S, S, 3] -> [rows * S, columns * S, 3]."""
    side = cells.shape[1]
    return cells.reshape(rows, columns, side, side, 3).swapaxes(1, 2).reshape(rows * side, columns * side, 3)


def to_picture(pixels: NDArray[np.uint8]) -> QImage:
    """RGB numbers [H, W, 3] as a picture of its own."""
    tall, wide, _ = pixels.shape
    return QImage(pixels.tobytes(), wide, tall, 3 * wide, QImage.Format.Format_RGB888).copy()


def free_folder(name: str) -> Path:
    """Where a new data set of this name goes: no finished one is touched, an unfinished one is gone on with."""
    plain = re.sub(r"[^\w.+ -]+", "-", name).strip(" -.")[:60] or "pictures"
    number, folder = 1, datasets_dir() / plain
    while (folder / FACTS).exists():
        number += 1
        folder = datasets_dir() / f"{plain} {number}"
    return folder
