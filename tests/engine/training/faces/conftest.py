"""A frontal face that the tests move one attribute of."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.training.faces.attributes import Attributes
from engine.training.faces.face import face

SIDE = 64
STILL: Attributes = {
    "yaw": 0.0, "pitch": 0.0, "roll": 0.0, "gaze_x": 0.0, "gaze_y": 0.0, "light_az": 10.0, "rim": 0.0,
    "smile": 0.0, "mouth_open": 0.0, "frown": 0.0, "pucker": 0.0, "brow_raise": 0.2, "eye_open": 0.1, "glasses": 0.0,
    "hair_style": "buzz", "baldness": 0.0, "recede": 0.0, "beard_style": "none", "age": 30.0,
}  # fmt: skip

Pixels = NDArray[np.int16]


@cache
def drawn(moved: tuple[tuple[str, float | str], ...]) -> tuple[Pixels, Attributes]:
    pixels, attributes = face(5, 3, SIDE, STILL | dict(moved))
    return pixels.astype(np.int16), attributes


@pytest.fixture
def portrait() -> Callable[..., tuple[Pixels, Attributes]]:
    """Draws the face with these attributes moved: pixels [64, 64, 3] with room for differences, and all attributes."""
    return lambda **moved: drawn(tuple(moved.items()))


@pytest.fixture
def changed(portrait) -> Callable[..., NDArray[np.bool_]]:
    """Which pixels [64, 64] differ, by more than rounding, once an attribute is moved."""
    return lambda **moved: np.abs(portrait(**moved)[0] - portrait()[0]).max(2) > 2
