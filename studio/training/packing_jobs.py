"""The jobs that make data sets for a new run: of pictures that lie somewhere, and of faces that are rendered."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from engine.job import Job, Progress
from engine.paths import cache_dir
from studio.training.data_sets import free_folder

FACES = "Rendered faces"


@dataclass(frozen=True)
class Packed:
    """A finished data set; left_out: a line for each picture that could not be used."""

    folder: Path
    count: int
    left_out: tuple[str, ...] = ()


def packing_pictures(source: Path, side: int, crop: str, title: str = "") -> Job[Packed]:
    """Pack a folder, a zip or a video into our folder of data sets; what was begun before is gone on with."""
    yield Progress(0, 0, "looking for pictures")
    from engine.training.building.build import Request, build
    from engine.training.building.journal import JOURNAL
    from engine.training.building.settings import Crop, Settings
    from engine.training.dataset import DatasetError

    store = free_folder(f"{title or source.stem} {side} px {crop}")
    request = Request(source, store, Settings(side=side, crop=Crop(crop)), title=title or source.stem)
    try:
        report = yield from build(request)
    except DatasetError:
        if not (store / JOURNAL).exists():
            raise
        # what was begun here was begun with other pictures under the same name
        report = yield from build(replace(request, anew=True))
    return Packed(store, report.pictures, tuple(f"{one.name}: {one.why}" for one in report.left_out))


def packing_faces(count: int, side: int) -> Job[Packed]:
    """Render faces, which can be stopped and gone on with, then pack them."""
    yield Progress(0, count, "drawing faces")
    from engine.training.faces.writing import render_faces

    # at least two processes: in this one they would hold Python's lock, which the window needs
    pictures = cache_dir() / "faces" / f"{count} of {side} px"
    yield from render_faces(pictures, count, side, processes=max(2, (os.cpu_count() or 2) - 1))
    packed = yield from packing_pictures(pictures, side, "centre", f"{FACES} {count}")
    shutil.rmtree(pictures)
    return packed
