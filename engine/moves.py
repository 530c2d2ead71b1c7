"""The moves of a recipe along one direction, and pins: recipe algebra. No tensors live here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from engine.recipe import DirectionAmount, Recipe

FURTHEST = 100.0  # what a recipe takes as an amount


def amounts_in(recipe: Recipe) -> dict[str, float]:
    """id -> how far the recipe goes along it: the sum of its moves, whatever each of them leaves alone."""
    sums: dict[str, float] = {}
    for move in recipe.directions:
        sums[move.id] = sums.get(move.id, 0.0) + move.amount
    return {id: round(amount, 9) + 0.0 for id, amount in sums.items()}


def rows_in(recipe: Recipe) -> dict[str, tuple[int, ...]]:
    """id -> the style rows on which the recipe goes along it."""
    return {move.id: move.rows for move in recipe.directions}


def moved(recipe: Recipe, move: DirectionAmount, pins: Iterable[str] = ()) -> Recipe:
    """The recipe with `move.amount` as the sum along `move.id`; what was moved under other pins stays as it was.

    What is new goes at right angles to the pins (InterFaceGAN, 2005.09635, section 3.3), so that nothing jumps when
    a pin is set. A sum of exactly 0 takes every move along this id away.
    """
    kept = tuple(sorted(set(pins) - {move.id}))
    own = [one for one in recipe.directions if one.id == move.id]
    others = [one for one in own if tuple(sorted(one.orthogonal_to)) != kept]
    part = round(move.amount - sum(one.amount for one in others), 9)
    new = replace(move, amount=min(max(part, -FURTHEST), FURTHEST), orthogonal_to=kept)
    if move.amount == 0:
        stay = []
    elif new.amount == 0:
        stay = others
    else:
        stay = [*others, new]
    if not own:
        return replace(recipe, directions=(*recipe.directions, *stay))
    at = recipe.directions.index(own[0])  # where it stood, so that the order tells when each direction came
    before = [one for one in recipe.directions[:at] if one.id != move.id]
    after = [one for one in recipe.directions[at:] if one.id != move.id]
    return replace(recipe, directions=(*before, *stay, *after))


def on_rows(recipe: Recipe, id: str, rows: tuple[int, ...]) -> Recipe:
    """The recipe with all moves along a direction on these style rows."""
    return replace(
        recipe, directions=tuple(replace(one, rows=rows) if one.id == id else one for one in recipe.directions)
    )


def without(recipe: Recipe, moves: Iterable[DirectionAmount]) -> Recipe:
    """The recipe without these moves."""
    gone = set(moves)
    return replace(recipe, directions=tuple(one for one in recipe.directions if one not in gone))


def total_of(moves: Sequence[DirectionAmount]) -> float:
    """How far several moves go together, in units: of one direction the sum, of several the root of the squares."""
    sums = list(amounts_in(Recipe(directions=tuple(moves))).values())
    total = sums[0] if len(sums) == 1 else sum(amount**2 for amount in sums) ** 0.5
    return round(total, 2)
