"""A tiny random MobileStyleGAN, for tests that need a generator and not a face."""

from __future__ import annotations

import pytest
from torch import Tensor

from engine.devices import Target
from engine.models.format import read_header
from engine.models.model import Model
from engine.networks.mobile_stylegan import MobileStyleGAN
from tests.nets import save_tiny, tiny_weights


@pytest.fixture(scope="session")
def small_weights() -> dict[str, Tensor]:
    """The tensors of the tiny generator: 10 style rows, pictures of 16, 32 and 64 px."""
    return tiny_weights()


@pytest.fixture(scope="session")
def small_model(small_weights: dict[str, Tensor], tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The tiny generator with its file, on the CPU in f32."""
    path = tmp_path_factory.mktemp("models") / "tiny.safetensors"
    save_tiny(path)
    # plain torch: a network this small is all overhead in the fused kernels
    generator = MobileStyleGAN(small_weights)
    return Model(path, read_header(path), generator, small_weights["w_mean"], Target("cpu", "f32"))
