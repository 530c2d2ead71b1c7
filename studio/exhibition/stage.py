"""The stage: what is on the walls. Blends of pictures, cross-fades over cuts, darkness; the last picture stays."""

from __future__ import annotations

from dataclasses import dataclass, field
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
    mixed: dict[tuple[int, float], QImage] = field(default_factory=dict)  # by cacheKey and moment

    def weight(self, at: float) -> float:
        """Of what plays next, at a moment."""
        share = min(max((at - (self.begun or at)) / self.length, 0.0), 1.0) if self.length > 0 else 1.0
        return share * share * (3 - 2 * share)

    def over(self, picture: QImage, moment: float, lag: float) -> QImage:
        """A picture as it is when its moment is shown."""
        key = picture.cacheKey(), moment
        if key not in self.mixed:
            kept = list(self.mixed.items())[-2:]
            self.mixed = dict(kept) | {key: blended(picture, self.picture, self.weight(moment + lag))}
        return self.mixed[key]


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
        if fade.weight(at if blend.before is None else blend.earlier + blend.lag) >= 1:
            self.fade = None
            return blend
        if blend.before is None:
            return Blend(blend.now, fade.picture, fade.weight(at))
        # both pictures with what is left of the third: mixed once each, and not at every beat
        before = fade.over(blend.before, blend.earlier, blend.lag)
        return Blend(fade.over(blend.now, blend.moment, blend.lag), before, blend.weight)
