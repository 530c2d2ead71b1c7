"""The document: the recipe on show, every change of it an undo command, and the facts of the open model."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from engine.recipe import Recipe
from studio.open_model import OpenModel

UNDO_LIMIT = 1000


class Document(QObject):
    """Holds one frozen recipe; panels send intents and show what comes back."""

    recipe_changed = Signal(object, object, bool)  # old, new, whether the hand rests
    model_changed = Signal(object)  # OpenModel

    def __init__(self, recipe: Recipe | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.recipe = recipe or Recipe()
        self.model: OpenModel | None = None
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(UNDO_LIMIT)
        self.gesture = 0
        self.moving = False

    def edit(self, text: str, *, moving: str | None = None, **changes: Any) -> None:
        """Change fields of the recipe. text: what undo calls it.

        moving: key of the control that the hand is moving; its changes until `rest` are one undo step.
        """
        self.replace(text, replace(self.recipe, **changes), moving=moving)

    def replace(self, text: str, recipe: Recipe, *, moving: str | None = None) -> None:
        """Put another recipe in its place."""
        self.moving = moving is not None
        if recipe != self.recipe:
            self.stack.push(Edit(self, text, self.recipe, recipe, "" if moving is None else f"{moving} {self.gesture}"))

    def rest(self) -> None:
        """The hand let go: the next change is an undo step of its own, and the final picture is due."""
        self.gesture += 1
        if self.moving:
            self.moving = False
            self._apply(self.recipe, self.recipe)

    def adopt(self, model: OpenModel) -> None:
        """A model was opened: the recipe is for it now, and what was undoable belonged to the model before."""
        old, self.model = self.model, model
        if old is None or old.hash != model.hash:
            self.stack.clear()
        self.model_changed.emit(model)
        self._apply(self.recipe, model.fitted(self.recipe))

    def _apply(self, old: Recipe, new: Recipe) -> None:
        """The one place where the recipe changes."""
        self.recipe = new
        self.recipe_changed.emit(old, new, not self.moving)


class Edit(QUndoCommand):
    """One change of the recipe; changes with the same key (one gesture) become one."""

    def __init__(self, document: Document, text: str, old: Recipe, new: Recipe, key: str) -> None:
        super().__init__(text)
        self.document, self.old, self.new, self.key = document, old, new, key

    def redo(self) -> None:
        self.document._apply(self.old, self.new)

    def undo(self) -> None:
        self.document.moving = False
        self.document._apply(self.new, self.old)

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
