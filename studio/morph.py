"""The morph: from the recipe on show to another one over a time, with easing; one undo step."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from engine.blend import blend
from engine.easing import EASINGS, Easing
from engine.errors import RecipeError
from engine.recipe import Recipe
from studio.document import Document
from studio.messages import Messages
from studio.settings import MORPH_EASING, MORPH_SECONDS, Settings

TICK_MS = 34  # at most 30 recipes a second


class Morph(QObject):
    """Goes to a recipe. Stopped by Escape, by any other change and by another model. clock: seconds, ever rising."""

    def __init__(
        self,
        document: Document,
        messages: Messages,
        settings: Settings,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self.document, self.messages, self.settings, self.clock = document, messages, settings, clock
        self.way: tuple[Recipe, Recipe, float] | None = None  # from, to, when it began
        self.text, self.key, self.number = "", "", 0
        self.own = False  # the change under way is the morph's
        self.timer = QTimer(self, interval=TICK_MS)
        self.timer.timeout.connect(self.tick)
        document.recipe_changed.connect(self.on_change)
        document.board_changed.connect(self.on_change)
        document.model_changed.connect(self.end)

    @property
    def running(self) -> bool:
        """Whether it is on its way."""
        return self.way is not None

    @property
    def seconds(self) -> float:
        """How long it takes; 0 is a cut."""
        return 0.0 if self.settings.reduces_motion() else max(0.0, self.settings.get(MORPH_SECONDS))

    @property
    def easing(self) -> Easing:
        """The curve that was chosen."""
        return EASINGS.get(self.settings.get(MORPH_EASING), EASINGS[MORPH_EASING.default])

    def go_to(self, recipe: Recipe, text: str) -> None:
        """Go there in the chosen time, or at once. text: what undo calls it."""
        self.stop()
        if self.seconds == 0 or recipe == self.document.recipe or self.document.model is None:
            self.document.replace(text, recipe)
            return
        self.number += 1
        self.text, self.key = text, f"morph {self.number}"
        self.way = (self.document.recipe, recipe, self.clock())
        QApplication.instance().installEventFilter(self)
        self.timer.start()

    def tick(self) -> None:
        """One recipe on the way, the last one exactly the end."""
        if self.way is None or self.document.model is None:
            return
        start, end, began = self.way
        share = min(1.0, (self.clock() - began) / self.seconds) if self.seconds else 1.0
        try:
            recipe = blend(start, end, self.easing.curve(share), self.document.model.style_rows)
        except RecipeError as error:  # too many faces between two faces
            self.messages.fail("morphing", error)
            recipe, share = end, 1.0
        self.put(recipe)
        if share == 1:
            self.stop()

    def stop(self) -> None:
        """Stay where it is; the final picture is due."""
        if self.way is not None:
            self.end()
            # a change of the board in between has made this a rest already, which the picture and the history missed
            self.put(self.document.recipe)
            self.document.rest()

    def end(self) -> None:
        """Go no further."""
        if self.way is not None:
            self.way = None
            self.timer.stop()
            QApplication.instance().removeEventFilter(self)

    def put(self, recipe: Recipe) -> None:
        """Show a recipe of the way."""
        self.own = True
        self.document.replace(self.text, recipe, moving=self.key)
        self.own = False

    def on_change(self, old: object, new: object, rests: bool = True) -> None:
        """Somebody else's change; a control that comes to rest late changes nothing."""
        if self.own or self.way is None or old == new:
            return
        if isinstance(new, Recipe):
            self.end()
        else:
            self.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Escape stops it, wherever the focus is."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
            and event.key() == Qt.Key.Key_Escape
        ):
            self.stop()
            event.accept()
            return True
        return super().eventFilter(watched, event)
