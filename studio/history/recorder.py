"""Writes the history: listens to the document, takes a step whenever the recipe comes to rest."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from engine.history import History, restored
from engine.project import Step
from engine.recipe import Recipe
from studio.document import Document
from studio.open_model import OpenModel


class Recorder(QObject):
    """The history of the open model. changed: a step more, another one on show, or another branch."""

    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.history = History()
        self.model = ""  # hash of the model whose history this is
        document.recipe_changed.connect(self.on_recipe)
        document.model_changed.connect(self.on_model)
        document.opened.connect(self.begin)

    def steps(self) -> tuple[tuple[Step, ...], int]:
        """What a project keeps: the steps and the index of the one on show, -1 where there is none."""
        return self.history.steps, self.history.at

    def restore(self, steps: tuple[Step, ...], at: int) -> None:
        """Go on with what a project holds, after the document was opened from it."""
        self.show(restored(steps, at).visited(self.document.recipe, self.document.doing, self.starred))

    def begin(self) -> None:
        """Begin a new history with the recipe on show."""
        self.show(History().visited(self.document.recipe, self.document.doing))

    def go_to(self, index: int) -> None:
        """Show the recipe of a step; the history grows by nothing."""
        text = "Go back" if index < self.history.at else "Go forward"
        self.document.replace(text, self.history.steps[index].recipe)

    def switch(self, index: int) -> None:
        """Show the branch that a step is on."""
        at = self.history.at
        self.show(self.history.switched(index))
        if self.history.at != at:
            self.document.replace("Other branch", self.history.steps[self.history.at].recipe)

    @property
    def starred(self) -> set[Recipe]:
        """Recipes whose steps are kept longest."""
        return {star.recipe for star in self.document.board.stars}

    def show(self, history: History) -> None:
        """The one place where the history changes."""
        if history != self.history:
            self.history = history
            self.changed.emit()

    def on_recipe(self, old: Recipe, new: Recipe, rests: bool) -> None:
        if rests and self.document.model is not None:
            self.show(self.history.visited(new, self.document.doing, self.starred))

    def on_model(self, model: OpenModel) -> None:
        if model.hash != self.model:
            self.model = model.hash
            self.show(History())
