"""When a run does what: the phases of growing (ProGAN, 1710.10196, figure 2 and appendix A), counted in images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.training.config import Config
from engine.training.networks.shape import Grown


@dataclass(frozen=True)
class Phase:
    """From `begins` to before `ends` images: a level fades in, or stands. batch: images a step; lr: learning rate."""

    side: int
    kind: Literal["fade", "stabilise"]
    begins: int
    ends: int
    batch: int
    lr: float

    def grown(self, images: int) -> Grown:
        """How far the networks have grown after so many images; the last step of a fade may go beyond its end."""
        if self.kind == "stabilise":
            return Grown(self.side)
        return Grown(self.side, min((images - self.begins) / (self.ends - self.begins), 1.0))


def phases(config: Config) -> tuple[Phase, ...]:
    """The plan of a run; phases without images are left out, and the first level does not fade in."""
    plan: list[Phase] = []
    at = 0
    for level in config.levels:
        for kind, images in (("fade", level.fade), ("stabilise", level.stabilise)):
            if images:
                fades = kind == "fade" and bool(plan)
                plan.append(Phase(level.side, "fade" if fades else "stabilise", at, at + images, level.batch, level.lr))
                at += images
    return tuple(plan)


def phase_at(plan: tuple[Phase, ...], images: int) -> Phase:
    """The phase of a number of images; the last one behind the end."""
    return next((phase for phase in plan if images < phase.ends), plan[-1])
