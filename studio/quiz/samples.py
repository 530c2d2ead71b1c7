"""A picture of each kind with its name, so that everybody knows what is looked for; no game ever deals them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.job import Job
from engine.quiz.fairness import fair, fair_side
from engine.quiz.setup import TAME, USUAL, WILD, Setup, contest_of
from engine.recipe import Recipe, SeedLatent, Truncation
from studio.images import to_image
from studio.quiz.picture_card import Told
from studio.quiz.reals import looking
from studio.quiz.round_view import COLOURS, GAP, Row
from studio.session import Session
from studio.training.data_sets import to_picture

if TYPE_CHECKING:
    from engine.frame import Frame

SIDE = 512  # pixels of a sample
SEED = 84  # below those that are dealt


class Samples(QWidget):
    """Two pictures side by side, not to be chosen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.wished: tuple[Setup, int] | None = None
        self.row = Row()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.row)
        for card in self.row.cards:
            card.setEnabled(False)

    def set_unit(self, unit: float) -> None:
        """How large a wall it is for."""
        self.row.gap = round(GAP * unit)
        for card in self.row.cards:
            card.unit = unit
        self.row.place()

    def show_setup(self, setup: Setup) -> None:
        """Both kinds of a game, as far as they can be had before it begins."""
        wish = (setup, self.session.model_number)
        if wish == self.wished:
            return
        self.wished = wish
        contest = contest_of(setup.contest)
        self.row.show_count(1 if contest.id == "models" else 2)
        for card in self.row.cards:
            card.show_picture(None, "")
        if contest.id == "real":
            if setup.folder:
                self.session.jobs.start(
                    first_real(Path(setup.folder), self.side),
                    partial(self.take_image, wish, 0, contest.kinds[0]),
                    self.leave_out,
                )
            self.ask(wish, 1, contest.kinds[1], SEED, USUAL)
        elif contest.id == "wild":
            self.ask(wish, 0, contest.kinds[0], SEED, WILD)
            self.ask(wish, 1, contest.kinds[1], SEED, TAME)
        else:
            self.ask(wish, 0, self.session.document.model.title if self.session.document.model else "", SEED, USUAL)

    def forget(self) -> None:
        """Pictures that are on their way are no longer wanted."""
        self.wished = None

    @property
    def side(self) -> int:
        """Of the open model's pictures."""
        return SIDE if self.session.document.model is None else self.session.document.model.resolution

    def ask(self, wish: tuple[Setup, int], place: int, name: str, seed: int, psi: float) -> None:
        """A picture of the open model."""
        model = self.session.document.model
        if model is None:
            self.wished = None
            return

        def take(frame: Frame | None, error: BaseException | None) -> None:
            if frame is not None:
                self.take_image(wish, place, name, to_image(frame).copy())
            elif wish == self.wished:
                self.session.messages.fail("rendering a sample", error)

        recipe = model.fitted(Recipe(latent=SeedLatent(seed), truncation=Truncation(psi=psi)))
        self.session.ask_for(recipe, SIDE, take)

    def take_image(self, wish: tuple[Setup, int], place: int, name: str, image: QImage) -> None:
        if wish == self.wished:
            card = self.row.cards[place]
            card.show_picture(image, name)
            card.tell(Told(name, COLOURS[place], chosen=False), still=True)

    def leave_out(self, error: BaseException) -> None:
        """The place stays empty."""
        self.session.messages.fail("looking at the pictures", error)


def first_real(folder: Path, side: int) -> Job[QImage]:
    """The real picture that is never dealt, as it would be for a generator of this side."""
    reals = yield from looking(folder, side)
    picture = reals.first_sound([0])
    return to_picture(fair(picture, fair_side([reals.side, side], photographs=True)))
