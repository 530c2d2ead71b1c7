"""Labels of drawn faces as files: inside each picture, as a table, and in NVIDIA's dataset.json.

The numbers of dataset.json are the numeric attributes, then one 0 or 1 for each word of each choice (hair_style=bob).
The seed of a face is in the picture and the table alone: there is nothing in it to learn.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct
from PIL import Image, PngImagePlugin

from engine.errors import VisagistError
from engine.training.faces.arrays import Bytes
from engine.training.faces.attributes import MIRROR_NEGATES, MOVABLE, NAMES, Attributes, Choice, number

KEY = "Visagist face"
RENDERER = 1  # raised when the same attributes give another picture
TITLE = "Rendered faces"
LICENCE = "CC0-1.0"
NUMBERS = tuple(name for name in NAMES if name != "seed" and not isinstance(MOVABLE.get(name), Choice))
WORDS = tuple((name, word) for name, kind in MOVABLE.items() if isinstance(kind, Choice) for word in kind.words)
COLUMNS = (*NUMBERS, *(f"{name}={word}" for name, word in WORDS))


class Made(Struct, frozen=True, forbid_unknown_fields=True):
    """What decides the pictures of a data set, beside their numbers."""

    seed: int
    side: int
    renderer: int = RENDERER


class Label(Struct, frozen=True, forbid_unknown_fields=True):
    """What a picture says of itself."""

    made: Made
    index: int
    attributes: Attributes


class Origin(Struct):
    """The one part of a dataset.json that says how its faces were made; None in that of other pictures."""

    faces: Made | None = None


class Listing(Struct):
    """dataset.json in NVIDIA's form, with names of the numbers; labels is null until the pictures are complete."""

    labels: list[tuple[str, list[float]]] | None
    names: tuple[str, ...] = COLUMNS
    mirror_negates: tuple[str, ...] = MIRROR_NEGATES
    title: str = TITLE
    licence: str = LICENCE
    faces: Made | None = None


def name_of(index: int) -> str:
    """Where a picture lies in its folder or archive."""
    return f"{index // 1000:05d}/img{index:08d}.png"


def to_png(pixels: Bytes, label: Label) -> bytes:
    """A picture [side, side, 3] that carries its label."""
    text = PngImagePlugin.PngInfo()
    text.add_text(KEY, msgspec.json.encode(label).decode(), zip=True)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", pnginfo=text)
    return file.getvalue()


def read_label(path: Path, made: Made) -> Label | None:
    """The label of a whole picture of this data set; None for anything else."""
    try:
        with Image.open(path) as picture:
            text = picture.info.get(KEY, "")
            picture.verify()
        label = msgspec.json.decode(str(text), type=Label)
    except (OSError, SyntaxError, ValueError, msgspec.DecodeError):
        return None
    same = label.made == made and path.as_posix().endswith(name_of(label.index))
    return label if same and set(label.attributes) == set(NAMES) else None


def to_csv(labels: Sequence[Label]) -> bytes:
    """A line a picture: its name, then all attributes."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["file", *NAMES])
    for label in labels:
        table.writerow([name_of(label.index), *(written(label.attributes[name]) for name in NAMES)])
    return text.getvalue().encode()


def written(value: float | str) -> str:
    """A whole number without its point, and any other in full."""
    if isinstance(value, str):
        return value
    return str(int(value)) if value == int(value) else repr(value)


def to_json(labels: Sequence[Label] | None, made: Made) -> bytes:
    """dataset.json of these pictures; None while they are not complete."""
    rows = None if labels is None else [(name_of(label.index), numbers_of(label.attributes)) for label in labels]
    return msgspec.json.encode(Listing(rows, faces=made))


def numbers_of(attributes: Attributes) -> list[float]:
    """The row of dataset.json, in the order of COLUMNS."""
    numbers = [number(attributes, name) for name in NUMBERS]
    return numbers + [float(attributes[name] == word) for name, word in WORDS]


def made_in(path: Path) -> Made | None:
    """What a dataset.json says of how its faces were made; None where it is that of other pictures."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Origin).faces
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise VisagistError(f"{path} cannot be read ({error}); delete it, or choose another folder") from error
