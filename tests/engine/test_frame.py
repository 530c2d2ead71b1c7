"""Network output -> display pixels."""

from __future__ import annotations

import numpy as np
import torch

from engine.frame import Frame, to_pixels
from engine.recipe import Recipe


def test_colours_land_in_their_channels_and_the_range_is_clamped():
    picture = torch.tensor([-1.0, 0.0, 1.0, -7.0, 7.0])[None, None].repeat(3, 1, 1)
    picture[1] = -1.0
    pixels = to_pixels(picture)
    assert pixels.shape == (1, 5, 4)
    assert pixels[0, :, 2].tolist() == [0, 128, 255, 0, 255]  # red; half rounds to even: 127.5 -> 128
    assert pixels[0, :, 0].tolist() == [0, 128, 255, 0, 255]
    assert pixels[0, :, 1].tolist() == [0, 0, 0, 0, 0]
    assert (pixels[..., 3] == 255).all()


def test_rgb_is_a_contiguous_copy_in_the_order_files_want():
    pixels = np.arange(16, dtype=np.uint8).reshape(2, 2, 4)
    frame = Frame(pixels, Recipe(), "", "CPU", "f32", False, 0.0)
    assert frame.rgb().tolist() == [[[2, 1, 0], [6, 5, 4]], [[10, 9, 8], [14, 13, 12]]]
    assert frame.rgb().flags.c_contiguous
