"""The icons, by name: small drawings of resources/icons, sharp at any size."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QIcon

from engine.paths import resources


@cache
def icon(name: str) -> QIcon:
    """The icon of this name; an empty name is no icon."""
    return QIcon(str(resources() / "icons" / f"{name}.svg")) if name else QIcon()
