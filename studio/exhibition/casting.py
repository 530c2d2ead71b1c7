"""Which model plays, and which are to be open beside it: another takes over as soon as it is open, and not before."""

from __future__ import annotations

from engine.recipe import Recipe
from engine.show.playing import Part
from engine.show.values import ShowModel
from studio.exhibition.engine import Engine

SPARE = ShowModel("", "the program's own model")  # the one that it begins with


class Casting:
    """current: the model that plays; coming: the next one, which is opened ahead of its time."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.current: ShowModel | None = None
        self.coming: ShowModel | None = None

    def takes_over(self, part: Part) -> bool:
        """Whether what plays has just got another model, so that its pictures are others."""
        known = self.current
        if self.engine.facts(part.model) is not None:
            self.current = part.model
        elif self.current is None or (self.current in self.engine.retry_at and self.engine.models):
            self.current = next(iter(self.engine.models), part.model)
        return known is not None and self.current != known

    def faces(self, part: Part, before: Part | None) -> tuple[Recipe, ...] | None:
        """What to render with the present model; None: its own is on its way, and nothing moves."""
        if part.model == self.current:
            return part.recipes
        if before is not None and before.model == self.current:
            return before.recipes
        on_its_way = part.model in self.engine.under_way and part.model not in self.engine.retry_at
        return None if on_its_way else part.recipes  # a scene whose model is not to be had plays with the present one

    def want(self, part: Part | None) -> None:
        """Have open what plays and what is to play, and the program's own model where none of them can be opened."""
        wanted = [self.current, None if part is None else part.model, self.coming]
        if not self.engine.models and self.current in self.engine.retry_at:
            wanted.append(SPARE)
        self.engine.want(list(dict.fromkeys(model for model in wanted if model is not None)))
