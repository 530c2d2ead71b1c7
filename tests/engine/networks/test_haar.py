"""The inverse Haar step against its definition and against the forward transform."""

from __future__ import annotations

import pytest
import torch

from engine.networks.haar import inverse_haar


def forward_haar(picture: torch.Tensor) -> torch.Tensor:
    """[N, C, 2H, 2W] -> [N, 4C, H, W] in the network's band order."""
    a, b = picture[:, :, ::2, ::2], picture[:, :, ::2, 1::2]
    c, d = picture[:, :, 1::2, ::2], picture[:, :, 1::2, 1::2]
    high = torch.stack([(a + b - c - d) / 2, (a - b + c - d) / 2, (a - b - c + d) / 2], 2)
    return torch.cat([(a + b + c + d) / 2, high.flatten(1, 2)], 1)


@pytest.mark.parametrize("shape", [(1, 4, 1, 1), (2, 12, 3, 5), (1, 64, 8, 8)])
def test_it_undoes_the_forward_transform(shape):
    bands = torch.randn(shape, dtype=torch.float64)
    assert torch.allclose(forward_haar(inverse_haar(bands)), bands)


def test_each_pixel_follows_the_published_formula():
    bands = torch.randn(1, 8, 2, 3, dtype=torch.float64)
    out = inverse_haar(bands)
    for c in range(2):
        for y in range(4):
            for x in range(6):
                a, b = y % 2, x % 2
                low = bands[0, c, y // 2, x // 2]
                lh, hl, hh = bands[0, 2 + 3 * c : 5 + 3 * c, y // 2, x // 2]
                expected = (low + (-1) ** a * lh + (-1) ** b * hl + (-1) ** (a + b) * hh) / 2
                assert torch.isclose(out[0, c, y, x], expected)
