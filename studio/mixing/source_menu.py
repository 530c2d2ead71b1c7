"""The small menu of a face that others take from."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget


def offer(face: QWidget, randomise: Callable[[], None], mine: Callable[[], None], visit: Callable[[], None]) -> None:
    """Under the face: another one at random, the one on show, or go to this one."""
    menu = QMenu(face)
    menu.addAction("Random face", randomise)
    menu.addAction("The face on show", mine)
    menu.addSeparator()
    menu.addAction("Go to this face", visit)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(face.mapToGlobal(QPoint(0, face.height() + 2)))
