"""Tables of labels: which seed shows how much of what. CSV, and parquet where pyarrow is installed."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.checks import SEED_LIMIT
from engine.errors import VisagistError
from engine.paths import write_atomically

SEED_COLUMNS = ("seed", "latent")
MODEL, PSI = "model", "psi"
LARGEST_FILE = 256 * 2**20
MOST_ROWS = 1_000_000
LARGEST, MOST_PSI = 1e30, 2.0  # a label; a truncation
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
MOST_LEVELS = 10  # whole numbers of at most so many different values are steps of a scale

Kind = Literal["binary", "ordinal", "real"]
WORDS = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}


@dataclass(frozen=True, eq=False)
class Labels:
    """A table of labels.

    seeds: one a row, each once. values: [rows, attributes] float64, nan where a label is missing.
    model: content hash of the model whose seeds they are, as far as the table tells it, else "".
    psi: [rows] truncation of the picture that was labelled; nan where the table does not tell.
    """

    seeds: tuple[int, ...]
    names: tuple[str, ...]
    values: NDArray[np.float64]
    psi: NDArray[np.float64]
    model: str = ""
    source: str = "the labels"

    def kind(self, name: str) -> Kind:
        """What sort of attribute a column is, told by its content."""
        return kind_of(self.column(name))

    def column(self, name: str) -> NDArray[np.float64]:
        """The labels [rows] of one attribute."""
        return np.asarray(self.values[:, self.names.index(name)])

    def chosen(self, names: Sequence[str]) -> Labels:
        """With these attributes only, in this order; VisagistError for one that is not there."""
        for name in names:
            if name not in self.names:
                raise VisagistError(f"{self.source} has no column '{name}'; it has {', '.join(self.names)}")
        places = [self.names.index(name) for name in dict.fromkeys(names)]
        return Labels(
            self.seeds, tuple(dict.fromkeys(names)), self.values[:, places], self.psi, self.model, self.source
        )


def kind_of(column: NDArray[np.float64]) -> Kind:
    """Two values are binary, few whole numbers ordinal, the rest real."""
    values = np.unique(column[np.isfinite(column)])
    if len(values) <= 2:
        return "binary"
    return "ordinal" if len(values) <= MOST_LEVELS and bool((values == np.rint(values)).all()) else "real"


def read_labels(path: Path, attributes: Sequence[str] = ()) -> Labels:
    """Read a table; attributes: the columns to read, all but the seed's otherwise.

    A column `seed` or `latent` names the picture by its 64-bit seed; `psi` and `model` may tell its truncation and
    whose it is. An empty cell is a missing label. Raises VisagistError with one sentence for what is wrong in it.
    """
    return table(path, read_columns(path), attributes)


def read_columns(path: Path) -> dict[str, list[str]]:
    """The columns of a file as text, those without a name left out; VisagistError where it is no table."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise VisagistError(f"{path} is larger than {LARGEST_FILE // 2**20} MB, which no table of labels is")
        columns = parquet(path) if path.suffix.casefold() == ".parquet" else comma_separated(path)
    except OSError as error:
        raise VisagistError(f"{path} cannot be read ({error.strerror or error})") from error
    return {name: cells for name, cells in columns.items() if name}


def comma_separated(path: Path) -> dict[str, list[str]]:
    """The columns of a CSV file as they are written; a semicolon may take the comma's place, a comma the point's."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeError as error:
        raise VisagistError(f"{path} is not text in UTF-8; save the table as CSV in UTF-8") from error
    first = text.partition("\n")[0]
    semicolons = ";" in first and "," not in first
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if semicolons else ",")
    try:
        head = [name.strip() for name in next(reader, [])]
        rows = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise VisagistError(f"{path} line {reader.line_num} is not CSV ({error})") from error
    twice = next((name for name in head if name and head.count(name) > 1), None)
    if twice is not None:
        raise VisagistError(f"{path} has two columns called '{twice}'; give each a name of its own")
    for row in rows:
        if len(row) != len(head):
            raise VisagistError(f"{path} has a row of {len(row)} cells under {len(head)} names: '{row[0][:40]}, ...'")
    if semicolons:
        rows = [[pointed(cell.strip()) for cell in row] for row in rows]
    return {name: [row[place].strip() for row in rows] for place, name in enumerate(head)}


def pointed(cell: str) -> str:
    """0,5 -> 0.5, as spreadsheets write numbers that separate cells by semicolons."""
    return cell.replace(",", ".") if DECIMAL_COMMA.fullmatch(cell) else cell


def parquet(path: Path) -> dict[str, list[str]]:
    """The columns of a parquet file, as CSV would write them."""
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise VisagistError(
            f"{path} is parquet, which needs pyarrow: install it (pip install pyarrow), or save the table as CSV"
        ) from error
    try:
        file = ParquetFile(path)
        if file.metadata.num_rows > MOST_ROWS:
            raise VisagistError(f"{path} has {file.metadata.num_rows} rows; at most {MOST_ROWS} are read")
        columns: Mapping[str, list[object]] = file.read().to_pydict()
    except ArrowException as error:
        raise VisagistError(f"{path} cannot be read as parquet ({error})") from error
    return {name: ["" if cell is None else str(cell) for cell in column] for name, column in columns.items()}


def table(path: Path, columns: Mapping[str, Sequence[str]], attributes: Sequence[str]) -> Labels:
    """Columns of text as labels, everything checked."""
    bare = bare_table(path, columns)
    there = attributes_of(columns)
    for name in attributes:
        if name not in there:
            raise VisagistError(f"{path} has no attribute '{name}'; it has {', '.join(there)}")
    names = tuple(dict.fromkeys(attributes)) or there
    if not names:
        raise VisagistError(f"{path} has no attribute beside its column '{seed_columns(columns)[0]}'; add one for each")
    values = np.array([numbers(path, name, columns[name]) for name in names])
    return replace(bare, names=names, values=values.reshape(len(names), len(bare.seeds)).T)


def bare_table(path: Path, columns: Mapping[str, Sequence[str]]) -> Labels:
    """Which pictures a table is about, without its attributes."""
    named = seed_columns(columns)
    if len(named) != 1:
        there = "both of them" if named else ", ".join(list(columns)[:8]) or "nothing"
        raise VisagistError(
            f"{path} needs one column called 'seed' or 'latent' that names the pictures; it has {there}"
        )
    seeds = tuple(seed_of(path, text) for text in columns[named[0]])
    if len(seeds) > MOST_ROWS:
        raise VisagistError(f"{path} has {len(seeds)} rows; at most {MOST_ROWS} are read")
    if len(set(seeds)) < len(seeds):
        twice = Counter(seeds).most_common(1)[0][0]
        raise VisagistError(f"{path} has seed {twice} more than once; keep one row of each seed")
    aside = {name.casefold(): column for name, column in columns.items() if is_aside(name)}
    models = set(aside.get(MODEL, ())) - {""}
    if len(models) > 1:
        raise VisagistError(f"{path} has seeds of {len(models)} models; a table is about one model")
    psi = np.array(numbers(path, PSI, aside.get(PSI, [""] * len(seeds))), np.float64)
    far = psi[np.abs(psi) > MOST_PSI]
    if len(far):
        raise VisagistError(f"{path} has psi {far[0]:g}; the psi of a picture is from -{MOST_PSI:g} to {MOST_PSI:g}")
    return Labels(seeds, (), np.empty((len(seeds), 0)), psi, "".join(models), str(path))


def seed_columns(columns: Mapping[str, object]) -> list[str]:
    """The columns that could name the pictures."""
    return [name for name in columns if name.casefold() in SEED_COLUMNS]


def is_aside(name: str) -> bool:
    """Whether a column says which picture it is, and nothing of what it shows."""
    return name.casefold() in (*SEED_COLUMNS, MODEL, PSI)


def attributes_of(columns: Mapping[str, object]) -> tuple[str, ...]:
    """The columns that are attributes."""
    return tuple(name for name in columns if not is_aside(name))


def seed_of(path: Path, text: str) -> int:
    """A seed as a table writes it."""
    if not text.isascii() or not text.isdecimal() or len(text) > 20 or int(text) >= SEED_LIMIT:
        raise VisagistError(
            f"{path} names the seed '{text[:40]}', which no picture has; a seed is a whole number from 0 to 2^64 - 1"
        )
    return int(text)


def numbers(path: Path, name: str, column: Sequence[str]) -> list[float]:
    """A column as numbers; nan for an empty cell."""
    found, wrong = parsed(column)
    if wrong:
        raise VisagistError(f"{path}: '{name}' {wrong}")
    return found


def parsed(column: Sequence[str]) -> tuple[list[float], str]:
    """A column as numbers, nan for an empty cell; and what is wrong with the first cell that is none, or nothing."""
    found = []
    for text in column:
        try:
            number = WORDS.get(text.casefold()) if text else math.nan
            number = float(text) if number is None else number
        except ValueError:
            return [], f"has '{text[:40]}', which is no number; write numbers or yes and no, or leave the column out"
        if text and not abs(number) <= LARGEST:
            return [], f"has {text[:40]}, which is no label; leave the cell of an unknown label empty"
        found.append(number)
    return found, ""


def write_labels(path: Path, labels: Labels) -> None:
    """Write a table as CSV, whole or not at all."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("seed", PSI, MODEL, *labels.names))
    for seed, psi, row in zip(labels.seeds, labels.psi, labels.values, strict=True):
        writer.writerow((seed, shown(psi), labels.model, *map(shown, row)))
    write_atomically(path, text.getvalue().encode())


def shown(number: float) -> str:
    """Six figures; nothing for a missing number."""
    return "" if math.isnan(number) else f"{number:.6g}"
