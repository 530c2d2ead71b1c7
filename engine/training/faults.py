"""How a run notices that learning went wrong: numbers that are none, and generators that draw one picture only."""

from __future__ import annotations

import math

from engine.training.learner import Shown

FLAT = 0.01  # standard deviation between pictures, in [-1, 1], below which they are all the same
FLAT_TICKS = 3
MOST_FAULTS = 5  # that a run gets over before it comes past the last of them


class Diverged(Exception):
    """Learning went wrong; says how."""


class Watch:
    """Looks at every step and every tick."""

    def __init__(self) -> None:
        self.flat = 0
        self.faults = 0
        self.farthest = 0  # images shown when something went wrong

    def step(self, shown: Shown) -> None:
        """Raises Diverged for numbers that are not finite."""
        numbers = {
            "the generator's loss": shown.loss_g,
            "the discriminator's loss": shown.loss_d,
            "the generator's gradient": shown.grad_g,
            "the discriminator's gradient": shown.grad_d,
        }
        for name, number in numbers.items():
            if not math.isfinite(number):
                raise Diverged(f"{name} is no longer a number")

    def tick(self, spread: float, images: int) -> None:
        """spread: standard deviation between generated pictures. Raises Diverged when it stays next to nothing."""
        self.flat = self.flat + 1 if spread < FLAT else 0
        if self.flat >= FLAT_TICKS:
            self.flat = 0
            raise Diverged("the generator draws the same picture whatever it is given")
        if not self.flat and images > self.farthest:
            self.faults = 0

    def forgives(self, images: int) -> bool:
        """Whether to try again after a fault."""
        self.faults += 1
        self.farthest = max(self.farthest, images)
        return self.faults <= MOST_FAULTS
