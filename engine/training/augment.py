"""Adaptive discriminator augmentation (ADA, 2006.06676): what the discriminator sees is changed at random.

Each operation is in force on each picture with probability p, which grows while the discriminator learns the training
pictures by heart. Gradients of every order flow through all of them.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from msgspec import Struct
from torch import Tensor

from engine.training.dice import Dice
from engine.training.draws import COLOURS, GEOMETRY, Draw, Operation, hole
from engine.training.warp import warp

NOISE = 0.1  # standard deviation of that of the noise, where black is -1 and white is 1
EVERY = 4  # steps between two moves of the probability


class AugmentSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """operations: those that may be in force, in whatever order.

    Noise and cutout are left out by default: they hardly help (section 2.3).
    """

    operations: tuple[Operation, ...] = (*dict(GEOMETRY), *COLOURS)


class Augmentation:
    """Changes pictures at random, each in its own way."""

    def __init__(self, settings: AugmentSettings) -> None:
        self.operations = frozenset(settings.operations)

    def __call__(self, pictures: Tensor, p: float, dice: Dice) -> Tensor:
        """pictures [N, 3, H, W] in about [-1, 1] -> the same shape; the very pictures where p is 0.

        The dice decide everything, on whatever device they are; where p is 0 they are not thrown.
        """
        if p <= 0:
            return pictures
        with torch.autocast(pictures.device.type, enabled=False):
            draw = Draw(len(pictures), p, dice)
            pictures = where_changed(warp, pictures, self.geometry(draw, *pictures.shape[2:]))
            pictures = where_changed(recoloured, pictures, self.colours(draw))
            if "noise" in self.operations:
                deviation = draw.normal(NOISE).abs()[:, None, None, None]
                pictures = pictures + (deviation * dice.normal(*pictures.shape)).to(pictures)
            if "cutout" in self.operations:
                pictures = pictures * hole(draw, *pictures.shape[2:]).to(pictures)[:, None]
            return pictures

    def geometry(self, draw: Draw, height: int, width: int) -> Tensor:
        """[N, 3, 3]: from places of the result to those that they show."""
        inverse = draw.identity(3)
        for name, operation in GEOMETRY:
            if name in self.operations:
                inverse = inverse @ operation(draw, height, width)
        return inverse

    def colours(self, draw: Draw) -> Tensor:
        """[N, 4, 4]: from colours (red, green, blue, 1) to those of the result."""
        matrix = draw.identity(4)
        for name, operation in COLOURS.items():
            if name in self.operations:
                matrix = operation(draw) @ matrix
        return matrix


def where_changed(change: Callable[[Tensor, Tensor], Tensor], pictures: Tensor, matrices: Tensor) -> Tensor:
    """The pictures, those changed whose matrix [N, k, k] is not the identity: at a small p most are left alone."""
    same = torch.eye(matrices.shape[1], device=matrices.device)
    chosen = (matrices != same).any(2).any(1).nonzero()[:, 0]
    matrices = matrices.to(pictures)
    if len(chosen) == len(pictures):
        return change(pictures, matrices)
    if not len(chosen):
        return pictures
    chosen = chosen.to(pictures.device)
    return pictures.index_copy(0, chosen, change(pictures[chosen], matrices[chosen]))


def recoloured(pictures: Tensor, matrices: Tensor) -> Tensor:
    """pictures [N, 3, H, W], matrices [N, 4, 4] -> every pixel's colour by its picture's matrix."""
    pixels = torch.baddbmm(matrices[:, :3, 3:], matrices[:, :3, :3], pictures.flatten(2))
    return pixels.view_as(pictures)


class AugmentState(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the controller stands, for checkpoints.

    p: the probability; signs: sum of the signs seen since it moved last, of so many images in so many steps.
    """

    p: float = 0.0
    signs: float = 0.0
    images: int = 0
    steps: int = 0


class AdaptiveProbability:
    """p, moved by how surely the discriminator tells real pictures (section 3).

    target: what the mean sign of its logits of real pictures is held at; images_to_one: real pictures shown while p
    goes from 0 to 1, if it goes that way all the time.
    """

    def __init__(self, target: float = 0.6, images_to_one: float = 500_000, state: AugmentState | None = None) -> None:
        self.target, self.images_to_one = target, images_to_one
        self.state = state or AugmentState()

    @property
    def p(self) -> float:
        """The probability now."""
        return self.state.p

    def observe(self, sign: float, images: int) -> None:
        """Call it at every step with the mean sign of the logits of so many real pictures; each fourth time p moves."""
        now = self.state
        signs, images, steps = now.signs + sign * images, now.images + images, now.steps + 1
        if steps < EVERY:
            self.state = AugmentState(now.p, signs, images, steps)
            return
        way = (signs / images > self.target) - (signs / images < self.target)
        self.state = AugmentState(min(max(now.p + way * images / self.images_to_one, 0.0), 1.0))
