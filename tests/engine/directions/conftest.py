"""A tiny random MobileStyleGAN in our own format, for tests that need a generator and not a face."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine.devices import Target
from engine.models.format import Header, content_hash, read_header, save_model
from engine.models.model import Model
from engine.networks.mobile_stylegan import MobileStyleGAN

WIDTHS = (64, 64, 64, 64)  # channels of the input and of each block's output
SIZES = (16, 32, 64)  # one head after each block


def tiny_weights() -> dict[str, Tensor]:
    """Three blocks from 4 to 32 px, heads for 16, 32 and 64 px, w of 32 numbers, 10 style rows."""
    draw = torch.Generator().manual_seed(0)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=draw)

    width = 32
    weights = {f"mapping.fc{i}.weight": normal(width, width) / width**0.5 for i in range(3)}
    weights |= {f"mapping.fc{i}.bias": 0.1 * normal(width) for i in range(3)}

    def modulation(name: str, channels: int) -> None:
        weights[f"synthesis.{name}.modulation.weight"] = 0.3 * normal(channels, width) / width**0.5
        weights[f"synthesis.{name}.modulation.bias"] = torch.ones(channels)

    weights["synthesis.input"] = normal(WIDTHS[0], 4, 4)
    weights["synthesis.conv1.weight"] = normal(WIDTHS[0], WIDTHS[0], 3, 3)
    weights["synthesis.conv1.bias"] = 0.1 * normal(WIDTHS[0])
    weights["synthesis.conv1.noise"] = 0.1 * normal(4, 4)
    modulation("conv1", WIDTHS[0])
    for i, (before, after) in enumerate(pairwise(WIDTHS)):
        modulation(f"blocks.{i}.up", before)
        inside = before // 4
        for conv in ("conv1", "conv2"):
            name = f"synthesis.blocks.{i}.{conv}"
            modulation(f"blocks.{i}.{conv}", inside)
            weights[f"{name}.depthwise"] = 3 * normal(inside, 3, 3)
            weights[f"{name}.pointwise"] = normal(after, inside)
            weights[f"{name}.bias"] = 0.1 * normal(after)
            weights[f"{name}.noise"] = 0.1 * normal(8 << i, 8 << i)
            inside = after
        size = 16 << i
        modulation(f"heads.{size}", after)
        weights[f"synthesis.heads.{size}.weight"] = 0.3 * normal(12, after)
        weights[f"synthesis.heads.{size}.bias"] = torch.zeros(12)
    return weights | {"w_mean": torch.zeros(width)}


@pytest.fixture(scope="session")
def small_weights() -> dict[str, Tensor]:
    """The tensors of the tiny generator."""
    return tiny_weights()


@pytest.fixture(scope="session")
def small_model(small_weights: dict[str, Tensor], tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The tiny generator, with its file, on the CPU in f32."""
    path: Path = tmp_path_factory.mktemp("models") / "tiny.safetensors"
    digest = content_hash("mobile_stylegan", small_weights)
    save_model(path, Header("mobile_stylegan", "tiny", "Tiny", "made by a test", "none", digest), small_weights)
    # plain torch: a network this small is all overhead in the fused kernels
    generator = MobileStyleGAN(small_weights)
    return Model(path, read_header(path), generator, small_weights["w_mean"], Target("cpu", "f32"))
