"""The history of a recipe: a tree of steps that undo walks along and a new try branches off. Values only."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct
from msgspec.structs import replace

from engine.project import Step
from engine.recipe import Recipe

LIMIT = 300  # steps


class History(Struct, frozen=True):
    """Steps in the order in which they were made, as a project keeps them.

    at: index of the step on show, -1 where there is none; tip: the end of the line on show, which goes through `at`.
    """

    steps: tuple[Step, ...] = ()
    at: int = -1
    tip: int = -1

    @property
    def line(self) -> tuple[int, ...]:
        """Indices from the first step to the tip: what undo and redo walk along."""
        return self.way_to(self.tip)

    def visited(self, recipe: Recipe, text: str, starred: Collection[Recipe] = ()) -> History:
        """After a recipe came to rest: at the step that holds it, or at a new one after the present one.

        starred: recipes whose steps outlive the limit.
        """
        known = self.step_of(recipe)
        if known is not None:
            return self.gone_to(known)
        new = len(self.steps)
        return History((*self.steps, Step(self.at, text, recipe)), new, new).within_limit(starred)

    def gone_to(self, index: int) -> History:
        """At another step; the line on show changes only where it does not go through it."""
        return replace(self, at=index, tip=self.tip if index in self.line else self.last_after(index))

    def switched(self, index: int) -> History:
        """The line through another branch; where that leaves the step on show behind, its first step is on show."""
        other = replace(self, tip=self.last_after(index))
        return other if self.at in other.line else replace(other, at=index)

    def branches(self, index: int) -> tuple[int, ...]:
        """The steps made from the one that this was made from, itself among them, oldest first."""
        return self.children(self.steps[index].parent)

    def step_of(self, recipe: Recipe) -> int | None:
        """The step that holds a recipe: this one, one beside it, or the newest."""
        beside = () if self.at < 0 else (self.at, self.steps[self.at].parent, *reversed(self.children(self.at)))
        order = (*(index for index in beside if index >= 0), *reversed(range(len(self.steps))))
        return next((index for index in order if self.steps[index].recipe == recipe), None)

    def children(self, parent: int) -> tuple[int, ...]:
        """The steps that were made from a step, oldest first; from -1, those that begin."""
        return tuple(index for index, step in enumerate(self.steps) if step.parent == parent)

    def way_to(self, index: int) -> tuple[int, ...]:
        """The steps that lead to a step, and itself."""
        way = []
        while index >= 0:
            way.append(index)
            index = self.steps[index].parent
        return tuple(reversed(way))

    def last_after(self, index: int) -> int:
        """The end of the newest branch that goes through a step."""
        while children := self.children(index):
            index = children[-1]
        return index

    def within_limit(self, starred: Collection[Recipe]) -> History:
        """Without the oldest ends of other branches, and where there are none without its beginning."""
        kept = self
        while len(kept.steps) > LIMIT:
            line = set(kept.line)
            parents = {step.parent for step in kept.steps}
            ends = (
                index
                for index, step in enumerate(kept.steps)
                if index not in parents and index not in line and step.recipe not in starred
            )
            kept = kept.without(next(ends, kept.line[0]))
        return kept

    def without(self, gone: int) -> History:
        """A step less; what was made from it begins anew."""

        def moved(index: int) -> int:
            return -1 if index == gone else index - (index > gone)

        left = (step for index, step in enumerate(self.steps) if index != gone)
        return History(
            tuple(replace(step, parent=moved(step.parent)) for step in left), moved(self.at), moved(self.tip)
        )


def restored(steps: tuple[Step, ...], at: int) -> History:
    """The history that a project holds."""
    whole = History(steps, at)
    return replace(whole, tip=whole.last_after(at))
