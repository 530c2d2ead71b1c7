"""Frames as Qt sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from engine.frame import Frame


def to_image(frame: Frame) -> QImage:
    """The frame's own memory as a picture, not a copy: keep the frame as long as the picture."""
    pixels = frame.pixels
    return QImage(pixels.data, pixels.shape[1], pixels.shape[0], pixels.strides[0], QImage.Format.Format_RGB32)
