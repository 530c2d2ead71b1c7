"""Rounds dealt from a seed: which pictures, which of them where, and what the hint is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from engine.quiz.setup import QuizError, Setup, contest_of
from engine.timeline.dice import draw

SAMPLES = 1000  # seeds below this one, and the first real picture, are shown before a game and never dealt
SEEDS = 2**32
Item = TypeVar("Item")


@dataclass(frozen=True)
class Card:
    """One picture. kind: 0 or 1, of the contest's two; number: of the real picture, or the seed of a generated one."""

    kind: int
    number: int


@dataclass(frozen=True)
class Round:
    """answer: of two pictures the place of the one that is looked for, of one picture its kind: always 0 or 1.

    cards: what is shown, from left to right. companion: a picture of the other kind that is not shown, in a round of
    one. tell: id of the hint, "" for none.
    """

    number: int
    answer: int
    cards: tuple[Card, ...]
    companion: Card | None
    tell: str


def deal(setup: Setup, reals: int = 0, tells: Sequence[str] = ()) -> tuple[Round, ...]:
    """All rounds of a game: each answer as often as the other, each tell as often as the others, no picture twice.

    reals: how many real pictures there are. QuizError where a contest with real pictures has too few.
    """
    photographed = not contest_of(setup.contest).compares
    if photographed and reals < setup.rounds + 1:
        raise QuizError(
            f"{setup.rounds} rounds need {setup.rounds + 1} real pictures and there are {reals}; "
            "choose fewer rounds or a larger folder"
        )
    answers = shuffled([number % 2 for number in range(setup.rounds)], setup.seed, 1)
    hints = repeated(tells if setup.hints else (), setup.rounds, setup.seed)
    seeds = distinct_seeds(2 * setup.rounds, setup.seed)
    real = shuffled(range(1, reals), setup.seed, 3)[: setup.rounds] if photographed else seeds[setup.rounds :]
    rounds = []
    for number, answer in enumerate(answers):
        target, other = Card(0, real[number]), Card(1, seeds[number])
        if setup.pictures == 2:
            cards: tuple[Card, ...] = (other, target) if answer else (target, other)
            rounds.append(Round(number, answer, cards, None, hints[number]))
        else:
            shown, hidden = (other, target) if answer else (target, other)
            rounds.append(Round(number, answer, (shown,), hidden, hints[number]))
    return tuple(rounds)


def shuffled(items: Sequence[Item] | range, seed: int, deck: int) -> list[Item]:
    """In an order that the seed decides (Fisher & Yates); deck: one for each purpose."""
    order: list[Item] = list(items)  # type: ignore[arg-type]
    for last in range(len(order) - 1, 0, -1):
        place = draw(seed ^ draw(0, deck), last) % (last + 1)
        order[last], order[place] = order[place], order[last]
    return order


def repeated(items: Sequence[str], count: int, seed: int) -> list[str]:
    """So many, each item once in every turn, every turn in an order of its own."""
    made: list[str] = []
    while items and len(made) < count:
        made += shuffled(items, seed, 1000 + len(made))
    return made[:count] if items else [""] * count


def distinct_seeds(count: int, seed: int) -> list[int]:
    """Seeds of pictures, no two alike and none of those that a person was shown before."""
    found: dict[int, None] = {}
    index = 0
    while len(found) < count:
        found.setdefault(SAMPLES + draw(seed ^ draw(0, 2), index) % (SEEDS - SAMPLES))
        index += 1
    return list(found)
