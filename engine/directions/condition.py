"""Conditional directions for good: what a pinned slider does to a recipe's move, done to a direction of a pack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.directions.pack import Direction
from engine.errors import VisagistError
from engine.latents import projected

LEFT = 1e-3  # of its length; a direction that keeps less lies in the span of the others


def conditioned(direction: Direction, others: Sequence[Direction]) -> Direction:
    """A direction that leaves the attributes of others alone (InterFaceGAN, 1907.10786, section 3.3).

    Learned packs keep the raw vectors, so that a pin in the window stays live; this is for those that are to be given
    away projected. Raises VisagistError where nothing of the direction is left.
    """
    vector = projected(direction.vector, [other.vector for other in others])
    if float(vector.norm()) < LEFT * float(direction.vector.norm()):
        names = ", ".join(other.name for other in others)
        raise VisagistError(f"nothing of '{direction.name}' is left beside {names}; leave one of them free")
    return replace(direction, vector=vector)
