"""The re-scoring of sliders: what each of them does to every attribute (Shen et al. 2020, 1907.10786, section 4.2)."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.checks import check_number
from engine.directions.likeness import Descriptor, Edges, cosines, outside_face
from engine.directions.measures import Measurer
from engine.directions.pack import Direction, DirectionPack
from engine.directions.pictures import SIZE, pictures_of, styles_of, w_of_seeds
from engine.directions.words import title_of
from engine.errors import VisagistError
from engine.job import Job, Progress
from engine.models.model import Model
from engine.paths import write_atomically

AMOUNTS = (-2.0, -1.0, 1.0, 2.0)
FEWEST = 10
BATCH = 16


@dataclass(frozen=True, eq=False)
class Rescoring:
    """The table. changes [directions, amounts, attributes]: mean change in standard deviations of the attribute among
    the pictures before the move; picture_changes [directions, amounts]: root mean square change of pixels, in levels of
    255; outside: the same outside the oval of an aligned face; likeness: mean cosine of the descriptors before and
    after; descriptor: what tells them; strangers: its mean cosine of two different faces, to compare with; pictures:
    how many were measured.
    """

    directions: tuple[str, ...]
    amounts: tuple[float, ...]
    attributes: tuple[str, ...]
    changes: NDArray[np.float64]
    picture_changes: NDArray[np.float64]
    outside: NDArray[np.float64]
    likeness: NDArray[np.float64]
    descriptor: str
    strangers: float
    pictures: int

    def own(self, direction: int) -> int | None:
        """The attribute that a direction is named after."""
        name = self.directions[direction].casefold()
        return next((place for place, told in enumerate(self.attributes) if title_of(told).casefold() == name), None)

    def change(self, direction: str, attribute: str, amount: float) -> float:
        """One cell."""
        place = (self.directions.index(direction), self.amounts.index(amount), self.attributes.index(attribute))
        return float(self.changes[place])

    def moves(self, direction: int) -> float | None:
        """How far its own attribute goes over all amounts, in standard deviations."""
        own = self.own(direction)
        ends = np.argmin(self.amounts), np.argmax(self.amounts)
        return (
            None
            if own is None
            else float(self.changes[direction, ends[1], own] - self.changes[direction, ends[0], own])
        )

    def near(self) -> NDArray[np.bool_]:
        """The amounts nearest to one unit, either way."""
        sizes = np.abs(self.amounts)
        return np.asarray(np.isclose(sizes, sizes[np.argmin(np.abs(sizes - 1))]))

    def others(self, direction: int) -> float:
        """Mean absolute change of the other attributes at the amounts nearest to one unit."""
        left = np.arange(len(self.attributes)) != self.own(direction)
        return float(np.abs(self.changes[direction][self.near()][:, left]).mean()) if left.any() else 0.0


def evaluate(
    model: Model,
    pack: DirectionPack,
    measurer: Measurer,
    seeds: Sequence[int],
    *,
    psi: float = 0.7,
    amounts: Sequence[float] = AMOUNTS,
    size: int | None = SIZE,
    descriptor: Descriptor | None = None,
) -> Job[Rescoring]:
    """Move the pictures of these seeds along each direction of a pack and measure them again.

    descriptor: tells whether a person is the same; edges do without one.
    Raises VisagistError for a pack of another model, or too few pictures to tell a standard deviation from.
    """
    check(model, pack, seeds, amounts)
    check_number("psi", psi, -2, 2)
    w = torch.lerp(model.w_mean, (yield from w_of_seeds(model.generator, seeds)), psi)
    tells = descriptor or Edges()
    total = len(seeds) * (1 + len(pack.directions) * len(amounts))
    done = 0
    before, numbers, persons = [], [], []
    for part in torch.split(styles_of(model, w), BATCH):
        yield Progress(done, total, "measuring pictures as they are")
        before.append(pictures_of(model.generator, part, size))
        numbers.append(measurer(before[-1]))
        persons.append(tells(before[-1]))
        done += len(part)
    base, known = np.concatenate(numbers), np.concatenate(persons)
    deviations = np.nanstd(base, 0)
    deviations[deviations == 0] = np.inf  # what never differs is not told to change
    beside = outside_face(*before[0].shape[1:3])
    changes = np.zeros((len(pack.directions), len(amounts), base.shape[1]))
    seen, outside, likeness = (np.zeros(changes.shape[:2]) for _ in range(3))
    for place, direction in enumerate(pack.directions):
        for at, amount in enumerate(amounts):
            after, alike = [], []
            everywhere, apart = 0.0, 0.0  # sums of squares
            for number, part in enumerate(torch.split(styles_of(model, w), BATCH)):
                yield Progress(done, total, f"measuring {direction.name} {amount:+g}")
                pictures = pictures_of(model.generator, moved(part, direction, amount), size)
                after.append(measurer(pictures))
                alike.append(cosines(persons[number], tells(pictures)))
                squares = np.square(pictures.astype(np.float32) - before[number])
                everywhere, apart = everywhere + float(squares.sum()), apart + float(squares[:, beside].sum())
                done += len(part)
            changes[place, at] = np.nanmean(np.concatenate(after) - base, 0) / deviations
            seen[place, at] = np.sqrt(everywhere / (3 * len(w) * beside.size))
            outside[place, at] = np.sqrt(apart / (3 * len(w) * beside.sum()))
            likeness[place, at] = np.nanmean(np.concatenate(alike))
    names = tuple(direction.name for direction in pack.directions)
    strangers = float(np.nanmean(cosines(known, np.roll(known, 1, 0))))
    said = (seen, outside, likeness, tells.name, strangers, len(seeds))
    return Rescoring(names, tuple(amounts), measurer.names, changes, *said)


def check(model: Model, pack: DirectionPack, seeds: Sequence[int], amounts: Sequence[float]) -> None:
    """Whether there is something to evaluate."""
    if pack.model != model.hash:
        raise VisagistError(
            f"this pack was made for another model ({pack.model[:12]}) and the open model is {model.hash[:12]}; "
            "open the model it was made for first"
        )
    if len(seeds) < FEWEST:
        raise VisagistError(f"{len(seeds)} pictures were asked for; measure at least {FEWEST}, better 500")
    if not amounts:
        raise VisagistError("no amount was given to move the pictures by; give some, like -2,-1,1,2")
    for amount in amounts:
        check_number("an amount", amount, -100, 100)


def moved(styles: torch.Tensor, direction: Direction, amount: float) -> torch.Tensor:
    """styles [N, style_rows, w_dim] some units along a direction."""
    rows = list(direction.rows)
    far = styles.clone()
    far[:, rows] += amount * (direction.vector if direction.vector.dim() == 1 else direction.vector[rows])
    return far


def write_rescoring(path: Path, table: Rescoring) -> None:
    """The whole table as CSV: a row for each direction and amount."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    likeness = f"likeness by {table.descriptor}"
    writer.writerow(("direction", "amount", "pixels", "pixels outside the face", likeness, *table.attributes))
    for place, direction in enumerate(table.directions):
        for at, amount in enumerate(table.amounts):
            levels = (f"{seen[place, at]:.2f}" for seen in (table.picture_changes, table.outside))
            row = (f"{change:.3f}" for change in table.changes[place, at])
            writer.writerow((direction, f"{amount:g}", *levels, f"{table.likeness[place, at]:.3f}", *row))
    write_atomically(path, text.getvalue().encode())
