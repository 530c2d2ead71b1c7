"""The screens of this machine, and which one a show belongs on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QGuiApplication, QScreen


def screens() -> list[QScreen]:
    """Those that are there now; the placeholder that Qt keeps when all are gone is none."""
    return [screen for screen in QGuiApplication.screens() if not screen.geometry().isEmpty()]


def choose(number: int | None, there: Sequence[QScreen], taken: QScreen | None) -> QScreen | None:
    """The screen of this number, counted from 1; else the first spare one after the first; else whichever there is.

    taken: the one of the control window, which the show covers only where there is no other.
    """
    if number is not None and number <= len(there):
        return there[number - 1]
    spare = [screen for screen in (*there[1:], *there[:1]) if screen is not taken]
    return next(iter((*spare, *there)), None)


def words(screen: QScreen) -> str:
    """As a person knows it: 2 · HDMI-1, 1920 × 1080."""
    ratio, size = screen.devicePixelRatio(), screen.size()
    number = screens().index(screen) + 1
    return f"{number} · {screen.name()}, {round(size.width() * ratio)} × {round(size.height() * ratio)}"
