"""The show of the document, and every way in which the Exhibit workspace changes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from engine.errors import VisagistError
from engine.project import Board
from engine.show.scenes import AnyScene
from engine.show.values import Show, ShowModel
from studio.session import Session

NONE_YET = Show()


class ShowDesk(QObject):
    """Sends intents to the document. changed: the show is another; chosen_changed: another scene is looked at."""

    changed = Signal()
    chosen_changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.document, self.messages = session.document, session.messages
        self.chosen = 0  # index of the scene whose settings are on show
        self.document.board_changed.connect(self.on_board)

    @property
    def show(self) -> Show:
        """What is set up; an empty show until something is."""
        return self.document.board.show or NONE_YET

    @property
    def scene(self) -> AnyScene | None:
        """The scene whose settings are on show."""
        return self.show.scenes[self.chosen] if self.chosen < len(self.show.scenes) else None

    def choose(self, index: int) -> None:
        """Look at another scene."""
        if index != self.chosen:
            self.chosen = max(0, index)
            self.chosen_changed.emit()

    def on_board(self, old: Board, new: Board) -> None:
        if old.show != new.show:
            self.chosen = max(0, min(self.chosen, len(self.show.scenes) - 1))
            self.changed.emit()

    # intents; what cannot be is said, and the fields show what stays

    def edit(self, text: str, *, moving: str | None = None, **changes: Any) -> None:
        """Change fields of the show. text, moving: as `Document.arrange`."""
        self.put(text, lambda: replace(self.show, **changes), moving)

    def edit_screen(self, text: str, *, moving: str | None = None, **changes: Any) -> None:
        """Change fields of the screen."""
        self.put(text, lambda: replace(self.show, screen=replace(self.show.screen, **changes)), moving)

    def edit_visitors(self, text: str, *, moving: str | None = None, **changes: Any) -> None:
        """Change what visitors may do."""
        self.put(text, lambda: replace(self.show, visitors=replace(self.show.visitors, **changes)), moving)

    def edit_quiz(self, text: str, *, moving: str | None = None, **changes: Any) -> None:
        """Change the game that visitors play."""

        def made() -> Show:
            visitors = self.show.visitors
            return replace(self.show, visitors=replace(visitors, quiz=replace(visitors.quiz, **changes)))

        self.put(text, made, moving)

    def edit_connections(self, text: str, *, moving: str | None = None, **changes: Any) -> None:
        """Change how other machines talk with the show."""
        self.put(text, lambda: replace(self.show, connections=replace(self.show.connections, **changes)), moving)

    def edit_scene(self, text: str, *, moving: str | None = None, **changes: Any) -> None:
        """Change fields of the scene that is looked at; a new name holds in the opening hours, too."""
        scene = self.scene
        if scene is None:
            return

        def made() -> Show:
            new = replace(scene, **changes)
            scenes = (*self.show.scenes[: self.chosen], new, *self.show.scenes[self.chosen + 1 :])
            names = {scene.name: new.name}
            hours = tuple(
                replace(one, scenes=tuple(names.get(name, name) for name in one.scenes)) for one in self.show.hours
            )
            return replace(self.show, scenes=scenes, hours=hours)

        self.put(text, made, moving)

    def keep_model(self) -> None:
        """Let the scene play with the open model from now on, whichever one the project is of later."""
        scene, model = self.scene, self.document.model
        if scene is None or model is None:
            self.changed.emit()
            return
        path = str(self.session.model_path or "")
        kept = ShowModel(hash=model.hash, title=model.title, path=path, style_rows=model.style_rows)
        others = tuple(one for one in self.show.models if one.hash != kept.hash)
        scenes = tuple(replace(one, model=kept.hash) if one is scene else one for one in self.show.scenes)
        self.edit("Model of the scene", models=(*others, kept), scenes=scenes)

    def add_scene(self, scene: AnyScene) -> None:
        """A scene after the one that is looked at, and it is looked at now."""
        scenes = self.show.scenes
        at = min(self.chosen + 1, len(scenes))
        named = replace(scene, name=free_name(scene.name, {one.name for one in scenes}))
        self.chosen = at
        self.edit("Add scene", scenes=(*scenes[:at], named, *scenes[at:]))
        self.chosen_changed.emit()

    def remove_scene(self) -> None:
        """Without the scene that is looked at; the opening hours forget it."""
        gone = self.scene
        if gone is not None:
            left = tuple(scene for scene in self.show.scenes if scene is not gone)
            hours = tuple(
                replace(one, scenes=tuple(name for name in one.scenes if name != gone.name)) for one in self.show.hours
            )
            self.edit("Remove scene", scenes=left, hours=hours)
            self.chosen_changed.emit()

    def move_scene(self, start: int, end: int) -> None:
        """Let a scene play earlier or later."""
        scenes = list(self.show.scenes)
        scenes.insert(end, scenes.pop(start))
        self.chosen = end
        self.edit("Move scene", scenes=tuple(scenes))
        self.chosen_changed.emit()

    def put(self, text: str, make: Callable[[], Show], moving: str | None) -> None:
        """Another show, unless it cannot be."""
        try:
            show = make()
        except VisagistError as error:
            self.messages.fail("changing the show", error)
            self.changed.emit()
        else:
            self.document.arrange(text, moving=moving, show=show)


def free_name(name: str, taken: set[str]) -> str:
    """The name, or the first of "name 2", "name 3" ... that is free."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} {number}"
    return free
