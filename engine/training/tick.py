"""What happened since the last tick: means of the steps' numbers, the rate, and the time that is left."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil
import torch

from engine.training.learner import Shown
from engine.training.run import finite


class Tick:
    """Collects steps. clock: seconds; only time that was spent on steps counts."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.clock = clock
        self.reset()

    def reset(self) -> None:
        """Begin anew."""
        self.shown: list[Shown] = []
        self.images, self.seconds = 0, 0.0

    def add(self, shown: Shown, images: int, seconds: float) -> None:
        """A step of so many images."""
        self.shown.append(shown)
        self.images += images
        self.seconds += seconds

    def sign(self) -> float:
        """Mean sign of the logits of real pictures."""
        return sum(step.sign for step in self.shown) / len(self.shown)

    def spread(self) -> float:
        """Mean standard deviation of generated pixels between pictures."""
        return sum(step.spread for step in self.shown) / len(self.shown)

    def rate(self) -> float:
        """Images a second."""
        return self.images / max(self.seconds, 1e-9)

    def numbers(self) -> dict[str, float | None]:
        """Fields of a tick's record."""
        names = ("loss_g", "loss_d", "real", "fake", "grad_g", "grad_d", "spread")
        means = {name: sum(getattr(step, name) for step in self.shown) / len(self.shown) for name in names}
        penalties = [step.penalty for step in self.shown if step.penalty is not None]
        means["gap"] = means["real"] - means["fake"]
        means["penalty"] = sum(penalties) / len(penalties) if penalties else float("nan")
        return finite(means)


def memory(device: torch.device) -> int:
    """Bytes that the training holds: on the GPU at most since the start, or of the machine's own now."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_reserved())
    return int(psutil.Process().memory_info().rss)
