"""What the draft heads learn from: styles, what a head sees of them, and the pictures it should draw.

Colours depend on thousands of numbers of w, so many styles matter more than many pixels: the stages up to 64 px run
whole, the later ones on small crops of them, which is exact away from the crop's edge. Half of the styles are whole,
half are mixed or changed row by row, so that drafts stay right while somebody mixes.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.kernels import Activation
from engine.networks.generator import Inputs, State, TensorState
from engine.networks.mobile_stylegan import MobileStyleGAN
from engine.networks.mobile_stylegan_fused import FusedMobileStyleGAN

SIZES = (128, 256, 512)
CROPS = 2  # of each style
WHOLE = 64  # pixels: stages up to this resolution run whole, later ones on crops
CROP = 12  # positions a side at 64 px
EDGE = 2  # positions that a crop's edge spoils: six 3x3 convolutions at 128, 256 and 512 px reach 1.75


@dataclass(frozen=True)
class Sample:
    """One style as one head meets it.

    x: activations [K, C, R + 2, R + 2] float16 of K pieces of the picture, one position more at each side, zero beyond
    the picture; styles [style_rows, w_dim]; wanted: the averaged picture there [K, 3, 2R, 2R] float16.
    """

    x: Tensor
    styles: Tensor
    wanted: Tensor


def draw_styles(network: FusedMobileStyleGAN, w_mean: Tensor, count: int) -> list[Tensor]:
    """w+ [22, 512] each: even ones whole, odd ones mixed at a row or changed row by row; psi from -0.5 to 1."""
    rows, width = network.plan.style_rows, network.plan.w_dim

    def face() -> Tensor:
        psi = 1 - 1.5 * torch.rand(()) ** 1.5  # large ones more often: errors grow with psi
        return torch.lerp(w_mean, network.map(torch.randn(1, width))[0], psi)

    styles = []
    for index in range(count):
        style = face().expand(rows, width).clone()
        if index % 4 == 1:
            style[int(torch.randint(1, rows, ())) :] = face()
        elif index % 4 == 3:
            style = torch.lerp(style, face(), torch.rand(rows, 1) * (torch.rand(rows, 1) < 0.4))
        styles.append(style)
    return styles


def watch_whole(network: FusedMobileStyleGAN, styles: Tensor) -> dict[int, Sample]:
    """What each head sees of a style, and the pictures that it should draw."""
    seen: dict[int, Tensor] = {}
    state: State | None = None
    for index, stage in enumerate(network.plan.stages):
        state = network.run(index, state, styles[None], Inputs())
        assert isinstance(state, Activation)
        if stage.resolution >= WHOLE and index % 2 == 0:
            seen[2 * stage.resolution] = F.pad(state.tensor(), (1, 1, 1, 1))
    assert state is not None
    return samples_of(seen, network.picture(network.plan.outputs[-1], state, styles[None]), styles)


def watch_crops(network: FusedMobileStyleGAN, crops: MobileStyleGAN, styles: Tensor) -> list[dict[int, Sample]]:
    """The same on random crops of each of styles [N, style_rows, w_dim], the last stages computed on them alone."""
    stages = network.plan.stages
    whole = sum(stage.resolution <= WHOLE for stage in stages)
    corners, pieces = torch.randint(0, WHOLE - CROP + 1, (len(styles), CROPS, 2)).tolist(), []
    for style, places in zip(styles, corners, strict=True):
        state: State | None = None
        for index in range(whole):
            state = network.run(index, state, style[None], Inputs())
        assert isinstance(state, Activation)
        x = state.tensor()[0]
        pieces += [x[:, y : y + CROP, left : left + CROP] for y, left in places]
    given = styles.repeat_interleave(CROPS, 0)
    piece = TensorState(torch.stack(pieces))
    seen = {2 * WHOLE: inner(piece.x, EDGE - 1)}
    for index in range(whole, len(stages)):
        times = stages[index].resolution // WHOLE
        name = f"{stages[index].layers[0].name}.noise"
        crops.weights[name] = torch.stack(
            [
                network.noises[index][y * times : (y + CROP) * times, left * times : (left + CROP) * times][None]
                for places in corners
                for y, left in places
            ]
        )
        state = crops.run(index, piece, given, Inputs())
        assert isinstance(state, TensorState)
        piece = state
        seen[2 * stages[index].resolution] = inner(piece.x, EDGE * times - 1)
    full = inner(crops.picture(network.plan.outputs[-1], piece, given), EDGE * network.plan.resolution // WHOLE)
    return [
        samples_of(
            {size: x[CROPS * n : CROPS * (n + 1)] for size, x in seen.items()}, full[CROPS * n : CROPS * (n + 1)], style
        )
        for n, style in enumerate(styles)
    ]


def samples_of(seen: dict[int, Tensor], full: Tensor, styles: Tensor) -> dict[int, Sample]:
    """seen: activations by size, one position more at each side; full: the finished picture of the same pieces."""
    samples = {}
    for size in SIZES:
        wanted = F.avg_pool2d(full.clamp(-1, 1), full.shape[-1] // (2 * (seen[size].shape[-1] - 2)))
        samples[size] = Sample(seen[size].half(), styles, wanted.half())
    return samples


def inner(x: Tensor, edge: int) -> Tensor:
    """[..., H, W] without `edge` positions at each side."""
    return x[..., edge : x.shape[-2] - edge, edge : x.shape[-1] - edge]
