"""The shape of a video: its size, and how a square picture stands in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import VisagistError

SIDES = range(16, 16_385)
SHAPES = {"square": (1, 1), "16:9": (16, 9), "9:16": (9, 16), "4:3": (4, 3), "4:5": (4, 5), "2:1": (2, 1)}
BLACK = "#000000"


@dataclass(frozen=True)
class Shape:
    """width, height in pixels; crop: the picture fills them and what juts out is cut off, else it stands on the ground.

    ground: a colour like #101010.
    """

    width: int
    height: int
    crop: bool = False
    ground: str = BLACK

    def __post_init__(self) -> None:
        for side in (self.width, self.height):
            if side not in SIDES:
                raise VisagistError(f"a video has {SIDES[0]} to {SIDES[-1]} px a side, not {side}")
        colour_of(self.ground)

    @property
    def side(self) -> int:
        """Of the whole square picture in this shape, in pixels."""
        return max(self.width, self.height) if self.crop else min(self.width, self.height)


def colour_of(text: str) -> tuple[int, int, int]:
    """Red, green, blue of a colour like #101010."""
    digits = text.removeprefix("#")
    if len(digits) != 6 or any(digit not in "0123456789abcdefABCDEF" for digit in digits):
        raise VisagistError(f"a colour is written like #101010, not '{text[:40]}'")
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


def shape_for(
    side: int, size: str | None, shape: str | None, *, crop: bool, ground: str = BLACK, even: bool = True
) -> Shape:
    """The shape that size ("1920x1080" or "1080") and shape ("16:9") describe for pictures of `side` px.

    Without a size the picture keeps its own pixels. even: round what is left open to even sides.
    """
    if shape is not None and shape not in SHAPES:
        raise VisagistError(f"the shape is one of {', '.join(SHAPES)}, not '{shape}'")
    across, down = SHAPES[shape or "square"]
    step = 2 if even else 1
    if size is not None and "x" in size.lower():
        if shape is not None:
            raise VisagistError(f"the size {size} says the shape already; leave out --shape")
        width, _, height = size.lower().partition("x")
        return Shape(whole(width, size), whole(height, size), crop, ground)
    short = side if size is None else whole(size, size)
    if crop and size is None:  # as large as the picture allows
        short = short * min(across, down) // max(across, down) // step * step
    long = round(short * max(across, down) / min(across, down) / step) * step
    return Shape(long, short, crop, ground) if across >= down else Shape(short, long, crop, ground)


def whole(text: str, of: str) -> int:
    digits = text.strip()
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 6:
        raise VisagistError(f"a size is written like 1920x1080 or 1080, not '{of[:40]}'")
    return int(digits)


def placed(pixels: NDArray[Any], shape: Shape) -> NDArray[Any]:
    """BGRX [S, S, 4] -> BGRX [height, width, 4], Lanczos; RGBX of 16 bits stays that."""
    side = pixels.shape[0]
    if (shape.width, shape.height) == (side, side):
        return pixels
    if pixels.dtype == np.uint16:
        return placed_deep(pixels, shape)
    picture = Image.frombuffer("RGBX", (side, side), np.ascontiguousarray(pixels), "raw", "RGBX", 0, 1)
    scale = side / shape.side  # picture pixels a video pixel
    if shape.crop:
        wide, high = shape.width * scale, shape.height * scale
        left, top = (side - wide) / 2, (side - high) / 2
        box = (left, top, left + wide, top + high)
        return np.asarray(picture.resize((shape.width, shape.height), Image.Resampling.LANCZOS, box=box))
    if side != shape.side:
        picture = picture.resize((shape.side, shape.side), Image.Resampling.LANCZOS)
    red, green, blue = colour_of(shape.ground)
    canvas = np.empty((shape.height, shape.width, 4), np.uint8)
    canvas[:] = blue, green, red, 255
    top, left = (shape.height - shape.side) // 2, (shape.width - shape.side) // 2
    canvas[top : top + shape.side, left : left + shape.side] = np.asarray(picture)
    return canvas


def placed_deep(pixels: NDArray[np.uint16], shape: Shape) -> NDArray[np.uint16]:
    """As `placed`, of 16 bits: colour by colour, for Pillow scales no others."""
    side = pixels.shape[0]
    wide, high = (shape.width, shape.height) if shape.crop else (shape.side, shape.side)
    scale = side / shape.side
    left, top = (side - wide * scale) / 2, (side - high * scale) / 2
    box = (left, top, left + wide * scale, top + high * scale)
    canvas = np.full((shape.height, shape.width, 4), 65535, np.uint16)
    row, column = (shape.height - high) // 2, (shape.width - wide) // 2
    for channel, ground in enumerate(colour_of(shape.ground)):
        plane = Image.fromarray(pixels[..., channel].astype(np.float32))
        made = np.asarray(plane.resize((wide, high), Image.Resampling.LANCZOS, box=box))
        canvas[..., channel] = ground * 257
        canvas[row : row + high, column : column + wide, channel] = np.clip(made.round(), 0, 65535)
    return canvas
