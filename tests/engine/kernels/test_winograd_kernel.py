"""The fused Winograd convolution against torch's in float64, with all that it does to the sum."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from engine.kernels import best_precision, supported
from engine.kernels import winograd as kernels
from engine.kernels.winograd import WinogradKernel, suits
from engine.networks import modulated
from engine.networks.generator import synthesize
from engine.networks.stylegan2 import StyleGAN2
from tests.engine.textbook import networks, random_nets

pytestmark = pytest.mark.skipif(supported() is not None, reason=str(supported()))
DTYPES = [torch.float32] + [torch.bfloat16] * (supported() is None and best_precision() == "bf16")
TOLERANCE = {torch.float32: 1e-5, torch.bfloat16: 6e-3}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("padding", [0, 1, 2])
@pytest.mark.parametrize(("channels", "size"), [((32, 64), (16, 16)), ((37, 45), (17, 38)), ((64, 70), (5, 35))])
def test_it_is_the_convolution_whatever_the_size_and_the_number_of_channels(channels, size, padding, dtype):
    draw = torch.Generator().manual_seed(size[0])
    inside, outside = channels
    x = torch.randn(2, inside, *size, generator=draw).to(dtype)
    weight, bias = torch.randn(outside, inside, 3, 3, generator=draw), torch.randn(outside, generator=draw)
    style, scale = torch.randn(2, inside, generator=draw), torch.randn(2, outside, generator=draw) / inside**0.5
    truth = F.conv2d(x.double() * style[..., None, None], weight.double() / 3, padding=padding)
    truth = truth * scale[..., None, None] + bias[:, None, None]
    kernel = WinogradKernel(weight, padding, dtype, gain=1 / 3)
    for given in (x, x.contiguous(memory_format=torch.channels_last)):
        found = kernel(given, style, scale, bias)
        assert found.shape == truth.shape
        assert found.dtype == dtype
        assert float((found - truth).norm() / truth.norm()) < TOLERANCE[dtype]
    one = kernel(x, style, scale[:, :1], bias)
    each = kernel(x, style, scale[:, :1].expand(-1, outside), bias)
    assert torch.equal(one, each)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("clamp", [None, 0.5])
def test_noise_activation_and_clamp_follow_the_sum(clamp, dtype):
    draw = torch.Generator().manual_seed(2)
    x, noise = torch.randn(1, 40, 16, 20, generator=draw).to(dtype), torch.randn(16, 20, generator=draw).to(dtype)
    weight, bias = torch.randn(48, 40, 3, 3, generator=draw) / 19, torch.randn(48, generator=draw)
    ones = torch.ones(1, 48)
    truth = F.conv2d(x.double(), weight.double(), bias.double(), padding=1) + noise.double()
    truth = F.leaky_relu(truth, 0.2)
    truth = truth if clamp is None else truth.clamp(-clamp, clamp)
    found = WinogradKernel(weight, 1, dtype)(x, ones[:, :40], ones, bias, noise, 0.2, clamp)
    assert float((found - truth).norm() / truth.norm()) < TOLERANCE[dtype]


def test_bfloat16_rounds_about_twice_as_coarsely_as_a_plain_convolution():
    if len(DTYPES) == 1:
        pytest.skip("this processor does not multiply bfloat16")
    draw = torch.Generator().manual_seed(3)
    x, weight = torch.randn(1, 256, 16, 16, generator=draw), torch.randn(256, 256, 3, 3, generator=draw) / 48
    x = x.bfloat16()
    truth = F.conv2d(x.double(), weight.double(), padding=1)
    ones = torch.ones(1, 256)
    found = WinogradKernel(weight, 1, torch.bfloat16)(x, ones, ones, torch.zeros(256))
    plain = F.conv2d(x, weight.bfloat16(), padding=1)
    assert (found - truth).norm() < 2.5 * (plain - truth).norm()


def test_a_broken_number_of_one_place_stays_near_it():
    x = torch.ones(1, 45, 16, 16)
    x[0, 3, 0, 0] = float("nan")
    found = WinogradKernel(torch.ones(45, 45, 3, 3), 1, torch.float32)(x, x[:, :, 9, 9], x[:, :, 9, 9], torch.zeros(45))
    assert not found[:, :, 8:].isnan().any()


@pytest.mark.parametrize(
    ("x", "noise"),
    [
        (torch.ones(1, 32, 16, 16).half(), None),
        (torch.ones(1, 31, 16, 16), None),
        (torch.ones(1, 32, 16, 16), torch.ones(16, 15)),
        (torch.ones(1, 32, 15, 15), torch.ones(15, 15)),
    ],
)
def test_what_the_kernel_would_read_beyond_is_refused(x, noise):
    ones = torch.ones(1, 32)
    with pytest.raises(ValueError, match=r"channels of|does not fit"):
        WinogradKernel(torch.ones(32, 32, 3, 3), 1, torch.float32)(x, ones, ones, ones[0], noise)


def test_only_wide_and_large_layers_of_three_by_three_take_it(monkeypatch):
    assert suits(torch.zeros(32, 32, 3, 3), 64, torch.float32)
    assert not suits(torch.zeros(32, 32, 3, 3), 8, torch.float32)
    assert not suits(torch.zeros(32, 32, 1, 1), 64, torch.float32)
    assert not suits(torch.zeros(32, 31, 3, 3), 64, torch.float32)
    assert not suits(torch.zeros(32, 32, 3, 3), 64, torch.float16)
    monkeypatch.setattr(kernels, "best_precision", lambda: "f32")
    assert not suits(torch.zeros(32, 32, 3, 3), 64, torch.bfloat16)


def test_where_no_kernel_can_be_the_network_computes_the_same(monkeypatch):
    net = random_nets.stylegan2(most=128, base=4096, clamp=0.8)
    styles = torch.randn(1, 8, 40, generator=torch.Generator().manual_seed(1))
    truth = networks.stylegan2(*net, styles.double())
    monkeypatch.setattr(modulated, "supported", lambda: "no")
    plain = StyleGAN2(*net)
    assert all(layer.convolution.fused is None for layer in plain.layers)
    assert float((synthesize(plain, styles) - truth).norm() / truth.norm()) < 1e-5
