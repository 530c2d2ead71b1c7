"""What a right click on a control's slider offers beyond every slider's own: parts of the program add to it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu


class ControlMenu(QObject):
    """opens: the menu, the control's address (`engine.controls`), and the DirectionAmount that it means or None."""

    opens = Signal(QMenu, str, object)
