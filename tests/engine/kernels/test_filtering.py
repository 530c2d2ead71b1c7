"""The fused filtered activation against zeros, dense filters and float64."""

from __future__ import annotations

import pytest
import torch

from engine.kernels import supported
from engine.networks.filtered import FilteredActivation
from tests.engine.textbook.resampling import upfirdn

pytestmark = pytest.mark.skipif(supported() is not None, reason=str(supported()))


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.bfloat16, 1e-2)])
@pytest.mark.parametrize("clamp", [None, 0.7])
@pytest.mark.parametrize("shape", [(12,), (12, 12)], ids=["flat", "round"])
@pytest.mark.parametrize(
    ("up", "padding", "size"),
    [
        (2, (9, 8, 9, 8), (38, 38)),
        (2, (-11, -12, -11, -12), (40, 47)),
        (2, (10, 9, 8, 11), (21, 16)),
        (4, (-6, -9, -6, -9), (38, 30)),
        (4, (3, 2, 5, 4), (12, 17)),
    ],
)
def test_it_is_what_zeros_and_dense_filters_make(up, padding, size, shape, clamp, dtype, tolerance):
    draw = torch.Generator().manual_seed(up)
    x = torch.randn(2, 37, *size, generator=draw).to(dtype).contiguous(memory_format=torch.channels_last)
    ups, downs = torch.randn(6 * up, generator=draw) / 4, torch.randn(shape, generator=draw) / 4
    layer = FilteredActivation(size, up, 2, padding, ups, downs, clamp, torch.device("cpu"), dtype)
    assert layer.kernel is not None
    fine = torch.nn.functional.leaky_relu(upfirdn(x.double(), ups, up, 1, padding, up**2), 0.2)
    truth = upfirdn(fine if clamp is None else fine.clamp(-clamp, clamp), downs, 1, 2)
    found = layer(x)
    assert found.shape == truth.shape
    assert float((found.double() - truth).norm() / truth.norm()) < tolerance
    layer.kernel = None
    assert float((found.double() - layer(x).double()).norm() / truth.norm()) < 10 * tolerance


def test_a_cropped_window_of_memory_is_read_where_it_lies():
    whole = torch.randn(1, 40, 44, 16).permute(0, 3, 1, 2)
    x = whole[:, :, :38, :37]
    taps = torch.randn(12)
    layer = FilteredActivation((38, 37), 2, 2, (9, 8, 9, 8), taps, taps, None, torch.device("cpu"), torch.float32)
    assert torch.equal(layer(x), layer(x.contiguous(memory_format=torch.channels_last)))
