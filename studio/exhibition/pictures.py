"""Pictures for the wall as Qt has them: frames side by side, blends, and darkness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter

from studio.images import to_image

if TYPE_CHECKING:
    from engine.frame import Frame

FORMAT = QImage.Format.Format_RGB32
DARK_SIDE = 16


def mosaic(frames: Sequence[Frame], columns: int) -> QImage:
    """Frames side by side, row by row, in a picture of its own memory."""
    if len(frames) == 1:
        return to_image(frames[0]).copy()
    side = frames[0].size
    rows = -(-len(frames) // columns)
    whole = QImage(columns * side, rows * side, FORMAT)
    whole.fill(Qt.GlobalColor.black)
    with QPainter(whole) as p:
        for index, frame in enumerate(frames):
            p.drawImage(QRect(index % columns * side, index // columns * side, side, side), to_image(frame))
    return whole


def blended(now: QImage, before: QImage | None, weight: float) -> QImage:
    """before * (1 - weight) + now * weight, of the size of `now`."""
    if before is None or weight >= 1:
        return now
    whole = before.copy() if before.size() == now.size() else before.scaled(now.size())
    with QPainter(whole) as p:
        p.setOpacity(weight)
        p.drawImage(0, 0, now)
    return whole


def darkness() -> QImage:
    """Black."""
    whole = QImage(DARK_SIDE, DARK_SIDE, FORMAT)
    whole.fill(Qt.GlobalColor.black)
    return whole
