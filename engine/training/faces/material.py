"""What shading knows of a point before light falls on it, and the two ways colours mix."""

from __future__ import annotations

from typing import NamedTuple

from engine.training.faces.arrays import RGB
from engine.training.faces.compiled import kernel

NOTHING, SKIN_MATTER, HAIR_MATTER, DULL_MATTER, WET_MATTER = range(5)
RESTING_EYE_X, RESTING_EYE_Y, RESTING_EYE_Z = 0.308, 7.284, 1.245


class Matter(NamedTuple):
    """colour: linear albedo; normal, not yet of unit length; rough 0..1; f0: reflectance head-on; gloss scales it."""

    kind: int
    colour: RGB
    normal: RGB
    rough: float
    f0: float
    gloss: float


@kernel
def mixed(first: RGB, second: RGB, share: float) -> RGB:
    """A share of the second colour laid over the first."""
    keep = 1 - share
    return (
        first[0] * keep + second[0] * share,
        first[1] * keep + second[1] * share,
        first[2] * keep + second[2] * share,
    )


@kernel
def absorbed(colour: RGB, r: float, g: float, b: float) -> RGB:
    """A colour that loses these shares of its channels."""
    return colour[0] * (1 - r), colour[1] * (1 - g), colour[2] * (1 - b)


@kernel
def scaled(colour: RGB, factor: float) -> RGB:
    """A brighter or darker colour."""
    return colour[0] * factor, colour[1] * factor, colour[2] * factor
