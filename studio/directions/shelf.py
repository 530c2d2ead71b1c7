"""The shelf: the directions of the open model on the disk. Changes of the person's own pack are undo steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace as changed
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand

from engine.job import Job
from engine.moves import amounts_in, total_of, without
from engine.recipe import DirectionAmount
from studio.directions.jobs import (
    Changed,
    Range,
    Reread,
    exporting,
    installing,
    keeping,
    merging,
    removing,
    renaming,
    rereading,
    restoring,
)
from studio.document import State
from studio.open_model import DirectionFacts
from studio.session import Session
from studio.workers.in_turn import InTurn

if TYPE_CHECKING:
    from engine.directions.pack import Direction, DirectionPack
    from engine.latents import Latents

Done = Callable[[Any], None]


class Shelf(QObject):
    """Writes by one job after the other, so that the last wish is what stands on the disk.

    made: id of a direction that was just made, named or brought back.
    """

    made = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self.document = session, session.document
        self.line = InTurn(session.jobs)

    def rename(self, facts: DirectionFacts, name: str, heading: str, ends: Range) -> None:
        """Another name and heading; the range that the slider has now goes with it."""
        facts = replace(facts, low=ends[0], high=ends[1])
        text = f"Rename {facts.name}"
        self.change(text, lambda latents, hash: renaming(latents, hash, facts, name, heading), self.made.emit)

    def merge(self, moves: Sequence[DirectionAmount], ranges: Mapping[str, Range], name: str, heading: str) -> None:
        """One direction of these moves, which takes their place where the recipe has them."""

        def finish(id: str) -> None:
            here = self.document.recipe
            facts = next((facts for facts in self.document.model.directions if facts.id == id), None)
            if facts is not None and set(moves) <= set(here.directions):
                move = DirectionAmount(name, id, total_of(moves), facts.rows)
                rest = without(here, moves)
                self.document.replace(f"Merge into {name}", changed(rest, directions=(*rest.directions, move)))
            self.made.emit(id)

        many = len(amounts_in(changed(self.document.recipe, directions=tuple(moves)))) > 1
        text = f"Merge into {name}" if many else f"Save {name}"
        self.change(text, lambda latents, hash: merging(latents, hash, moves, ranges, name, heading), finish)

    def keep(self, made: Sequence[Direction], text: str) -> None:
        """Directions that were just learned, at least one, become sliders."""
        self.change(text, lambda latents, hash: keeping(latents, hash, made), self.made.emit)

    def remove(self, facts: DirectionFacts) -> None:
        """Take a direction out of the own pack; where it stands nowhere else, out of the recipe, too."""

        def finish(id: str) -> None:
            if facts.made:
                recipe, board = self.document.recipe, self.document.board
                gone = [move for move in recipe.directions if id in (move.id, *move.orthogonal_to)]
                pins = tuple(pin for pin in board.pins if pin != id)
                self.document.push(text, State(without(recipe, gone), changed(board, pins=pins)))
            else:
                self.made.emit(id)

        text = f"Remove {facts.name}" if facts.made else f"Original name of {facts.name}"
        self.change(text, lambda latents, hash: removing(latents, hash, facts), finish)

    def install(self, path: Path) -> None:
        """Take in a pack file from elsewhere."""

        def finish(result: tuple[int, Reread]) -> None:
            count, now = result
            self.show(now)
            self.session.messages.note(f"{directions(count)} from {path.name} can be used now")

        latents, hash = self.open_model()
        if latents is not None:
            self.queue(f"opening {path.name}", installing(latents, hash, path), finish)

    def reload(self) -> None:
        """Read the packs again: someone put a file there."""
        latents, hash = self.open_model()
        if latents is not None:
            self.queue("reading the directions", rereading(latents, hash), self.show)

    def export(self, path: Path) -> None:
        """Write the own directions to a file."""
        _, hash = self.open_model()
        self.queue(
            f"saving {path.name}",
            exporting(hash, path),
            lambda count: self.session.messages.note(f"Saved {directions(count)} in {path.name}"),
        )

    def change(self, text: str, job: Callable[[Latents, str], Job[Changed]], finish: Callable[[str], None]) -> None:
        """Change the own pack as one undo step together with what `finish` does to the recipe."""
        latents, hash = self.open_model()

        def done(result: Changed) -> None:
            if self.open_model()[1] != hash:
                return  # written, and there when that model opens again
            self.show(result.now)
            stack = self.document.stack
            stack.beginMacro(text)
            stack.push(PackStep(self, text, result.before, result.after))
            finish(result.id)
            stack.endMacro()

        if latents is not None:
            self.queue(text[0].lower() + text[1:], job(latents, hash), done)

    def write(self, pack: DirectionPack) -> None:
        """Undo and redo: the own pack as it was."""
        latents, hash = self.open_model()
        if latents is not None and pack.model == hash:
            self.queue("saving the directions", restoring(latents, pack), self.show)

    def show(self, now: Reread) -> None:
        """Tell the renderer and everyone else what there is."""
        renderer, model = self.session.renderer, self.document.model
        assert renderer is not None
        assert model is not None
        renderer.latents.learn(now.vectors)
        self.document.learn(replace(model, directions=now.facts))

    def open_model(self) -> tuple[Latents | None, str]:
        """Latents and hash of the open model; says so where none is open."""
        renderer, model = self.session.renderer, self.document.model
        if renderer is None or model is None:
            self.session.messages.warn("no model is open yet; try again when the first face is there")
            return None, ""
        return renderer.latents, model.hash

    def queue(self, doing: str, job: Job[Any], done: Done) -> None:
        """Stand in line."""
        self.line.start(job, done, partial(self.session.messages.fail, doing))


class PackStep(QUndoCommand):
    """A change of the own pack that has been written already when it is pushed."""

    def __init__(self, shelf: Shelf, text: str, before: DirectionPack, after: DirectionPack) -> None:
        super().__init__(text)
        self.shelf, self.before, self.after = shelf, before, after
        self.fresh = True

    def redo(self) -> None:
        if not self.fresh:
            self.shelf.write(self.after)
        self.fresh = False

    def undo(self) -> None:
        self.shelf.write(self.before)


def directions(count: int) -> str:
    """So many of them, in words."""
    return "1 direction" if count == 1 else f"{count} directions"
