"""Tiny random networks, for tests that need a generator and not a face."""

from __future__ import annotations

from pathlib import Path

import pytest
from torch import Tensor

from engine.devices import Target
from engine.models.format import Header, content_hash, read_header, save_model
from engine.models.model import Model, open_model
from engine.networks.mobile_stylegan import MobileStyleGAN
from tests.engine.textbook.random_nets import stylegan2
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


@pytest.fixture(scope="session")
def narrow_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a StyleGAN2 of 32 px whose w is 40 wide, so that some hundred labels tell a direction."""
    tensors, hyper = stylegan2(32, w_dim=40, z_dim=48)
    tensors["w_mean"] = tensors.pop("mapping.w_avg")
    path = tmp_path_factory.mktemp("models") / "narrow.safetensors"
    said = {"name": "narrow", "title": "A narrow random network", "provenance": "drawn by a test", "licence": "none"}
    save_model(path, Header("stylegan2", hash=content_hash("stylegan2", tensors), hyper=hyper, **said), tensors)
    return path


@pytest.fixture(scope="session")
def narrow_model(narrow_path: Path) -> Model:
    """The narrow network, on the CPU in f32."""
    return open_model(narrow_path, Target("cpu", "f32"))
