"""A part of the page whose arrow keys and the like are its own, even where the timeline has actions of them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

NAMES = ("Left", "Right", "Up", "Down", "Home", "End", "PageUp", "PageDown", "Return", "Enter", "Delete", "Backspace")
KEYS = frozenset(getattr(Qt.Key, f"Key_{name}") for name in NAMES)
PLAIN = ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)


class OwnKeys(QWidget):
    """Whatever inside it has the focus gets these keys: lists, groups of buttons, boxes."""

    def event(self, event: QEvent) -> bool:
        is_key = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_key and Qt.Key(event.key()) in KEYS and not event.modifiers() & PLAIN:
            event.accept()
            return True
        return super().event(event)
