"""Further ways of the picture out of the program: a virtual camera, and how to get what other programs do better."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from engine.errors import VisagistError
from engine.show.values import Send
from studio.exhibition.pictures import FORMAT, blended

log = logging.getLogger(__name__)

CAMERA_RATE = 30.0
CAMERA_SIZE = QSize(1280, 720)  # what every program that takes a camera understands


@dataclass(frozen=True)
class Way:
    """A way out. how: one sentence on how to get it."""

    title: str
    how: str


WAYS: dict[Send, Way] = {
    "camera": Way(
        "Virtual camera",
        "a virtual camera needs the package pyvirtualcam, and a driver: OBS Studio brings one for Windows and macOS, "
        "v4l2loopback is one for Linux",
    ),
    "ndi": Way("NDI", "NDI is sent by OBS Studio with the DistroAV plug-in: let it capture the show's window"),
    "spout": Way("Spout", "Spout is sent by OBS Studio with the Spout2 plug-in: let it capture the show's window"),
    "syphon": Way("Syphon", "Syphon is sent by OBS Studio with a Syphon plug-in: let it capture the show's window"),
}


class Camera:
    """The picture as a camera that other programs can choose. VisagistError where there is no such driver."""

    def __init__(self, size: QSize = CAMERA_SIZE, clock: Callable[[], float] = time.perf_counter) -> None:
        try:
            import pyvirtualcam
        except ImportError as error:
            raise VisagistError(WAYS["camera"].how) from error
        self.size, self.clock, self.next = size, clock, 0.0
        try:
            self.device: Any = pyvirtualcam.Camera(size.width(), size.height(), CAMERA_RATE)
        except (RuntimeError, ValueError) as error:
            raise VisagistError(f"the virtual camera does not open ({error}); {WAYS['camera'].how}") from error

    def show_pictures(self, now: QImage, before: QImage | None, weight: float) -> None:
        """Send a picture, as often as a camera does."""
        at = self.clock()
        if at < self.next - 1e-3:
            return
        self.next = max(self.next + 1 / CAMERA_RATE, at)
        try:
            self.device.send(rgb_of(framed(blended(now, before, weight), self.size)))
        except (RuntimeError, OSError) as error:  # a driver that went must not stop the wall
            log.warning("the virtual camera is gone (%s); begin the show again to have it back", error)
            self.next = math.inf

    def close(self) -> None:
        """The camera is gone."""
        self.device.close()


def framed(picture: QImage, size: QSize) -> QImage:
    """All of a picture in the middle of a black frame."""
    whole = QImage(size, FORMAT)
    whole.fill(Qt.GlobalColor.black)
    inside = QRect(whole.rect().topLeft(), picture.size().scaled(size, Qt.AspectRatioMode.KeepAspectRatio))
    inside.moveCenter(whole.rect().center())
    with QPainter(whole) as p:
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        p.drawImage(inside, picture)
    return whole


def rgb_of(picture: QImage) -> np.ndarray:
    """uint8 [height, width, 3], in memory of its own."""
    plain = picture.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3).copy()


def open_sends(sends: Sequence[Send], told: Callable[[VisagistError], None]) -> list[Camera]:
    """What can be opened of the ways that a show wishes; told hears how to get the others."""
    opened = []
    for send in sends:
        try:
            if send != "camera":
                raise VisagistError(WAYS[send].how)
            opened.append(Camera())
        except VisagistError as error:
            told(error)
    return opened
