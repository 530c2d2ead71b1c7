"""The stage: what is on the walls. Blends of pictures, cross-fades over cuts, darkness; the last picture stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtGui import QImage

from studio.exhibition.inbetween import Blend, Inbetween
from studio.exhibition.pictures import blended, darkness


class Wall(Protocol):
    """Whatever shows pictures."""

    def show_pictures(self, now: QImage, before: QImage | None, weight: float) -> None:
        """Paint before * (1 - weight) + now * weight."""


@dataclass
class Fade:
    """From a picture that stands still into what plays next; it begins with the first picture of that."""

    picture: QImage
    length: float
    begun: float | None = None


class Stage:
    """beat: seconds between two beats of the screen."""

    def __init__(self, beat: float) -> None:
        self.inbetween: Inbetween[QImage] = Inbetween(beat)
        self.walls: list[Wall] = []
        self.fade: Fade | None = None
        self.last: Blend[QImage] | None = None
        self.dark = False

    @property
    def image(self) -> QImage | None:
        """What is on the walls."""
        return None if self.last is None else blended(self.last.now, self.last.before, self.last.weight)

    def cut(self, length: float) -> None:
        """The pictures that come are others: from what is on the walls to the first of them in so many seconds."""
        picture = self.image
        self.inbetween.clear()
        self.fade = None if picture is None else Fade(picture, length)

    def show(self, at: float) -> bool:
        """Show the picture of a beat; whether there is one."""
        blend = Blend(darkness()) if self.dark else self.inbetween.at(at)
        if self.fade is not None:
            blend = self.faded(self.fade, blend, at)
        if blend is None:
            return False
        self.last = blend
        for wall in self.walls:
            wall.show_pictures(blend.now, blend.before, blend.weight)
        return True

    def faded(self, fade: Fade, blend: Blend[QImage] | None, at: float) -> Blend[QImage]:
        """What plays, with what is still seen of the picture before the cut."""
        if blend is None:
            return Blend(fade.picture)
        fade.begun = at if fade.begun is None else fade.begun
        share = (at - fade.begun) / fade.length if fade.length > 0 else 1.0
        if share >= 1:
            self.fade = None
            return blend
        weight = share * share * (3 - 2 * share)
        return Blend(blended(blend.now, blend.before, blend.weight), fade.picture, weight)
