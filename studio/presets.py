"""The presets: recipes under names, on the document's board. Everything done to them can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from engine.errors import VisagistError
from engine.project import Preset
from engine.recipe import Recipe
from studio.actions import shown
from studio.document import Document
from studio.messages import Messages
from studio.morph import Morph

KEYS = 9  # presets that have a shortcut


class Presets(QObject):
    """Those of the open model, counted from 0. changed: one more, one less, another name, order or recipe."""

    changed = Signal()

    def __init__(self, document: Document, messages: Messages, morph: Morph, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document, self.messages, self.morph = document, messages, morph
        document.board_changed.connect(self.on_board)
        document.model_changed.connect(self.changed)

    @property
    def all(self) -> Sequence[Preset]:
        """The presets of the open model; those of others stay on the board."""
        return [self.document.board.presets[place] for place in self.places]

    @property
    def places(self) -> list[int]:
        """Where they lie on the board."""
        model = self.document.model
        known = (None,) if model is None else (None, model.hash)
        return [i for i, preset in enumerate(self.document.board.presets) if preset.recipe.model in known]

    def name(self, actions: Mapping[str, QAction]) -> None:
        """Keep the names of the presets in the actions that go to the first nine."""

        def show() -> None:
            names = [preset.name for preset in self.all]
            for index in range(KEYS):
                action = actions[f"preset_{index + 1}"]
                action.setEnabled(index < len(names))
                action.setText(shown(f"Go to {names[index]}") if index < len(names) else f"Go to preset {index + 1}")

        self.changed.connect(show)
        show()

    def recall(self, index: int) -> None:
        """Go to a preset, over the morph's time."""
        model = self.document.model
        if model is None or not 0 <= index < len(self.all):
            return
        preset = self.all[index]
        try:
            self.morph.go_to(model.accept(preset.recipe), f"Preset {preset.name}")
        except VisagistError as error:
            self.messages.fail("going to the preset", error)

    def recall_asked(self, asked: float | str) -> None:
        """Go to a preset that is asked for from outside: by its number from 1, or by its name."""
        names = [preset.name for preset in self.all]
        if isinstance(asked, str):
            index = names.index(asked) if asked in names else -1
        else:
            index = int(asked) - 1 if 1 <= asked <= len(names) else -1
        self.recall(index)

    def save(self, name: str, recipe: Recipe, index: int | None = None) -> bool:
        """Keep a recipe under a name, before others or as the last; whether the name was one."""
        board, places = list(self.document.board.presets), self.places
        at = len(board) if index is None or index >= len(places) else places[index]
        made = self.made(name, recipe)
        if made is None:
            return False
        self.arrange("Save preset", [*board[:at], made, *board[at:]])
        return True

    def rename(self, index: int, name: str) -> bool:
        """Another name; whether it was one."""
        made = self.made(name, self.all[index].recipe)
        if made is not None:
            self.put("Rename preset", index, made)
        return made is not None

    def update(self, index: int) -> None:
        """The face on show takes the place of what was kept."""
        self.put("Update preset", index, replace(self.all[index], recipe=self.document.recipe))

    def remove(self, index: int) -> None:
        """One preset less."""
        board = list(self.document.board.presets)
        del board[self.places[index]]
        self.arrange("Delete preset", board)

    def move(self, index: int, before: int) -> None:
        """Put a preset before another one, or behind them all."""
        board, places = list(self.document.board.presets), self.places
        moved = board[places[index]]
        at = places[before] if before < len(places) else len(board)
        kept = [preset if i != places[index] else None for i, preset in enumerate(board)]
        self.arrange("Move preset", [p for p in (*kept[:at], moved, *kept[at:]) if p is not None])

    def put(self, text: str, index: int, preset: Preset) -> None:
        """Change one preset."""
        board = list(self.document.board.presets)
        board[self.places[index]] = preset
        self.arrange(text, board)

    def arrange(self, text: str, presets: Sequence[Preset]) -> None:
        """Send the intent."""
        self.document.arrange(text, presets=tuple(presets))

    def made(self, name: str, recipe: Recipe) -> Preset | None:
        """A preset, unless its name is none, which is told."""
        try:
            return Preset(name.strip(), recipe)
        except VisagistError as error:
            self.messages.warn(str(error))
            return None

    def on_board(self, old: object, new: object) -> None:
        self.changed.emit()
