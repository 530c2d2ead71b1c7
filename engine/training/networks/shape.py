"""Sizes of a pair of networks, and how far they have grown."""

from __future__ import annotations

from dataclasses import dataclass

from engine.training.dataset import sides_to

GROUP = 4  # pictures that a discriminator compares with each other (minibatch standard deviation)


@dataclass(frozen=True)
class Shape:
    """What decides the tensors of generator and discriminator.

    side: of the full picture; widest, base: a resolution R has min(widest, base / R) channels, in multiples of 8.
    widths: channels at 4, 8 ... side as they are, instead.
    """

    side: int
    widest: int
    base: int
    z_dim: int
    w_dim: int
    mapping_layers: int
    label_dim: int = 0
    widths: tuple[int, ...] = ()

    @property
    def sides(self) -> tuple[int, ...]:
        """4, 8 ... side."""
        return sides_to(self.side)

    def channels(self, side: int) -> int:
        """Channels of the activations at a resolution."""
        if self.widths:
            return self.widths[self.sides.index(side)]
        return max(8, min(self.widest, self.base // side) // 8 * 8)

    def cost(self, side: int) -> int:
        """Multiplications of the generator's convolutions for one picture of a side, about."""
        total = 0
        for at in self.sides[: self.sides.index(side) + 1]:
            channels = self.channels(at)
            before = self.channels(at // 2) if at > self.sides[0] else 0
            total += 9 * channels * (channels * at**2 + before * (at // 2) ** 2)
        return total


@dataclass(frozen=True)
class Grown:
    """How far networks have grown (ProGAN, 1710.10196, section 2): the last level, and how much of it shows.

    side: of the last level in pixels; alpha: 1 when it shows fully, less while it fades in.
    """

    side: int
    alpha: float = 1.0
