"""What can be done with a direction beside moving along it: pin, range, rows, name, merge, save, remove, export."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QFileDialog, QMenu, QWidget

from engine.checks import rows_text
from engine.directions.headings import DISCOVERED
from engine.moves import amounts_in, on_rows, rows_in
from engine.project import Board
from engine.recipe import DirectionAmount, Recipe
from studio.directions.dialogues import LONGEST_NAME, NameDialog, RowsDialog
from studio.directions.jobs import Range
from studio.directions.shelf import Shelf
from studio.document import State
from studio.open_model import DirectionFacts
from studio.panels.panel import Desk


class Commands(QObject):
    """Intents to the document and to the shelf; the dialogues they need open over `widget`."""

    def __init__(self, desk: Desk, shelf: Shelf, widget: QWidget) -> None:
        super().__init__(widget)
        self.document, self.messages, self.shelf, self.widget = desk.document, desk.messages, shelf, widget
        self.current = ""  # id of the direction that had the keyboard last

    def turn_to(self, facts: DirectionFacts) -> None:
        """The actions are about this one now."""
        self.current = facts.id

    def here(self) -> DirectionFacts | None:
        """The direction that the actions are about; says so where there is none."""
        facts = next((facts for facts in self.facts() if facts.id == self.current), None)
        if facts is None:
            self.messages.warn("choose a direction first: click its slider, or go there with Tab")
        return facts

    def pin_here(self) -> None:
        """Pin or unpin."""
        if facts := self.here():
            self.pin(facts)

    def rename_here(self) -> None:
        """Another name."""
        if facts := self.here():
            self.rename(facts)

    def rows_here(self) -> None:
        """Other style rows."""
        if facts := self.here():
            self.choose_rows(facts)

    def save_here(self) -> None:
        """A direction of its own."""
        if facts := self.here():
            self.save(facts)

    def remove_here(self) -> None:
        """Out of the own pack."""
        facts = self.here()
        if facts is not None and facts.own:
            self.shelf.remove(facts)
        elif facts is not None:
            self.messages.warn(f"{facts.name} came with the model and stays; what you named or made can be removed")

    def fill(self, menu: QMenu, facts: DirectionFacts) -> None:
        """What a right click on a direction's slider offers beyond every slider's own."""
        board, recipe = self.document.board, self.document.recipe
        used = rows_of(recipe, board, facts)
        menu.addAction(f"Rows {rows_text(used)}…", lambda: self.choose_rows(facts))
        if used != facts.rows:
            menu.addAction(f"Original rows {rows_text(facts.rows)}", lambda: self.set_rows(facts, facts.rows))
        menu.addSeparator()
        menu.addAction("Unpin" if facts.id in board.pins else "Pin", lambda: self.pin(facts))
        menu.addSeparator()
        menu.addAction("Rename…", lambda: self.rename(facts))
        menu.addAction("Save as a direction of its own…", lambda: self.save(facts))
        merge = QAction("Merge what is moved into one…", menu)
        merge.triggered.connect(lambda _checked: self.merge())
        merge.setEnabled(len(amounts_in(recipe)) > 1)
        menu.addAction(merge)
        if facts.own:
            menu.addAction("Remove" if facts.made else "Original name", lambda: self.shelf.remove(facts))

    def pin(self, facts: DirectionFacts) -> None:
        """Pin, or unpin what is pinned."""
        pins = self.document.board.pins
        if facts.id in pins:
            self.document.arrange(f"Unpin {facts.name}", pins=tuple(pin for pin in pins if pin != facts.id))
        else:
            self.document.arrange(f"Pin {facts.name}", pins=(*pins, facts.id))

    def unpin(self, facts: DirectionFacts | None) -> None:
        """Unpin one, or all."""
        if facts is None:
            self.unpin_all()
        else:
            self.pin(facts)

    def unpin_all(self) -> None:
        """No pins."""
        self.document.arrange("Unpin all directions", pins=())

    def set_range(self, facts: DirectionFacts, ends: Range | None) -> None:
        """Other ends of the slider, None for the calibrated ones."""
        ranges = {id: kept for id, kept in self.document.board.ranges.items() if id != facts.id}
        if ends is not None and ends != (facts.low, facts.high):
            ranges[facts.id] = ends
        self.document.arrange(f"Range of {facts.name}", ranges=ranges)

    def set_rows(self, facts: DirectionFacts, rows: tuple[int, ...]) -> None:
        """Other style rows, for the moves that are there and for the next ones."""
        board = self.document.board
        kept = {id: some for id, some in board.rows.items() if id != facts.id}
        if rows != facts.rows:
            kept[facts.id] = rows
        recipe = on_rows(self.document.recipe, facts.id, rows)
        self.document.push(f"Rows of {facts.name}", State(recipe, replace(board, rows=kept)))

    def choose_rows(self, facts: DirectionFacts) -> None:
        """Ask for style rows."""
        model = self.document.model
        if model is not None:
            rows = rows_of(self.document.recipe, self.document.board, facts)
            dialog = RowsDialog(facts.name, rows, model.bands, model.style_rows, self.widget)
            dialog.chosen.connect(lambda rows: self.set_rows(facts, rows))
            show(dialog)

    def rename(self, facts: DirectionFacts) -> None:
        """Ask for a name and a heading."""
        ends = ends_of(self.document.board, facts)
        taken = [name for name in self.names() if name != facts.name]
        dialog = NameDialog(f"Rename {facts.name}", facts.name, taken, self.widget, facts.heading, "Rename")
        dialog.chosen.connect(lambda name, heading: self.shelf.rename(facts, name, heading, ends))
        show(dialog)

    def merge(self) -> None:
        """Ask for the name of one direction that does what all moves of the recipe do together."""
        moves = self.document.recipe.directions
        if len(amounts_in(self.document.recipe)) < 2:
            self.messages.warn("move two directions or more first; merging makes one of them")
            return
        named = {facts.id: facts.name for facts in self.facts()}
        names = dict.fromkeys(named.get(move.id, move.name) for move in moves)
        self.make(f"Merge {len(names)} directions into one", " + ".join(names), moves, "Merge")

    def save(self, facts: DirectionFacts) -> None:
        """Ask for the name of a direction that does what this slider does now: its rows, its range, its pins."""
        board, recipe = self.document.board, self.document.recipe
        moves = tuple(move for move in recipe.directions if move.id == facts.id)
        if not moves:
            pins = tuple(sorted(set(self.pins()) - {facts.id}))
            moves = (DirectionAmount(facts.name, facts.id, 1.0, rows_of(recipe, board, facts), pins),)
        self.make(f"Save {facts.name} as a direction of its own", f"{facts.name} of mine", moves, "Save", facts.heading)

    def make(
        self, title: str, name: str, moves: tuple[DirectionAmount, ...], accept: str, heading: str = DISCOVERED
    ) -> None:
        """Ask for the name, then merge these moves."""
        ranges = {facts.id: ends_of(self.document.board, facts) for facts in self.facts()}
        dialog = NameDialog(title, name[:LONGEST_NAME], self.names(), self.widget, heading, accept)
        dialog.chosen.connect(lambda name, heading: self.shelf.merge(moves, ranges, name, heading))
        show(dialog)

    def export(self) -> None:
        """Ask where to write the own directions."""
        model = self.document.model
        dialog = QFileDialog(self.widget, "Export direction pack")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(["Direction packs (*.safetensors)"])
        dialog.setDefaultSuffix("safetensors")
        dialog.selectFile(f"{model.name if model else 'my'}-directions.safetensors")
        dialog.fileSelected.connect(lambda name: self.shelf.export(Path(name)))
        show(dialog)

    def facts(self) -> tuple[DirectionFacts, ...]:
        """The directions of the open model."""
        return () if self.document.model is None else self.document.model.directions

    def names(self) -> list[str]:
        """Names that are taken."""
        return [facts.name for facts in self.facts()]

    def pins(self) -> tuple[str, ...]:
        """Pins that the open model knows."""
        known = {facts.id for facts in self.facts()}
        return tuple(pin for pin in self.document.board.pins if pin in known)


def ends_of(board: Board, facts: DirectionFacts) -> Range:
    """The ends of a direction's slider."""
    return board.ranges.get(facts.id, (facts.low, facts.high))


def rows_of(recipe: Recipe, board: Board, facts: DirectionFacts) -> tuple[int, ...]:
    """The style rows of a direction's moves: those of the recipe, else those that a person chose, else its own."""
    return rows_in(recipe).get(facts.id) or board.rows.get(facts.id) or facts.rows


def show(dialog: QDialog) -> None:
    """Without blocking the window."""
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
