"""What can be learned of a table of labels, column by column, and why nothing can of the others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.directions.labels import Kind, Labels, attributes_of, bare_table, kind_of, parsed, read_columns
from engine.directions.words import is_offered, is_said, title_of
from engine.errors import VisagistError

FEWEST = 20  # labels of an attribute
FEWEST_OF_A_KIND = 5  # of each of two classes, so that every fold of the cross-validation can have one
UNSAID = "sorts people by descent, and no slider does"


@dataclass(frozen=True)
class Column:
    """An attribute of a table.

    labels: how many there are; kind: what sort they are of; wrong: why nothing can be learned of them, as the rest of a
    sentence about the column, or nothing; offered: whether a slider is made of it without being asked.
    """

    name: str
    labels: int
    kind: Kind
    wrong: str = ""
    offered: bool = True

    @property
    def title(self) -> str:
        """What its slider would be called."""
        return title_of(self.name)


@dataclass(frozen=True)
class Survey:
    """A table as a person chooses from it. rows: how many pictures it tells of."""

    path: Path
    rows: int
    columns: tuple[Column, ...]

    @property
    def useful(self) -> tuple[Column, ...]:
        """The columns that something can be learned of."""
        return tuple(column for column in self.columns if not column.wrong)


def survey(path: Path, model_hash: str) -> Survey:
    """Every attribute of a table, also those that are no numbers.

    Raises VisagistError for a file that is no table of labels, and for one of another model.
    """
    columns = read_columns(path)
    bare = bare_table(path, columns)
    check_whose(bare, model_hash)
    found = tuple(surveyed(name, columns[name]) for name in attributes_of(columns))
    if not found:
        raise VisagistError(f"{path} tells nothing of its pictures; add one column for each attribute")
    return Survey(path, len(bare.seeds), found)


def surveyed(name: str, cells: list[str]) -> Column:
    """What one column is good for."""
    numbers, wrong = parsed(cells)
    if wrong:
        return Column(name, sum(map(bool, cells)), "real", wrong)
    values = np.array(numbers, np.float64)
    column = Column(name, int(np.isfinite(values).sum()), kind_of(values), obstacle(values), is_offered(name))
    return column if is_said(name) else replace(column, wrong=UNSAID)


def check_labels(labels: Labels, model_hash: str) -> None:
    """Whether there is something to learn from; VisagistError with one sentence otherwise."""
    check_whose(labels, model_hash)
    for name in labels.names:
        wrong = obstacle(labels.column(name))
        if wrong:
            raise VisagistError(f"{labels.source}: '{name}' {wrong}")


def check_whose(labels: Labels, model_hash: str) -> None:
    """VisagistError where a table says that it is about another model."""
    if labels.model and labels.model != model_hash:
        raise VisagistError(
            f"{labels.source} was made with another model ({labels.model[:12]}) and the open model is "
            f"{model_hash[:12]}; seeds show other pictures there, so label those of this model"
        )


def obstacle(column: NDArray[np.float64]) -> str:
    """Why nothing can be learned of an attribute, as the rest of a sentence about it; nothing where it can be."""
    known = column[np.isfinite(column)]
    if not len(known):
        return "has no label at all; fill some in, or leave it out"
    values, counts = np.unique(known, return_counts=True)
    rare = counts.min()
    if len(known) < FEWEST:
        return f"has {len(known)} label{plural(len(known))}; at least {FEWEST} are needed, and some hundred are better"
    if not known.std() > 0:
        return f"is {values[0]:g} in every row; label pictures that differ in it"
    if len(values) == 2 and rare < FEWEST_OF_A_KIND:
        one = f"is {values[counts.argmin()]:g} in {rare} row{plural(rare)} only"
        return f"{one}; at least {FEWEST_OF_A_KIND} of each kind are needed"
    return ""


def plural(count: int) -> str:
    """What a word has for so many."""
    return "" if count == 1 else "s"
