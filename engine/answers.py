"""What a person said of faces by their own eye: how much each shows of a word. Values only; a project keeps them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from engine.checks import check_number, check_seed
from engine.errors import RecipeError

FEWEST_STARS, MOST_STARS = 1, 5  # minus and plus, where a person says no more than that
LONGEST_WORD = 60
TAKEN = ("seed", "latent", "psi", "model")  # columns of a table of labels
PSI = 0.7


class Answer(Struct, frozen=True, forbid_unknown_fields=True):
    """How much of the word the face of a seed shows, from 1 to 5."""

    seed: int
    stars: int

    def __post_init__(self) -> None:
        check_seed(self.seed)
        check_number(f"the answer about seed {self.seed}", self.stars, FEWEST_STARS, MOST_STARS)


class Answers(Struct, frozen=True, forbid_unknown_fields=True):
    """All answers about one word. model: content hash of the model whose faces were seen; psi: their truncation."""

    word: str
    model: str
    answers: tuple[Answer, ...] = ()
    psi: float = PSI

    def __post_init__(self) -> None:
        check_word(self.word)
        check_number("the psi of the faces that were asked about", self.psi, -2, 2)
        seeds = [answer.seed for answer in self.answers]
        if len(set(seeds)) < len(seeds):
            raise RecipeError(f"'{self.word}' has two answers about one face; keep one of them")

    def of(self, seed: int) -> int | None:
        """What was said of a face; None where nothing was."""
        return next((answer.stars for answer in self.answers if answer.seed == seed), None)


def check_word(word: str) -> None:
    """RecipeError unless a word can name a slider and a column of a table."""
    if not word.isprintable() or not word.strip() or word != word.strip() or len(word) > LONGEST_WORD:
        raise RecipeError(f"the word is 1 to {LONGEST_WORD} printable characters, not {word[:LONGEST_WORD]!r}")
    if word.casefold() in TAKEN:
        raise RecipeError(f"'{word}' is what a table of labels calls something else; choose another word")


def about(said: Sequence[Answers], word: str, model: str) -> Answers:
    """The answers about a word; none yet where nothing was said of it."""
    found = next((one for one in said if one.model == model and one.word.casefold() == word.casefold()), None)
    return found or Answers(word, model)


def with_answer(said: Sequence[Answers], answers: Answers, seed: int, stars: int | None) -> tuple[Answers, ...]:
    """All that was said, with another answer about a face; stars: None takes it back."""
    rest = tuple(answer for answer in answers.answers if answer.seed != seed)
    new = replace(answers, answers=rest if stars is None else (*rest, Answer(seed, stars)))
    return with_answers(said, new)


def with_answers(said: Sequence[Answers], new: Answers) -> tuple[Answers, ...]:
    """All that was said, with these answers in the place of those about the same word; empty ones are dropped."""
    others = [one for one in said if (one.model, one.word.casefold()) != (new.model, new.word.casefold())]
    return (*others, new) if new.answers else tuple(others)
