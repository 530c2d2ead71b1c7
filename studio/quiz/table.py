"""The table a game is played at: everything that has to be opened before the first round, laid by one job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.job import Job, Progress
from engine.quiz.dealing import Card, Round, deal
from engine.quiz.fairness import fair_side
from engine.quiz.setup import TAME, USUAL, WILD, Contest, QuizError, Setup, contest_of
from engine.quiz.tells import tells_of
from engine.recipe import Recipe, SeedLatent, Truncation
from studio.quiz.reals import Reals, looking

if TYPE_CHECKING:
    from engine.quiz.inspector import Inspector
    from engine.renderer import Renderer
    from studio.open_model import OpenModel

Fit = Callable[[Recipe], Recipe]


@dataclass(frozen=True)
class Hand:
    """Where the pictures of one kind are from: real ones, or a network and how far it is pulled towards its average.

    side: of its pictures. renderer: of another model than the open one; fit: a recipe for the network.
    """

    side: int
    reals: Reals | None = None
    renderer: Renderer | None = None
    psi: float = USUAL
    fit: Fit | None = None

    def recipe(self, seed: int) -> Recipe:
        """What is rendered for a seed."""
        assert self.fit is not None, "a real picture has no recipe"
        return self.fit(Recipe(latent=SeedLatent(seed), truncation=Truncation(psi=self.psi)))


@dataclass(frozen=True)
class Table:
    """names: of the two kinds, as a person reads them. side: at which all pictures are shown.

    spare: numbers of real pictures that take the place of damaged ones.
    """

    setup: Setup
    contest: Contest
    names: tuple[str, str]
    hands: tuple[Hand, Hand]
    rounds: tuple[Round, ...]
    side: int
    spare: tuple[int, ...]
    inspector: Inspector | None

    @property
    def is_mixed(self) -> bool:
        """Whether the two kinds are made in different ways."""
        return any(hand.reals is not None or hand.renderer is not None for hand in self.hands)

    @property
    def question(self) -> str:
        """What is asked in every round."""
        asked = self.contest.ask_two if self.setup.pictures == 2 else self.contest.ask_one
        return asked.format(*self.names)


def laying(setup: Setup, model: OpenModel, path: Path, family: str) -> Job[Table]:
    """Open what the game needs. model, path, family: of the open model. VisagistError with what would be right."""
    contest = contest_of(setup.contest)
    yield Progress(0, 0, "getting the pictures ready")
    inspector, names = None, contest.kinds
    open_hand = Hand(model.resolution, fit=model.fitted)
    if contest.id == "real":
        if not setup.folder:
            raise QuizError("no real pictures were chosen yet; choose a folder or a data set of yours")
        reals = yield from looking(Path(setup.folder), model.resolution)
        hands = (Hand(reals.side, reals), open_hand)
        inspector = yield from waking(path, model.resolution)
    elif contest.id == "wild":
        hands = (Hand(model.resolution, psi=WILD, fit=model.fitted), Hand(model.resolution, psi=TAME, fit=model.fitted))
    else:
        hands, names = yield from meeting(setup, model, open_hand)
    count = hands[0].reals.count if hands[0].reals is not None else 0
    rounds = deal(setup, count, [tell.id for tell in tells_of(family)])
    dealt = {card.number for one in rounds for card in shown_or_not(one) if hands[card.kind].reals is not None}
    spare = tuple(number for number in range(1, min(count, len(dealt) + 50)) if number not in dealt)
    side = fair_side([hand.side for hand in hands], photographs=contest.id == "real")
    return Table(setup, contest, names, hands, rounds, side, spare, inspector)


def meeting(setup: Setup, model: OpenModel, open_hand: Hand) -> Job[tuple[tuple[Hand, Hand], tuple[str, str]]]:
    """Open the second network."""
    from studio.workers.opening import opening

    if not setup.other:
        raise QuizError("no second network was chosen yet; choose another model or a snapshot")
    other = yield from opening(Path(setup.other), 0)
    if other.model.hash == model.hash:
        raise QuizError(f"{other.model.title} is the open model itself; choose another one")
    hand = Hand(other.model.resolution, renderer=other.renderer, fit=other.model.fitted)
    return (open_hand, hand), told_apart(model, other.model)


def told_apart(one: OpenModel, other: OpenModel) -> tuple[str, str]:
    """Names of two models: their titles, or where those are alike, A and B."""
    if one.title != other.title:
        return one.title, other.title
    return f"{one.title} (A)", f"{other.title} (B)"


def waking(path: Path, side: int) -> Job[Inspector | None]:
    """The discriminator of the open model, where its file has one."""
    yield Progress(0, 0, "asking for the inspector")
    from engine.quiz.inspector import open_inspector

    return open_inspector(path, side)


def shown_or_not(one: Round) -> tuple[Card, ...]:
    """All cards of a round."""
    return one.cards if one.companion is None else (*one.cards, one.companion)
