"""In which order things come, without end: the place of any step, without counting through those before it."""

from __future__ import annotations

from functools import lru_cache

from engine.show.scenes import Order
from engine.timeline.dice import draw


def place_of(order: Order, step: int, count: int, seed: int) -> int:
    """Which of so many things comes at a step, step 0 being the first."""
    if count < 2:
        return 0
    if order == "there and back":
        there = step % (2 * count - 2)
        return min(there, 2 * count - 2 - there)
    lap, at = divmod(step, count)
    return shuffled(count, seed, lap)[at] if order == "shuffled" else at


@lru_cache(maxsize=256)
def shuffled(count: int, seed: int, lap: int) -> tuple[int, ...]:
    """An order of its own for every lap, which never begins with what the lap before ended with."""
    cards = dealt(count, seed, lap)
    if count > 2 and cards[0] == dealt(count, seed, lap - 1)[-1]:
        cards[0], cards[1] = cards[1], cards[0]  # the last stays, so that the next lap need not ask further back
    return tuple(cards)


def dealt(count: int, seed: int, lap: int) -> list[int]:
    """Fisher and Yates' shuffle."""
    cards = list(range(count))
    inner = draw(seed, lap)
    for last in range(count - 1, 0, -1):
        other = draw(inner, last) % (last + 1)
        cards[last], cards[other] = cards[other], cards[last]
    return cards
