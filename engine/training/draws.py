"""The operations of the augmentation (ADA, 2006.06676, appendix B): what each draws, and the matrix that it makes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from engine.training.dice import Dice

Operation = Literal[
    "flip", "quarter_turn", "shift", "scale", "rotation", "stretch", "fractional_shift",
    "brightness", "contrast", "luma_flip", "hue", "saturation",
    "noise", "cutout",
]  # fmt: skip

SHIFT, FRACTIONAL_SHIFT, CUTOUT = 0.125, 0.125, 0.5  # of a side
SCALE, STRETCH, CONTRAST, SATURATION = 0.2, 0.2, 0.5, 1.0  # standard deviations in octaves
BRIGHTNESS = 0.2  # standard deviation, where black is -1 and white is 1


@dataclass(frozen=True)
class Draw:
    """Random amounts [count], one a picture; 0, which changes nothing, where an operation is not in force."""

    count: int
    p: float
    dice: Dice

    def normal(self, deviation: float) -> Tensor:
        """Around 0."""
        return self.chosen() * self.dice.normal(self.count) * deviation

    def uniform(self, limit: float, p: float | None = None) -> Tensor:
        """From -limit to limit; p: another probability than the common one."""
        return self.chosen(p) * self.signed() * limit

    def whole(self, end: int) -> Tensor:
        """0, 1, ... end - 1."""
        return self.chosen() * (self.dice.uniform(self.count) * end).floor()

    def signed(self) -> Tensor:
        """From -1 to 1, on every picture."""
        return 2 * self.dice.uniform(self.count) - 1

    def chosen(self, p: float | None = None) -> Tensor:
        """1 with probability p, else 0."""
        return (self.dice.uniform(self.count) < (self.p if p is None else p)).float()

    def identity(self, side: int) -> Tensor:
        """[count, side, side]."""
        return torch.eye(side, device=self.dice.generator.device).repeat(self.count, 1, 1)


def flip(draw: Draw, height: int, width: int) -> Tensor:
    """Left and right exchanged."""
    across = 1 - 2 * draw.whole(2)
    return scaling(across, torch.ones_like(across))


def quarter_turn(draw: Draw, height: int, width: int) -> Tensor:
    """By 0, 90, 180 or 270 degrees; of a picture that is not square the middle stays in view."""
    return turning(draw.whole(4) * (math.pi / 2))


def shift(draw: Draw, height: int, width: int) -> Tensor:
    """By whole pixels."""
    chosen = draw.chosen()
    across, down = (draw.signed() * SHIFT * side for side in (width, height))
    return moving((chosen * across).round(), (chosen * down).round())


def scale(draw: Draw, height: int, width: int) -> Tensor:
    """Larger or smaller."""
    factor = torch.exp2(draw.normal(SCALE))
    return scaling(factor, factor)


def rotation(draw: Draw, height: int, width: int) -> Tensor:
    """By any angle; it comes twice, each time so seldom that p of the pictures are turned at all."""
    return turning(draw.uniform(math.pi, 1 - math.sqrt(1 - min(draw.p, 1.0))))


def stretch(draw: Draw, height: int, width: int) -> Tensor:
    """Wider and lower, or the other way round."""
    factor = torch.exp2(draw.normal(STRETCH))
    return scaling(factor, 1 / factor)


def fractional_shift(draw: Draw, height: int, width: int) -> Tensor:
    """By any part of a pixel."""
    chosen = draw.chosen()
    across, down = (draw.dice.normal(draw.count) * FRACTIONAL_SHIFT * side for side in (width, height))
    return moving(chosen * across, chosen * down)


def brightness(draw: Draw) -> Tensor:
    """The same light everywhere."""
    matrix = draw.identity(4)
    matrix[:, :3, 3] = draw.normal(BRIGHTNESS)[:, None]
    return matrix


def contrast(draw: Draw) -> Tensor:
    """Farther from mid-grey, or nearer to it."""
    factor = torch.exp2(draw.normal(CONTRAST))
    return about_grey(factor, factor)


def luma_flip(draw: Draw) -> Tensor:
    """Light and dark exchanged, colours left."""
    along = 1 - 2 * draw.whole(2)
    return about_grey(along, torch.ones_like(along))


def hue(draw: Draw) -> Tensor:
    """Colours turned about the axis of greys."""
    angle = draw.uniform(math.pi)
    return about_grey(torch.ones_like(angle), angle.cos(), angle.sin())


def saturation(draw: Draw) -> Tensor:
    """Farther from that axis, or nearer to it."""
    factor = torch.exp2(draw.normal(SATURATION))
    return about_grey(torch.ones_like(factor), factor)


# in the order in which they happen: [N, 3, 3], from places of the result to places before, in pixels from the centre
GEOMETRY: tuple[tuple[Operation, Callable[[Draw, int, int], Tensor]], ...] = (
    ("flip", flip),
    ("quarter_turn", quarter_turn),
    ("shift", shift),
    ("scale", scale),
    ("rotation", rotation),
    ("stretch", stretch),
    ("rotation", rotation),
    ("fractional_shift", fractional_shift),
)

# [N, 4, 4], from colours (red, green, blue, 1) to colours
COLOURS: dict[Operation, Callable[[Draw], Tensor]] = {
    "brightness": brightness,
    "contrast": contrast,
    "luma_flip": luma_flip,
    "hue": hue,
    "saturation": saturation,
}


def hole(draw: Draw, height: int, width: int) -> Tensor:
    """[N, height, width]: 0 in a rectangle of half the sides about a place drawn, 1 elsewhere; all 1 without cutout."""
    chosen = draw.chosen()
    x, y = ((torch.arange(side, device=chosen.device) + 0.5) / side for side in (width, height))
    across, down = ((axis - draw.dice.uniform(draw.count, 1)).abs() < CUTOUT / 2 for axis in (x, y))
    return 1 - chosen[:, None, None] * (down[:, :, None] & across[:, None])


def scaling(x: Tensor, y: Tensor) -> Tensor:
    """[N, 3, 3]."""
    return torch.diag_embed(torch.stack([x, y, torch.ones_like(x)], 1))


def turning(angle: Tensor) -> Tensor:
    """[N, 3, 3], from radians."""
    matrix = scaling(angle.cos(), angle.cos())
    matrix[:, 1, 0], matrix[:, 0, 1] = angle.sin(), -angle.sin()
    return matrix


def moving(x: Tensor, y: Tensor) -> Tensor:
    """[N, 3, 3], in pixels."""
    matrix = scaling(torch.ones_like(x), torch.ones_like(y))
    matrix[:, :2, 2] = torch.stack([x, y], 1)
    return matrix


def about_grey(along: Tensor, across: Tensor, around: Tensor | None = None) -> Tensor:
    """[N, 4, 4]: what lies along the axis of greys and what lies across it by a factor each.

    around: how much of what lies across is added turned by 90 degrees.
    """
    axis = torch.full((3, 3), 1 / 3, device=along.device)
    matrix = torch.eye(4, device=along.device).repeat(len(along), 1, 1)
    part = along[:, None, None] * axis + across[:, None, None] * (torch.eye(3, device=along.device) - axis)
    if around is not None:
        turn = torch.tensor([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]], device=along.device) / math.sqrt(3)
        part = part + around[:, None, None] * turn
    matrix[:, :3, :3] = part
    return matrix
