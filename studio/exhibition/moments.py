"""From the beat's clock, which never jumps, to the time on the wall, which does when somebody sets it."""

from __future__ import annotations

from collections.abc import Callable

JUMP_S = 2.0  # further apart, somebody set the clock or the machine slept
SLEW = 0.02  # of a smaller difference, at each look


class Moments:
    """speed: of the show's time; at any other than 1 the wall's clock is only where it began."""

    def __init__(self, clock: Callable[[], float], wall: Callable[[], float], speed: float = 1.0) -> None:
        self.clock, self.wall, self.speed = clock, wall, speed
        self.zero, self.began = clock(), wall()

    def at(self, beat: float) -> float:
        """Unix seconds of a beat."""
        return self.began + (beat - self.zero) * self.speed

    def look(self) -> float:
        """Follow the wall's clock; by how many seconds it jumped, 0 where it did not."""
        if self.speed != 1:
            return 0.0
        apart = self.wall() - self.at(self.clock())
        jumped = abs(apart) > JUMP_S
        self.began += apart if jumped else apart * SLEW
        return apart if jumped else 0.0
