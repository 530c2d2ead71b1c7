"""A game under way: its rounds, the answers so far, and whose turn it is."""

from __future__ import annotations

from collections.abc import Sequence

from engine.quiz.dealing import Round
from engine.quiz.scores import Answer
from engine.quiz.setup import Setup


class Game:
    """rounds: as `deal` gives them. It knows no clock: whoever plays it says how long an answer took."""

    def __init__(self, setup: Setup, rounds: Sequence[Round]) -> None:
        self.setup, self.rounds = setup, tuple(rounds)
        self.answers: list[Answer] = []

    @property
    def round(self) -> Round | None:
        """The one that waits for an answer; None when the game is over."""
        return self.rounds[len(self.answers)] if len(self.answers) < len(self.rounds) else None

    def answer(self, given: int | None, seconds: float, inspector: int | None = None) -> Answer:
        """Answer the round that waits: 0 or 1 as `Round.answer`, None where time ran out."""
        waiting = self.round
        assert waiting is not None, "the game is over"
        made = Answer(
            contest=self.setup.contest,
            pictures=self.setup.pictures,
            asked=waiting.answer,
            given=given,
            seconds=seconds,
            limit=self.setup.seconds,
            tell=waiting.tell,
            inspector=inspector,
        )
        self.answers.append(made)
        return made
