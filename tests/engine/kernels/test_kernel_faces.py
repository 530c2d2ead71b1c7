"""The real face generator against the original program's numbers (f32, 1e-4; bf16, 2e-2)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

import tests.engine.kernels.kernel_reference as slow
from engine.kernels import FusedSynthesis, best_precision

REFERENCE = Path(__file__).parents[2] / "data" / "mobilestylegan_ffhq.npz"
TOLERANCE = {"f32": 1e-4, "bf16": 2e-2}


@pytest.mark.parametrize("precision", ["f32", "bf16"])
def test_the_face_generator_matches_the_original_program(mobile_weights, code_folder, precision):
    if precision == "bf16" and best_precision() != "bf16":
        pytest.skip("this processor has no bf16 products")
    net = FusedSynthesis(mobile_weights, precision, cache=code_folder)
    with np.load(REFERENCE) as reference:
        cases = [torch.from_numpy(reference[name]) for name in ("w_styled", "img_mean8", "img_crop_448_576")]
    for style, means, crop in zip(*cases, strict=True):
        styles = style.expand(22, 512)
        x = None
        for index, name in enumerate(slow.noise_names(mobile_weights)):
            x = net.stage(index, x, styles, mobile_weights[name])
        picture = net.picture(1024, x, styles)
        assert slow.relative(torch.nn.functional.avg_pool2d(picture, 8), means) < TOLERANCE[precision]
        assert slow.relative(picture[:, 448:576, 448:576], crop) < TOLERANCE[precision]
