"""Labels of pictures: NVIDIA's `dataset.json`, a table `labels.csv`, or the folders that the pictures lie in."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.training.building.kinds import Refusal, SourceError
from engine.training.dataset import one_line

CLASSES = 256  # values of a column of words, and classes; more are names and no kinds
Row = NDArray[np.float32]


@dataclass(frozen=True)
class Labels:
    """names: of the L numbers. rows: float32 [L] by the picture's name. origin: whence, for sentences.

    mirror_negates: names whose sign turns in a mirror. notes: sentences on what was left out. title and licence of the
    whole set, where the file tells them.
    """

    names: tuple[str, ...] = ()
    rows: dict[str, Row] = field(default_factory=dict)
    origin: str = ""
    mirror_negates: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    title: str = ""
    licence: str = ""

    def of(self, name: str) -> Row:
        """Labels of one picture: float32 [L]. Refusal where it has none."""
        if not self.names:
            return np.zeros(0, np.float32)
        if name not in self.rows:
            raise Refusal(f"{self.origin} has no complete labels for it")
        return self.rows[name]

    def mirrored(self, row: Row) -> Row:
        """Labels of the mirror image."""
        signs = np.array([-1.0 if name in self.mirror_negates else 1.0 for name in self.names], np.float32)
        return row * signs


class JsonLabels(Struct):
    """NVIDIA's form; names, mirror_negates, title and licence are additions of ours that it ignores."""

    labels: list[tuple[str, int | float | list[float]]] | None = None
    names: list[str] | None = None
    mirror_negates: list[str] = []
    title: str = ""
    licence: str = ""


def from_json(content: bytes, file: str, pictures: Sequence[str]) -> Labels:
    """Labels of `dataset.json`: whole numbers are classes, lists are numbers as they stand."""
    told = read_json(content, file)
    if not told.labels:
        return Labels(title=told.title, licence=told.licence)
    values = [value for _, value in told.labels]
    if all(isinstance(value, int) for value in values):
        names, rows = classes([int(value) for value in values if isinstance(value, int)], file, told.names)
    else:
        names, rows = numbers([value if isinstance(value, list) else [value] for value in values], file, told.names)
    by_name = {name.replace("\\", "/"): row for (name, _), row in zip(told.labels, rows, strict=True)}
    rows_found = match(by_name, file, pictures)
    return useful(Labels(names, rows_found, file, tuple(told.mirror_negates), (), told.title, told.licence))


def read_json(content: bytes, file: str) -> JsonLabels:
    """The content of a `dataset.json`."""
    try:
        return msgspec.json.decode(content, type=JsonLabels)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise SourceError(
            f'{file} cannot be read ({error}); it should hold {{"labels": [["NAME", 3 or [0.5, ...]], ...]}}'
        ) from error


def classes(values: list[int], file: str, names: list[str] | None) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Class numbers as one-hot rows."""
    count = max(values) + 1
    if min(values) < 0 or count > CLASSES:
        raise SourceError(f"{file} has class {min(values)} to {count - 1}; classes are numbers from 0 to {CLASSES - 1}")
    if names is None:
        names = [f"class {number}" for number in range(count)]
    return checked_names(names, count, file), np.eye(count, dtype=np.float32)[values]


def numbers(
    values: list[list[float]], file: str, names: list[str] | None
) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Lists of numbers as rows."""
    widths = {len(value) for value in values}
    if len(widths) > 1:
        raise SourceError(
            f"{file} has labels of {min(widths)} and of {max(widths)} numbers; give each picture the same"
        )
    width = widths.pop()
    if not width:
        raise SourceError(f"{file} has labels without a number; leave them out or write null")
    if names is None:
        names = [f"label {number}" for number in range(width)]
    return checked_names(names, width, file), to_float32(np.array(values, np.float64).reshape(-1, width), file)


def to_float32(values: NDArray[np.float64], file: str) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):
        rows = values.astype(np.float32)
    if not np.isfinite(rows).all():
        raise SourceError(f"{file} has a label that is infinite or too large; labels are numbers of 32 bits")
    return rows


def checked_names(names: Sequence[str], count: int, file: str) -> tuple[str, ...]:
    if len(names) != count:
        raise SourceError(f"{file} names {len(names)} labels and has {count}; name each once")
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise SourceError(f"{file} has '{twice[0]}' twice; name each label once")
    return tuple(names)


def from_csv(content: bytes, file: str, pictures: Sequence[str]) -> Labels:
    """Labels of a table: file names first, then columns of numbers, or of words, each of which becomes a class."""
    head, lines = read_table(content, file)
    checked_names(head, len(head), file)
    names: list[str] = []
    columns: list[NDArray[np.float64]] = []  # [N] each, NaN where a cell is empty
    notes: list[str] = []
    for place, title in enumerate(head[1:], 1):
        cells = [line[place].strip() for line in lines]
        found = number_column(cells)
        if found is not None:
            names.append(title)
            columns.append(found)
            continue
        words = sorted({cell for cell in cells if cell})
        if len(words) > min(CLASSES, max(len(lines) // 2, 2)):
            notes.append(f"the column '{title}' of {file} has {len(words)} different words, so it is left out")
            continue
        names += [f"{title}={word}" for word in words]
        columns += [np.array([float(cell == word) if cell else np.nan for cell in cells]) for word in words]
    table = np.stack(columns, 1) if columns else np.zeros((len(lines), 0))
    complete = np.array([not np.isnan(row).any() for row in table], bool)
    rows = to_float32(table[complete], file)
    first = [line[0].strip().replace("\\", "/") for line, whole in zip(lines, complete, strict=True) if whole]
    by_name = dict(zip(first, rows, strict=True))
    return useful(Labels(checked_names(names, len(names), file), match(by_name, file, pictures), file), notes)


def read_table(content: bytes, file: str) -> tuple[list[str], list[list[str]]]:
    """The head and the rows of a CSV file, separated by commas, semicolons or tabs."""
    try:
        text = content.decode("utf-8-sig")
        first = text.split("\n", 1)[0]
        comma = max(",;\t", key=first.count)
        head, *lines = [
            line for line in csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True) if line
        ]
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        raise SourceError(
            f"{file} is not a table in UTF-8 with file names first and a line of titles above ({error})"
        ) from error
    uneven = next((number for number, line in enumerate(lines, 2) if len(line) != len(head)), None)
    if uneven is not None or len(head) < 2 or not lines:
        what = "one column" if len(head) < 2 else "no rows" if not lines else f"a row {uneven} of another length"
        raise SourceError(f"{file} has {what}; it needs a line of titles, then a file name and labels a row")
    return [title.strip() for title in head], lines


def number_column(cells: list[str]) -> NDArray[np.float64] | None:
    """The cells as numbers, NaN where empty; None where there are words."""
    try:
        return np.array([float(cell) if cell else np.nan for cell in cells])
    except ValueError:
        return None


def from_folders(pictures: Sequence[str]) -> Labels:
    """The first folder of each picture's path is its class."""
    by_picture = {name: name.split("/", 1)[0] for name in pictures if "/" in name}
    names = sorted(set(by_picture.values()))
    if not names:
        raise SourceError("no picture lies in a folder of its class; sort them into one folder a class")
    if len(names) > CLASSES:
        raise SourceError(f"there are {len(names)} folders, which is too many classes; at most {CLASSES} are allowed")
    one_hot = dict(zip(names, np.eye(len(names), dtype=np.float32), strict=True))
    rows = {picture: one_hot[name] for picture, name in by_picture.items()}
    return useful(Labels(tuple(names), rows, "its folder"))


def match(by_name: dict[str, Row], file: str, pictures: Sequence[str]) -> dict[str, Row]:
    """Rows by the names of the pictures: the path beside the file, or the last part of it where that is unique."""
    beside = PurePosixPath(file).parent
    by_path = {one_line(str(beside / name)): row for name, row in by_name.items()}
    last = Counter(PurePosixPath(name).name for name in pictures)
    by_last = {PurePosixPath(name).name: row for name, row in by_name.items()}
    rows: dict[str, Row] = {}
    for name in pictures:
        part = PurePosixPath(name).name
        row = by_path.get(name, by_name.get(name))
        if row is None and last[part] == 1:
            row = by_last.get(part)
        if row is not None:
            rows[name] = row
    if not rows:
        some = next(iter(by_name), "nothing")
        raise SourceError(f"{file} has labels for '{some}' but for none of the pictures, like '{pictures[0]}'")
    return rows


def useful(labels: Labels, notes: Iterable[str] = ()) -> Labels:
    """Without the labels that are equal for every picture."""
    unknown = [name for name in labels.mirror_negates if name not in labels.names]
    if unknown:
        raise SourceError(f"there is no label '{unknown[0]}' to turn in a mirror; there are {', '.join(labels.names)}")
    said = list(notes)
    table = np.stack(list(labels.rows.values()))
    varied = (table != table[0]).any(0)
    if not varied.all():
        same = [name for name, varies in zip(labels.names, varied, strict=True) if not varies]
        words = ("label", "it is") if len(same) == 1 else ("labels", "they are")
        said.append(f"every picture has the same {words[0]} {', '.join(same)}, so {words[1]} left out")
    kept = tuple(name for name, varies in zip(labels.names, varied, strict=True) if varies)
    rows = {name: row[varied] for name, row in labels.rows.items()}
    negated = tuple(name for name in labels.mirror_negates if name in kept)
    return replace(labels, names=kept, rows=rows if kept else {}, mirror_negates=negated, notes=tuple(said))


READERS: dict[str, Callable[[bytes, str, Sequence[str]], Labels]] = {"dataset.json": from_json, "labels.csv": from_csv}
