"""The menu of runs that can be compared with the one on show."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from studio.training.workspace import TrainWorkspace


def pop_up_others(workspace: TrainWorkspace) -> None:
    """Show it at its button, without waiting for it."""
    menu = QMenu(workspace)
    others = [one.folder for one in workspace.list.runs.listed if one.folder != workspace.folder]
    shown = workspace.list.other
    for folder in others:
        action = menu.addAction(folder.name, partial(workspace.compare, folder))
        action.setCheckable(True)
        action.setChecked(folder == shown)
        action.setToolTip(str(folder))
    if not others:
        menu.addAction("There is no other run").setEnabled(False)
    if shown is not None:
        menu.addSeparator()
        menu.addAction("Compare no more", partial(workspace.compare, None))
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    button = workspace.samples.past.compare
    menu.popup(button.mapToGlobal(QPoint(0, -menu.sizeHint().height())))
