"""The table of actions made live: Qt's actions for the menus, the bar, the tooltips and the command palette."""

from __future__ import annotations

from operator import attrgetter

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenuBar, QWidget

from studio.action_table import ACTIONS
from studio.icons import icon
from studio.open_model import OpenModel


def build(window: QWidget) -> dict[str, QAction]:
    """The actions of a window, by id, connected to its methods."""
    made = {}
    for spec in ACTIONS:
        action = QAction(icon(spec.icon), spec.text, window)
        action.setObjectName(spec.id)
        action.setShortcuts([QKeySequence(keys) for keys in spec.shortcuts])
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{spec.tip} ({keys})" if keys else spec.tip)
        action.setStatusTip(spec.tip)
        action.setCheckable(spec.toggles)
        # looked up when it is called: parts of the window are made after its actions
        find = attrgetter(spec.handler)
        if spec.toggles:
            action.toggled.connect(lambda on, find=find: find(window)(on))
        else:
            # without `triggered`'s argument, which a handler's own default must not be taken for
            action.triggered.connect(lambda _checked=False, find=find, given=spec.given: find(window)(*given))
        window.addAction(action)
        made[spec.id] = action
    return made


def shown(text: str) -> str:
    """A text for an action that shows every "&" in it."""
    return text.replace("&", "&&")


def plain(action: QAction) -> str:
    """The action's name."""
    return action.text().replace("&&", "\0").replace("&", "").replace("\0", "&").removesuffix("…")


def suit(window: QWidget, model: OpenModel) -> None:
    """Offer only what a model has: a part of the window says itself whether a model suits it."""
    for spec in ACTIONS:
        owner = getattr(window, spec.handler.split(".")[0])
        if hasattr(owner, "suits"):
            window.actions_by_id[spec.id].setEnabled(owner.suits(model))


def fill(bar: QMenuBar, actions: dict[str, QAction]) -> None:
    """Menus in the table's order."""
    menus = {name: bar.addMenu(name) for name in dict.fromkeys(spec.menu for spec in ACTIONS)}
    groups: dict[str, int] = {}
    for spec in ACTIONS:
        if groups.setdefault(spec.menu, spec.group) != spec.group:
            menus[spec.menu].addSeparator()
            groups[spec.menu] = spec.group
        menus[spec.menu].addAction(actions[spec.id])
