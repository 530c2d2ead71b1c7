"""What is read of progressive GANs and StyleGAN1 makes the pictures of the original programs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.models.found import FoundNetwork
from engine.models.reading.opening import open_any
from tests.engine.textbook import progressive
from tests.reference import networks, truth_of

FILES = networks()
PROGAN = [path for path in FILES if path.name.startswith("progan")]
STYLEGAN1 = [path for path in FILES if path.name.startswith("tf_sg1")]


def name_of(path: Path) -> str:
    return f"{path.parents[1].name}/{path.name}"


def relative(ours: torch.Tensor, truth: np.ndarray) -> float:
    return float(np.abs(ours.numpy() - truth).max() / np.abs(truth).max())


def double(network: FoundNetwork | None) -> tuple[dict[str, torch.Tensor], dict]:
    assert network is not None
    return {name: tensor.double() for name, tensor in network.tensors.items()}, dict(network.hyper)


def levels(truth: np.lib.npyio.NpzFile, key: str) -> list[tuple[str, float]]:
    """Keys of an output at every stage of growth, with the stage."""
    return [
        (name, float(name.rsplit("lod", 1)[1]) if "lod" in name else 0.0)
        for name in truth
        if name.split("_lod")[0] == key
    ]


@pytest.mark.parametrize("path", PROGAN, ids=name_of)
def test_a_progressive_gan_makes_the_pictures_of_the_original(path):
    found, truth = open_any(path), np.load(truth_of(path))
    z, c = torch.from_numpy(truth["z"]).double(), torch.from_numpy(truth["c"]).double()
    for key, lod in levels(truth, "img"):
        picture = progressive.progan(*double(found.generator), z, c, lod)
        assert relative(picture, truth[key]) < 1e-5, key


@pytest.mark.parametrize("path", PROGAN, ids=name_of)
def test_its_discriminator_says_what_the_original_says(path):
    found, truth = open_any(path), np.load(truth_of(path))
    for key, lod in levels(truth, "d_scores"):
        picture = torch.from_numpy(truth[key.replace("d_scores", "img")]).double()
        said = progressive.discriminator(*double(found.discriminator), picture, lod)
        assert relative(said[:, :1], truth[key]) < 1e-5, key


@pytest.mark.parametrize("path", STYLEGAN1, ids=name_of)
def test_stylegan1_makes_the_pictures_of_the_original(path):
    found, truth = open_any(path), np.load(truth_of(path))
    weights, hyper = double(found.generator)
    styles = torch.from_numpy(truth["w_psi1"]).double()
    for key, lod in levels(truth, "img_psi1"):
        assert relative(progressive.stylegan1(weights, hyper, styles, lod), truth[key]) < 1e-5, key
    bare = progressive.stylegan1(weights, hyper, styles[:1], noise=False)
    assert relative(bare, truth["img_psi1_nonoise"]) < 1e-5


@pytest.mark.parametrize("path", STYLEGAN1, ids=name_of)
def test_the_discriminator_of_stylegan1_says_what_the_original_says(path):
    found, truth = open_any(path), np.load(truth_of(path))
    picture = torch.from_numpy(truth["img_psi1"]).double()
    both = progressive.discriminator(*double(found.discriminator), picture)
    assert relative(both, truth["d_logits_batch2"]) < 1e-5
    alone = torch.cat([progressive.discriminator(*double(found.discriminator), one[None]) for one in picture])
    assert relative(alone, truth["d_logits_batch1"]) < 1e-5
