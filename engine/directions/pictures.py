"""Pictures of seeds, for measuring: w of many seeds, styles to pixels, and tables of labels made by a measurer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from engine.checks import check_number
from engine.directions.labels import Labels
from engine.directions.measures import Measurer, Numbers, Pictures
from engine.errors import VisagistError
from engine.job import Job, Progress
from engine.latents import draw_z
from engine.models.model import Model
from engine.networks.generator import Generator, synthesize

SIZE = 256  # pixels a side that pictures are measured at, where the network has as many
BATCH = 8
MAPPED = 500  # seeds that are mapped together


def w_of_seeds(generator: Generator, seeds: Sequence[int]) -> Job[Tensor]:
    """w [N, w_dim] of seeds before truncation; of a conditional model those without a label."""
    found = []
    for begin in range(0, len(seeds), MAPPED):
        yield Progress(begin, len(seeds), "mapping seeds to w")
        z = torch.stack([draw_z(seed, generator.plan.z_dim) for seed in seeds[begin : begin + MAPPED]])
        found.append(generator.map(z))
    return torch.cat(found)


def styles_of(model: Model, w: Tensor) -> Tensor:
    """w [N, w_dim] -> styles [N, style_rows, w_dim], the same in every row."""
    return w[:, None].expand(-1, model.generator.plan.style_rows, -1)


@torch.no_grad()
def pictures_of(generator: Generator, styles: Tensor, size: int | None = SIZE) -> Pictures:
    """styles [N, style_rows, w_dim] -> uint8 [N, H, W, 3] at the output of `size` pixels or the next larger one."""
    # one at a time, as the window renders them: the fused kernels and CUDA graphs know no other way
    made = [synthesize(generator, one[None], size=size).cpu() for one in styles]
    levels = (torch.cat(made).float() * 127.5 + 127.5).round().clamp(0, 255)  # [N, 3, H, W]
    pixels: Pictures = levels.to(torch.uint8).permute(0, 2, 3, 1).contiguous().numpy()
    return pixels


def measured(generator: Generator, styles: Tensor, measurer: Measurer, size: int | None = SIZE) -> Numbers:
    """styles [N, style_rows, w_dim] -> what their pictures measure, [N, L]."""
    return measurer(pictures_of(generator, styles, size))


def label(
    model: Model, measurer: Measurer, seeds: Sequence[int], psi: float = 0.7, size: int | None = SIZE
) -> Job[Labels]:
    """A table of labels of seeds, measured on their pictures at one psi."""
    if not seeds:
        raise VisagistError("no seed was given to label; give at least one")
    check_number("psi", psi, -2, 2)
    w = torch.lerp(model.w_mean, (yield from w_of_seeds(model.generator, seeds)), psi)
    found = []
    for begin in range(0, len(seeds), BATCH):
        yield Progress(begin, len(seeds), "labelling pictures")
        found.append(measured(model.generator, styles_of(model, w[begin : begin + BATCH]), measurer, size))
    return Labels(
        tuple(seeds),
        measurer.names,
        np.concatenate(found),
        np.full(len(seeds), psi),
        model.hash,
        "the measured labels",
    )
