"""Winograd's way of convolution against torch's in float64."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from engine.networks.winograd import Winograd, suits


@pytest.mark.parametrize("padding", [0, 1, 2])
@pytest.mark.parametrize(("height", "width"), [(4, 4), (5, 7), (16, 16), (38, 35), (9, 70)])
def test_it_is_the_convolution_whatever_the_size(height, width, padding):
    draw = torch.Generator().manual_seed(height * width)
    x = torch.randn(2, 5, height, width, generator=draw)
    weight, bias = torch.randn(7, 5, 3, 3, generator=draw), torch.randn(7, generator=draw)
    style, scale = torch.randn(2, 5, generator=draw), torch.randn(2, 7, generator=draw)
    truth = F.conv2d((x * style[..., None, None]).double(), weight.double(), padding=padding)
    truth = truth * scale[..., None, None] + bias[:, None, None]
    for given in (x, x.contiguous(memory_format=torch.channels_last)):
        found = Winograd(weight, padding)(given, style, scale, bias)
        assert found.shape == truth.shape
        assert float((found - truth).norm() / truth.norm()) < 1e-5


def test_only_wide_and_large_layers_of_three_by_three_take_it():
    assert suits(torch.zeros(128, 128, 3, 3), 64)
    assert not suits(torch.zeros(128, 128, 3, 3), 4)
    assert not suits(torch.zeros(128, 128, 1, 1), 64)
    assert not suits(torch.zeros(128, 32, 3, 3), 64)
