"""The document: the recipe on show and the board beside it; every change an undo command; the facts of the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from engine.project import Board
from engine.recipe import Recipe
from studio.open_model import OpenModel

UNDO_LIMIT = 1000


@dataclass(frozen=True)
class State:
    """What undo brings back."""

    recipe: Recipe
    board: Board


class Document(QObject):
    """Holds one frozen recipe and one frozen board; panels send intents and show what comes back."""

    recipe_changed = Signal(object, object, bool)  # old, new, whether the hand rests
    board_changed = Signal(object, object)  # old, new
    model_changed = Signal(object)  # OpenModel
    directions_changed = Signal(object)  # OpenModel: the same model, with other directions
    mapping_wanted = Signal(str)  # the address of a control that is to follow MIDI or OSC
    opened = Signal()  # a project took the place of everything

    def __init__(self, recipe: Recipe | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = State(recipe or Recipe(), Board())
        self.model: OpenModel | None = None
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(UNDO_LIMIT)
        self.gesture = 0
        self.moving = False
        self.doing = ""  # what the last change was, in undo's words

    @property
    def recipe(self) -> Recipe:
        """The recipe on show."""
        return self.state.recipe

    @property
    def board(self) -> Board:
        """What lies beside the picture."""
        return self.state.board

    def edit(self, text: str, *, moving: str | None = None, **changes: Any) -> None:
        """Change fields of the recipe. text: what undo calls it.

        moving: key of the control that the hand is moving; its changes until `rest` are one undo step.
        """
        self.replace(text, replace(self.recipe, **changes), moving=moving)

    def replace(self, text: str, recipe: Recipe, *, moving: str | None = None) -> None:
        """Put another recipe in its place."""
        self.push(text, State(recipe, self.board), moving)

    def arrange(self, text: str, *, moving: str | None = None, **changes: Any) -> None:
        """Change fields of the board, as `edit` does of the recipe."""
        self.push(text, State(self.recipe, replace(self.board, **changes)), moving)

    def push(self, text: str, state: State, moving: str | None = None) -> None:
        """Change recipe and board in one undo step."""
        self.moving = moving is not None
        if state != self.state:
            self.stack.push(Edit(self, text, self.state, state, "" if moving is None else f"{moving} {self.gesture}"))

    def rest(self) -> None:
        """The hand let go: the next change is an undo step of its own, and the final picture is due."""
        self.gesture += 1
        if self.moving:
            self.moving = False
            self.recipe_changed.emit(self.recipe, self.recipe, True)

    def adopt(self, model: OpenModel) -> None:
        """A model was opened: the recipe is for it now, and what was undoable belonged to the model before."""
        old, self.model = self.model, model
        if old is None or old.hash != model.hash:
            self.stack.clear()
        self.model_changed.emit(model)
        self.show(State(model.fitted(self.recipe), self.board), "Open model")

    def learn(self, model: OpenModel) -> None:
        """The open model has other directions now; everything that was done stays undoable."""
        self.model = model
        self.directions_changed.emit(model)

    def open(self, state: State) -> None:
        """Begin again with what a project holds; nothing from before can be undone."""
        self.stack.clear()
        self.moving = False
        self.show(state, "Open project")
        self.opened.emit()

    def show(self, state: State, doing: str) -> None:
        """The one place where the state changes."""
        old, self.state, self.doing = self.state, state, doing
        if old.board != state.board:
            self.board_changed.emit(old.board, state.board)
        if old.recipe != state.recipe or old.board == state.board:
            self.recipe_changed.emit(old.recipe, state.recipe, not self.moving)


class Edit(QUndoCommand):
    """One change of the state; changes with the same key (one gesture) become one."""

    def __init__(self, document: Document, text: str, old: State, new: State, key: str) -> None:
        super().__init__(text)
        self.document, self.old, self.new, self.key = document, old, new, key

    def redo(self) -> None:
        self.document.show(self.new, self.text())

    def undo(self) -> None:
        self.document.moving = False
        self.document.show(self.old, self.text())

    def id(self) -> int:
        """Qt tries to merge commands of equal numbers; -1 is never merged."""
        return 1 if self.key else -1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802
        assert isinstance(other, Edit)
        if other.key != self.key:
            return False
        self.new = other.new
        self.setObsolete(self.old == self.new)
        return True
