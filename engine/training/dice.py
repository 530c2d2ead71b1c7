"""All chance of a training step, out of the run's seed and the step's number alone."""

from __future__ import annotations

import torch
from torch import Tensor


class Dice:
    """Random numbers of one step; a step that is repeated after a crash, or shared by processes, throws the same.

    Numbers are drawn for the samples of all processes; process `rank` of `world` takes every world-th one, so that
    the groups of the minibatch deviation are those of one process with the whole batch.
    """

    def __init__(
        self, seed: int, step: int, device: torch.device | str = "cpu", *, rank: int = 0, world: int = 1
    ) -> None:
        self.generator = torch.Generator(device)
        self.generator.manual_seed((seed * 0x9E3779B97F4A7C15 + step) % 2**63)
        self.rank, self.world = rank, world

    def normal(self, n: int, *shape: int) -> Tensor:
        """Standard normal numbers [n, ...], float32."""
        drawn = torch.randn(self.world * n, *shape, generator=self.generator, device=self.generator.device)
        return drawn[self.rank :: self.world]

    def uniform(self, n: int, *shape: int) -> Tensor:
        """Numbers [n, ...] in [0, 1), float32."""
        drawn = torch.rand(self.world * n, *shape, generator=self.generator, device=self.generator.device)
        return drawn[self.rank :: self.world]
