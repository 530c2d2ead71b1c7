"""Several moves as one direction, which at the amount that the moves had together gives the same picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from engine.directions.pack import FURTHEST, Direction, check_name
from engine.errors import VisagistError
from engine.latents import Latents
from engine.moves import amounts_in, total_of
from engine.recipe import DirectionAmount, Recipe

Range = tuple[float, float]


def merge(
    latents: Latents,
    moves: Sequence[DirectionAmount],
    ranges: Mapping[str, Range],
    *,
    name: str,
    heading: str,
) -> Direction:
    """One direction along the sum of these moves; moves that act on different style rows give a vector for each row.

    One unit is `total_of` the moves shorter than their sum, so that it changes a picture about as much as a unit of
    any other. ranges: id -> range in units; the new range ends where the first of the moves leaves its own.
    Raises VisagistError where the moves cancel out.
    """
    check_name(name)
    total = total_of(moves)
    change = change_of(latents, moves)  # [style_rows, w_dim]
    used = change.abs().amax(1) > 0
    if not total or not bool(used.any()):
        raise VisagistError("these moves cancel out, so there is no direction to make of them")
    rows = tuple(int(row) for row in used.nonzero())
    alike = bool((change[used] == change[rows[0]]).all())
    low, high = range_of(moves, ranges, total)
    vector = (change[rows[0]] if alike else change) / total
    return Direction(name, vector.clone(), rows, low, high, "merged", "merged", {}, heading)


def change_of(latents: Latents, moves: Sequence[DirectionAmount]) -> Tensor:
    """What moves add to the styles -> [style_rows, w_dim]."""
    change = torch.zeros(latents.plan.style_rows, latents.plan.w_dim)
    for move in moves:
        rows = list(move.rows)
        vector = latents.vector_of(move)
        change[rows] += move.amount * (vector if vector.dim() == 1 else vector[rows])
    return change


def range_of(moves: Sequence[DirectionAmount], ranges: Mapping[str, Range], total: float) -> Range:
    """How far the sum may go either way, as a multiple of `total`, until a part of it leaves its own range."""
    low, high = -FURTHEST, FURTHEST
    for id, amount in amounts_in(Recipe(directions=tuple(moves))).items():
        if amount and id in ranges:
            ends = sorted(end / amount * total for end in ranges[id])
            low, high = max(low, ends[0]), min(high, ends[1])
    # where the moves are beyond their ranges already, they stay within reach
    low, high = min(low, total, 0.0), max(high, total, 0.0)
    return round(max(low, -FURTHEST), 2), round(min(high, FURTHEST), 2)
