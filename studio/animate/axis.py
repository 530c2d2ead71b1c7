"""Where a time lies on the screen: zoom, scroll, and the ticks of the ruler. Numbers only, no widgets."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

PAD = 36.0  # pixels before the first and after the last moment: half of a keyframe's picture stands there
CLOSEST = 60.0  # pixels that a frame takes at most
APART = 64.0  # pixels between two ticks with a time at them, at least
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)  # seconds


@dataclass(frozen=True)
class Axis:
    """left, width: of the lanes in pixels; scale: pixels a second; first: seconds that stand at left + PAD."""

    left: float
    width: float
    scale: float
    first: float = 0.0

    def x(self, t: float) -> float:
        """Where a time lies."""
        return self.left + PAD + (t - self.first) * self.scale

    def t(self, x: float) -> float:
        """The time at a place; may lie before 0 or after the end."""
        return self.first + (x - self.left - PAD) / self.scale

    def seconds(self, pixels: float) -> float:
        """So many pixels in seconds."""
        return pixels / self.scale

    def between(self, left: float, right: float) -> tuple[float, float]:
        """The times at two places."""
        return self.t(left), self.t(right)

    @property
    def span(self) -> float:
        """Seconds that can be seen at once."""
        return max(1.0, self.width - 2 * PAD) / self.scale

    def kept(self, duration: float, fps: Fraction) -> Axis:
        """No further out than the whole timeline, no closer than a few frames, and never beside it."""
        room = max(1.0, self.width - 2 * PAD)
        furthest = room / duration
        closest = max(furthest, CLOSEST * float(fps))
        scale = min(max(self.scale, furthest), closest)
        return replace(self, scale=scale, first=min(max(self.first, 0.0), max(0.0, duration - room / scale)))

    def zoomed(self, factor: float, x: float, duration: float, fps: Fraction) -> Axis:
        """Larger or smaller by a factor; the time at x stays there."""
        scale = min(max(self.scale * factor, 1e-4), 1e6)
        return replace(self, scale=scale, first=self.t(x) - (x - self.left - PAD) / scale).kept(duration, fps)

    def scrolled(self, seconds: float, duration: float, fps: Fraction) -> Axis:
        """Later by so many seconds."""
        return replace(self, first=self.first + seconds).kept(duration, fps)

    def showing(self, t: float, duration: float, fps: Fraction) -> Axis:
        """With a time in sight: as it is where it is, else a page further."""
        if self.first <= t <= self.first + self.span:
            return self
        return replace(self, first=t - 0.1 * self.span).kept(duration, fps)

    def step(self, fps: Fraction) -> float:
        """Seconds from one labelled tick of the ruler to the next: whole frames when it is near, else round numbers."""
        frames = [count / float(fps) for count in (1, 2, 5, 10) if count < fps]
        steps = sorted({*(one for one in frames if one < 1), *(one for one in STEPS if one >= 1)})
        return next((step for step in steps if step * self.scale >= APART), STEPS[-1])

    def ticks(self, step: float, left: float, right: float, duration: float) -> Iterator[float]:
        """Times of ticks between two places of the screen."""
        first, last = self.between(left, right)
        at = max(0, math.ceil(max(first, 0.0) / step - 1e-6))
        while at * step <= min(last, duration) + 1e-9:
            yield at * step
            at += 1
