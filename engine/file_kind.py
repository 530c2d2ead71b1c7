"""What a file is, told by its content and only then by its name."""

from __future__ import annotations

import struct
import zipfile
from enum import Enum
from pathlib import Path

import msgspec

from engine.errors import ModelFileError, VisagistError
from engine.paths import is_run, is_store
from engine.project_file import LIMIT, is_film
from engine.project_file import SUFFIX as PROJECT_SUFFIX

HEAD = 16  # bytes that tell JSON from tensors
NETWORK_SUFFIXES = (".safetensors", ".pkl", ".pt", ".pth")  # what dialogues offer; anything else is told by its content
NETWORK_STARTS = (b"PK\x03\x04", b"\x80")  # torch's archives; pickles of any protocol that says its number
FILM_SUFFIXES = (".mp4", ".mov", ".mkv", ".webm", ".gif", ".apng")  # those that we made carry their project
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")  # in an archive that is a data set
SUFFIXES = {
    **dict.fromkeys(NETWORK_SUFFIXES, "MODEL"),
    **dict.fromkeys((".csv", ".parquet"), "LABELS"),
    PROJECT_SUFFIX: "PROJECT",
    ".json": "RECIPE",
}


class Kind(Enum):
    """What can be opened, in the order in which several files are opened."""

    MODEL = "model"
    PACK = "direction pack"
    PROJECT = "project"  # or a video that carries one
    RECIPE = "recipe"
    PICTURE = "picture"
    LABELS = "table of labels"
    RUN = "training run"
    DATASET = "data set"  # packed, or an archive of pictures


def kind_of(path: Path) -> Kind:
    """The kind of a file. One that is broken is what its name says, so that its reader tells what is wrong with it.

    Raises VisagistError for a file that cannot be read at all.
    """
    try:
        if path.is_dir():
            if is_run(path):
                return Kind.RUN
            if is_store(path):
                return Kind.DATASET
            raise VisagistError(f"{path}: this is a folder; open the files in it")
        with path.open("rb") as file:
            head = file.read(HEAD)
            if holds_tensors(head, path.stat().st_size):
                return kind_of_tensors(path)
            if head.startswith(NETWORK_STARTS):
                return Kind.DATASET if holds_pictures(path) else Kind.MODEL
            if head.lstrip().startswith(b"{"):
                kind = kind_of_json(head + file.read(LIMIT))
                if kind is not None:
                    return kind
            if is_film(head) and carries_project(path):
                return Kind.PROJECT
    except OSError as error:
        raise VisagistError(f"{path}: it cannot be read ({error.strerror or error})") from error
    return Kind[SUFFIXES.get(path.suffix.lower(), "PICTURE")]


def holds_tensors(head: bytes, size: int) -> bool:
    """Whether this begins as a safetensors file does: the length of its header, then the header."""
    return len(head) > 8 and head[8:9] == b"{" and struct.unpack("<Q", head[:8])[0] <= size - 8


def holds_pictures(path: Path) -> bool:
    """Whether this is an archive of pictures; a broken one is for the model reader to judge."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.lower().endswith(PICTURES) for name in archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):  # so does it say of what it does not know
        return False


def kind_of_tensors(path: Path) -> Kind:
    """A direction pack says so; everything else, a broken file too, is for the model reader to judge."""
    from engine.directions.pack import KEY  # torch is slow to import
    from engine.models.format import read_metadata

    try:
        return Kind.PACK if KEY in read_metadata(path) else Kind.MODEL
    except ModelFileError:
        return Kind.MODEL


def carries_project(path: Path) -> bool:
    """Whether a video or a picture carries one; a broken file is for its reader to judge."""
    from engine.export.video.marks import find_project  # Pillow and torch come along

    try:
        return find_project(path) is not None
    except VisagistError:
        return False


def kind_of_json(text: bytes) -> Kind | None:
    """A project holds a recipe and names a model; None for broken JSON."""
    try:
        raw = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return Kind.PROJECT if "recipe" in raw and "model" in raw else Kind.RECIPE
