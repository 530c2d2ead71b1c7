"""The dealer: has the pictures of the next rounds made before they are asked for, so that no round waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from engine.job import Job, Progress
from engine.quiz.dealing import Card, Round
from engine.quiz.fairness import Pixels, fair
from studio.quiz.table import Table, shown_or_not
from studio.session import Session
from studio.training.data_sets import to_picture

if TYPE_CHECKING:
    from engine.frame import Frame

AHEAD = 3  # rounds that are ready, or on their way


@dataclass(frozen=True)
class Dealt:
    """pictures: of a round, from left to right; inspector: what the discriminator answers, None where there is none."""

    round: Round
    pictures: tuple[QImage, ...]
    inspector: int | None = None


class Dealer(QObject):
    """ready: a round can be shown now, its number; failed: none can any more, with the error."""

    ready = Signal(int)
    failed = Signal(object)

    def __init__(self, session: Session, table: Table, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self.table = session, table
        self.dealt: dict[int, Dealt] = {}
        self.begun = 0  # rounds that are ready, were played, or are on their way
        self.ended = False

    def look_ahead(self, number: int) -> None:
        """Round `number` is on show, or is next: get those after it ready, and forget those before."""
        for past in [past for past in self.dealt if past < number]:
            del self.dealt[past]
        while not self.ended and self.begun < min(number + AHEAD, len(self.table.rounds)):
            self.begun += 1
            self.fetch(self.table.rounds[self.begun - 1])

    def fetch(self, one: Round) -> None:
        """Have the generated pictures of a round rendered, then all of them made alike."""
        # the kind that is quicker at hand must not be known by how long a round lets wait
        cards = shown_or_not(one) if self.table.is_mixed else one.cards
        wanted = [card for card in cards if self.table.hands[card.kind].reals is None]
        frames: dict[Card, Frame] = {}

        def taker(card: Card, frame: Frame | None, error: BaseException | None) -> None:
            if self.ended:
                return
            if frame is None:
                self.fail(error)
                return
            frames[card] = frame
            if len(frames) == len(wanted):
                self.finish(one, cards, frames)

        for card in wanted:
            hand = self.table.hands[card.kind]
            self.session.ask_for(
                hand.recipe(card.number),
                None,
                lambda frame, error, card=card: taker(card, frame, error),
                hand.renderer,
            )
        if not wanted:
            self.finish(one, cards, frames)

    def finish(self, one: Round, cards: Sequence[Card], frames: Mapping[Card, Frame]) -> None:
        """Everything of a round is there but for what a job does."""
        self.session.jobs.start(finishing(self.table, one, cards, frames), self.take, self.fail)

    def take(self, dealt: Dealt) -> None:
        if not self.ended:
            self.dealt[dealt.round.number] = dealt
            self.ready.emit(dealt.round.number)

    def fail(self, error: BaseException | None) -> None:
        """Once is enough."""
        if not self.ended:
            self.end()
            self.failed.emit(error)

    def end(self) -> None:
        """Nobody plays any more."""
        self.ended = True


def finishing(table: Table, one: Round, cards: Sequence[Card], frames: Mapping[Card, Frame]) -> Job[Dealt]:
    """Bring real and generated pictures to one size by one filter, and ask the inspector."""
    yield Progress(0, 1, "making the pictures alike")
    pictures: dict[Card, Pixels] = {}
    for card in cards:
        reals = table.hands[card.kind].reals
        if reals is None:
            pictures[card] = frames[card].rgb()
        else:
            own = table.spare[one.number :: len(table.rounds)]  # so that two rounds do not take the same one
            pictures[card] = reals.first_sound([card.number, *own, *table.spare])
    shown = tuple(to_picture(fair(pictures[card], table.side)) for card in one.cards)
    return Dealt(one, shown, inspected(table, one, cards, pictures))


def inspected(table: Table, one: Round, cards: Sequence[Card], pictures: Mapping[Card, Pixels]) -> int | None:
    """What the inspector says to a round of a real and a generated picture."""
    if table.inspector is None:
        return None
    from engine.quiz.inspector import verdict

    real, generated = sorted(cards, key=lambda card: card.kind)
    said = table.inspector.logits([pictures[real], pictures[generated]])
    return verdict(*said, one.answer, pictures=table.setup.pictures)
