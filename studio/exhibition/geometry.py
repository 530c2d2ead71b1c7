"""Where a picture lies on a screen: turned and fitted. The canvas is the screen as a person sees it upright."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QTransform


def canvas_of(screen: QSize, rotation: int) -> QSize:
    """The size of what is turned to fill the screen."""
    return screen.transposed() if rotation % 180 else screen


def turning(screen: QSize, rotation: int) -> QTransform:
    """From the canvas to the screen, whose pixels stay pixels."""
    across, down = {0: (0, 0), 90: (1, 0), 180: (1, 1), 270: (0, 1)}[rotation]
    return QTransform().translate(across * screen.width(), down * screen.height()).rotate(rotation)


def placed(picture: QSize, cell: QRect, fit: Literal["crop", "fit", "fill"]) -> tuple[QRect, QRect]:
    """Which part of a picture is shown, and where on the canvas it lies."""
    whole = QRect(0, 0, picture.width(), picture.height())
    if fit == "fill":
        return whole, cell
    across, down = cell.width() / picture.width(), cell.height() / picture.height()
    if fit == "fit":
        scale = min(across, down)
        size = QSize(max(1, round(picture.width() * scale)), max(1, round(picture.height() * scale)))
        return whole, centred(size, cell)
    scale = max(across, down)
    part = QSize(max(1, round(cell.width() / scale)), max(1, round(cell.height() / scale)))
    return centred(part.boundedTo(picture), whole), cell


def centred(size: QSize, inside: QRect) -> QRect:
    """A rectangle of this size in the middle of another."""
    left = inside.x() + (inside.width() - size.width()) // 2
    return QRect(left, inside.y() + (inside.height() - size.height()) // 2, size.width(), size.height())
