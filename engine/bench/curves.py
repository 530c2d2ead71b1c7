"""Two curves of a comparison as a picture: time along, distance upwards, both read off lines in round numbers."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from engine.bench.growing import Curve
from engine.paths import write_atomically

WIDE, HIGH = 1200, 675
LEFT, TOP, RIGHT, BOTTOM = 90, 70, 40, 80
GROUND, LINES, WORDS = "#16181d", "#2c313a", "#c9ced6"
COLOURS = ("#f2a65a", "#6aa9e9", "#8ed081", "#e47a9b")
ROUND = (1, 2, 5)
SMALL, LARGE = 20, 24


def draw(path: Path, curves: Sequence[Curve]) -> None:
    """Write a PNG; distances are drawn by their logarithm, as the early ones are many times the late ones."""
    image = Image.new("RGB", (WIDE, HIGH), GROUND)
    pen = ImageDraw.Draw(image)
    small, large = (ImageFont.load_default(size) for size in (SMALL, LARGE))
    points = [point for curve in curves for point in curve.points]
    minutes = max(point.seconds for point in points) / 60
    swds = [max(point.swd, 1e-3) for point in points]
    low, high = math.log(min(swds) * 0.9), math.log(max(swds) * 1.1)

    def across(at: float) -> float:
        return LEFT + at / minutes * (WIDE - LEFT - RIGHT)

    def down(swd: float) -> float:
        return TOP + (high - math.log(max(swd, 1e-3))) / (high - low) * (HIGH - TOP - BOTTOM)

    for swd in (number for number in decades(min(swds), max(swds)) if low <= math.log(number) <= high):
        pen.line((LEFT, down(swd), WIDE - RIGHT, down(swd)), LINES)
        pen.text((LEFT - 12, down(swd)), f"{swd:g}", WORDS, small, "rm")
    step = stride(minutes)
    for number in range(int(minutes / step) + 1):
        pen.line((across(number * step), TOP, across(number * step), HIGH - BOTTOM), LINES)
        pen.text((across(number * step), HIGH - BOTTOM + 10), f"{number * step:g}", WORDS, small, "ma")
    pen.text(((LEFT + WIDE - RIGHT) / 2, HIGH - 36), "minutes of training steps", WORDS, small, "ma")
    pen.text((LEFT, 22), "sliced Wasserstein distance to the data set", WORDS, large)
    for number, curve in enumerate(curves):
        colour = COLOURS[number % len(COLOURS)]
        places = [(across(point.seconds / 60), down(point.swd)) for point in curve.points]
        pen.line(places, colour, 4, "curve")
        for point, (x, y) in zip(curve.points, places, strict=True):
            pen.ellipse((x - 5, y - 5, x + 5, y + 5), colour)
            if point.side != curve.points[-1].side:
                pen.text((x, y - 10), f"{point.side}", colour, small, "mb")
        pen.text((WIDE - RIGHT - 10, TOP + 12 + 32 * number), curve.name, colour, large, "ra")
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    write_atomically(path, buffer.getvalue())


def decades(low: float, high: float) -> list[float]:
    """1, 2, 5, 10 ... around a range."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [digit * 10.0**power for power in powers for digit in ROUND]


def stride(whole: float) -> float:
    """A round step of which a whole has at most ten."""
    return next(step for step in decades(whole / 10, whole) if step >= whole / 10)
