"""Opening a source of pictures by what it is."""

from __future__ import annotations

import zipfile
from pathlib import Path

from engine.job import Job, Progress
from engine.training.building.kinds import HEAD, Refusal, SourceError, picture_kind
from engine.training.building.sources import Archive, Files, Folder, Found, scan
from engine.training.building.video import Pick, Video
from engine.training.dataset import FACTS, SMALLEST, level_name

STEP = 1000  # files between two words of progress


def open_source(path: Path, pick: Pick | None = None) -> Job[Files | Video]:
    """A folder, a zip or a video as a source of pictures, to be closed; pick: the frames of a video.

    Raises SourceError for what is none of them or has nothing in it.
    """
    if not path.exists():
        raise SourceError(f"{path} does not exist; name a folder, a zip or a video")
    if not path.is_dir() and not path.is_file():
        raise SourceError(f"{path} is a device or a pipe; name a folder, a zip or a video")
    if path.is_file() and not is_zip(path):
        check_no_picture(path)
        return Video(path, pick or Pick())
    if pick is not None:
        raise SourceError(f"{path} is no video, so there are no frames to choose")
    files: Files = (yield from open_folder(path)) if path.is_dir() else Archive(path)
    if not files.pictures:
        files.close()
        raise SourceError(f"{path} is empty; put pictures into it")
    return files


def open_folder(path: Path) -> Job[Folder]:
    if (path / FACTS).is_file() and (path / level_name(SMALLEST)).is_file():
        raise SourceError(f"{path} is a data set that was built already; train on it as it is")
    found: list[Found] = []
    for one in scan(path):
        found.append(one)
        if len(found) % STEP == 0:
            yield Progress(len(found), 0, "looking for pictures")
    return Folder(path, found)


def is_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return zipfile.is_zipfile(file)
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror or error})") from error


def check_no_picture(path: Path) -> None:
    """A single picture is a likely slip: its folder was meant."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    try:
        picture_kind(head)
    except Refusal:
        return
    raise SourceError(f"{path} is a single picture; name the folder it lies in")
