"""What a game is about: the kinds of contest in one table, and the setup of a game as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from engine.checks import check_seed
from engine.errors import VisagistError

FEWEST_ROUNDS, MOST_ROUNDS = 1, 200
LONGEST_ROUND = 120  # seconds

ContestId = Literal["real", "wild", "models"]


class QuizError(VisagistError):
    """A game that cannot be played."""


@dataclass(frozen=True)
class Contest:
    """Two kinds of picture that are told apart; the first is the one that is looked for when two are shown.

    kinds: their names, letters: their keys; {0} and {1} in them are names of models. ask_two, ask_one: the question.
    about: one sentence for who has not played it. compares: whether both kinds are generated.
    """

    id: ContestId
    title: str
    kinds: tuple[str, str]
    letters: tuple[str, str]
    ask_two: str
    ask_one: str
    about: str
    compares: bool = True


CONTESTS = (
    Contest(
        "real",
        "Real or generated",
        ("Real", "Generated"),
        ("R", "G"),
        "Which one is real?",
        "Real or generated?",
        "One picture is a photograph of yours, the other was made by the open model.",
        compares=False,
    ),
    Contest(
        "wild",
        "Wild or tame",
        ("Wild", "Tame"),
        ("W", "T"),
        "Which one was left wild?",
        "Wild or tame?",
        "Both are generated: one was pulled towards the model's average (psi 0.5), the other was left wild (psi 1).",
    ),
    Contest(
        "models",
        "Which network",
        ("{0}", "{1}"),
        ("A", "B"),
        "Which one is by {0}?",
        "Which network made it?",
        "Both are generated, by two networks or by two snapshots of one training.",
    ),
)
WILD, TAME, USUAL = 1.0, 0.5, 0.7  # psi


def contest_of(id: str) -> Contest:
    """The contest of an id."""
    return next(contest for contest in CONTESTS if contest.id == id)


class Setup(Struct, frozen=True, forbid_unknown_fields=True):
    """A game that can be repeated: the same setup deals the same rounds from the same pictures.

    pictures: shown at once, 1 or 2. seconds: to answer in, 0 for as long as one likes. hints: draw where to look, by
    the geometry of aligned faces. folder: of the real pictures; other: the file of the second model.
    """

    contest: ContestId = "wild"
    pictures: int = 2
    rounds: int = 10
    seconds: int = 0
    seed: int = 0
    hints: bool = True
    folder: str = ""
    other: str = ""

    def __post_init__(self) -> None:
        check_seed(self.seed)
        if self.pictures not in (1, 2):
            raise QuizError(f"the quiz shows {self.pictures} pictures at once; it must be 1 or 2")
        if not FEWEST_ROUNDS <= self.rounds <= MOST_ROUNDS:
            raise QuizError(f"the quiz has {self.rounds} rounds; it must have {FEWEST_ROUNDS} to {MOST_ROUNDS}")
        if not 0 <= self.seconds <= LONGEST_ROUND:
            raise QuizError(f"a round lasts {self.seconds} s; it must last up to {LONGEST_ROUND} s, or 0 for no limit")
