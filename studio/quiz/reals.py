"""The real pictures of a game: a folder or zip of pictures, or a packed data set, as numbers in any order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from engine.job import Job, Progress
from engine.paths import is_run
from engine.quiz.fairness import Pixels
from engine.quiz.setup import QuizError
from engine.training.building.decode import PIXEL_LIMIT
from engine.training.building.kinds import HEAD, Refusal, picture_kind
from engine.training.building.opening import open_source
from engine.training.building.sources import BROKEN_ZIP, Files, Found
from engine.training.config import read_config
from engine.training.dataset import FACTS, Dataset
from engine.training.run import CONFIG

MOST_LOOKED_AT = 2000  # files of a large folder, evenly over it
SMALLEST = 32  # side in pixels of a picture that can be told anything by
UNDER = (0, 0, 0)  # transparent pixels


@dataclass(frozen=True)
class Reals:
    """title: where they are from; side: that each of them has at the least.

    load: a picture uint8 [H, W, 3] by its number; raises Refusal for one that is damaged.
    """

    title: str
    count: int
    side: int
    load: Callable[[int], Pixels]

    def first_sound(self, numbers: Sequence[int]) -> Pixels:
        """The first of these that can be read; QuizError where none can."""
        for number in numbers:
            try:
                return self.load(number)
            except Refusal:
                continue
        raise QuizError(f"no picture of {self.title} can be read any more; choose another folder")


def looking(folder: Path, side: int) -> Job[Reals]:
    """Look what is there for a generator of this side; a run stands for the data set that it learns from.

    Raises VisagistError for what holds no pictures.
    """
    yield Progress(0, 0, "looking for pictures")
    if is_run(folder) and (folder / CONFIG).is_file():
        folder = Path(read_config(folder / CONFIG).dataset)
    if (folder / FACTS).is_file():
        return of_store(Dataset(folder), side)
    source = yield from open_source(folder)
    if not isinstance(source, Files):
        source.close()
        raise QuizError(f"{folder} is a video; choose a folder or a zip of pictures, or a packed data set")
    return (yield from of_files(source, side))


def of_store(store: Dataset, side: int) -> Reals:
    """A packed data set at the resolution next to the generator's."""
    level = min((one for one in store.sides if one >= side), default=store.sides[-1])
    if not len(store):
        raise QuizError(f"{store.folder} has no pictures; choose another data set")

    def load(number: int) -> Pixels:
        return store.pictures(level, np.array([number], np.int64))[0]

    return Reals(store.facts.title or store.folder.name, len(store), level, load)


def of_files(source: Files, side: int) -> Job[Reals]:
    """Files of any kind: those whose header says that they are large enough."""
    step = max(1, -(-len(source.pictures) // MOST_LOOKED_AT))
    candidates = source.pictures[::step]
    sides: dict[Found, int] = {}
    for number, one in enumerate(candidates):
        found = side_of(source, one)
        if found >= SMALLEST:
            sides[one] = found
        yield Progress(number + 1, len(candidates), "looking at pictures")
    if not sides:
        raise QuizError(f"{source.title} has no pictures of at least {SMALLEST} px; choose another folder")
    enough = min(side, int(np.median(list(sides.values()))))
    kept = [one for one in candidates if sides.get(one, 0) >= enough]

    def load(number: int) -> Pixels:
        return np.asarray(source.loader(kept[number])(enough, UNDER).image)

    return Reals(source.title, len(kept), enough, load)


def side_of(source: Files, one: Found) -> int:
    """The shorter side of a picture by its header, 0 where it is none."""
    if one.fault:
        return 0
    try:
        with source.open(one.name) as file:
            return header_side(file)
    except (OSError, Refusal, *BROKEN_ZIP):
        return 0


def header_side(file: BinaryIO) -> int:
    """The shorter side of an open picture file; Refusal where it is none."""
    from PIL import Image, UnidentifiedImageError  # a start of the window does without

    kind = picture_kind(file.read(HEAD))
    file.seek(0)
    try:
        with Image.open(file, formats=(kind,)) as image:
            width, height = image.size
    except (UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError) as error:
        raise Refusal("its header is broken") from error
    return min(width, height) if width * height <= PIXEL_LIMIT else 0
