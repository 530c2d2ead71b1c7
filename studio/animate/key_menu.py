"""The menu of keys: how they are left, their value, and what else can be done with the chosen ones."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from engine.controls import Control, Value, control_at
from engine.easing import EASINGS
from engine.errors import RecipeError
from engine.timeline.easings import Bezier, Ease, Easing, Spring
from engine.timeline.edits import RECIPES, KeyAt, chosen_keys
from studio.animate.ask import WordDialog, show
from studio.animate.commands import Commands
from studio.animate.curve import text_of

SPRINGS = {
    "Spring, stiff": Spring(1.0),
    "Spring": Spring(0.5),
    "Spring, loose": Spring(0.25),
}
BEZIERS = {
    "Bezier, ease in and out": Bezier(0.42, 0.0, 0.58, 1.0),
    "Bezier, overshoot": Bezier(0.34, 0.0, 0.4, 1.5),
    "Bezier, wind up": Bezier(0.6, -0.4, 0.66, 1.0),
}


class KeyMenu:
    """Fills menus for the chosen keys. edit_face: opens a keyframe's face in Explore."""

    def __init__(self, commands: Commands, parent: QWidget) -> None:
        self.commands, self.animation, self.parent = commands, commands.animation, parent

    def fill(self, menu: QMenu, key: KeyAt) -> None:
        """For a key under the hand, which is one of the chosen."""
        commands = self.commands
        self.fill_easings(menu.addMenu("Easing"))
        if key.track != RECIPES:
            menu.addAction("Value…", partial(self.ask_value, key))
        else:
            menu.addAction("Put Explore's face here", commands.update_keys)
            menu.addAction("Open in Explore", partial(self.open_face, key))
        menu.addSeparator()
        menu.addAction("Cut", commands.cut)
        menu.addAction("Copy", commands.copy)
        menu.addAction("Delete", commands.delete)

    def fill_easings(self, menu: QMenu) -> None:
        """All there are; the one of the chosen keys is ticked where they agree."""
        known = {one.easing for one in chosen_keys(self.animation.shown, self.animation.chosen)}
        now = next(iter(known)) if len(known) == 1 else None
        table: dict[str, Easing] = {easing.title: Ease(easing.id) for easing in EASINGS.values()}
        for part in (table, BEZIERS, SPRINGS):
            for title, easing in part.items():
                action = QAction(title, menu, checkable=True, checked=easing == now)
                action.triggered.connect(lambda _checked, easing=easing: self.ease(easing))
                menu.addAction(action)
            menu.addSeparator()

    def ease(self, easing: Easing) -> None:
        """How the chosen keys are left."""
        self.commands.ease(easing)

    def ask_value(self, key: KeyAt) -> None:
        """Type a value for the chosen keys of one track."""
        control = control_at(key.track)
        known = chosen_keys(self.animation.shown, [key])
        mine = [one for one in self.animation.chosen if one.track == key.track]
        text = text_of(known[0].value, control) if known else ""  # type: ignore[union-attr]
        tip = f"One of {', '.join(control.choices)}." if control.choices else ""
        dialog = WordDialog(control.title, "Value", text, partial(read_value, control), self.parent, tip)
        show(dialog, lambda value: self.commands.tracks.set_value(mine, value))  # type: ignore[arg-type]

    def open_face(self, key: KeyAt) -> None:
        """The face of a keyframe on the canvas of Explore, to be shaped further."""
        self.animation.choose({key})  # which is to be changed when the face comes back
        for one in chosen_keys(self.animation.shown, [key]):
            self.commands.open_face(one.recipe)  # type: ignore[union-attr]


def read_value(control: Control, text: str) -> Value:
    """A value of a control as a person writes it; ValueError with one sentence for anything else."""
    text = text.strip()
    if control.kind == "choice":
        if text not in control.choices:
            raise ValueError(f"It is {' or '.join(control.choices)}, not '{text[:20]}'")
        return text
    if control.empty and text in ("", control.empty):
        return None
    try:
        value = float(text.replace(",", ".").replace("\u2212", "-"))
        return int(text) if control.kind == "seed" else control.kept(value)
    except (ValueError, OverflowError, RecipeError):
        raise ValueError(f"'{text[:20]}' is no number") from None
