"""The networks that grow, against the plain ones that open their files."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.devices import Target
from engine.models.model import open_model
from engine.networks.families import DISCRIMINATORS
from engine.networks.generator import synthesize
from engine.training.config import Config
from engine.training.dataset import Dataset
from engine.training.networks.discriminator import StyleDiscriminator
from engine.training.networks.shape import Grown, Shape
from engine.training.networks.style import StyledConvolution, StyleGenerator
from engine.training.snapshots import save_snapshot
from engine.training.style_learner import StyleLearner

SHAPE = Shape(32, 24, 512, 16, 24, 3)
LABELLED = Shape(16, 16, 256, 16, 24, 2, label_dim=3)


def generator(shape: Shape) -> StyleGenerator:
    """Random weights, with noise that can be seen."""
    torch.manual_seed(5)
    network = StyleGenerator(shape)
    for layer in network.modules():
        if isinstance(layer, StyledConvolution):
            torch.nn.init.constant_(layer.noise_strength, 0.3)
    return network


@torch.no_grad()
@pytest.mark.parametrize("grown", [Grown(8), Grown(16, 0.25), Grown(32, 0.7), Grown(32)], ids=str)
def test_a_snapshot_at_any_moment_of_growing_opens_as_the_same_pictures(
    tmp_path: Path, dataset: Dataset, config: Config, grown: Grown
) -> None:
    learner = StyleLearner(config, SHAPE)
    learner.average.load_state_dict(generator(SHAPE).state_dict())
    save_snapshot(tmp_path / "net.safetensors", learner, dataset.facts, grown, 5000, "net")
    z = torch.randn(3, 16)
    wanted, w = learner.average(z, None, grown)
    model = open_model(tmp_path / "net.safetensors", Target("cpu", "f32"))
    plan = model.generator.plan
    assert plan.resolution == grown.side
    styles = model.generator.map(z)
    assert torch.allclose(styles, w, atol=1e-6)
    picture = synthesize(model.generator, styles[:, None].expand(-1, plan.style_rows, -1))
    assert (picture - wanted).norm() / wanted.norm() < 1e-5


@torch.no_grad()
def test_labels_reach_the_picture_and_the_file_alike(tmp_path: Path, dataset: Dataset, config: Config) -> None:
    learner = StyleLearner(config, LABELLED)
    save_snapshot(tmp_path / "net.safetensors", learner, dataset.facts, Grown(16), 0, "net")
    model = open_model(tmp_path / "net.safetensors", Target("cpu", "f32"))
    z, label = torch.randn(1, 16).expand(3, -1), torch.eye(3)
    wanted, _ = learner.average(z, label, Grown(16))
    picture = synthesize(model.generator, model.generator.map(z, label)[:, None].expand(-1, 6, -1))
    assert (picture - wanted).norm() / wanted.norm() < 1e-5
    assert (wanted[0] - wanted[1]).abs().max() > 0.01


@torch.no_grad()
@pytest.mark.parametrize("shape", [SHAPE, LABELLED], ids=["plain", "labels"])
def test_the_discriminator_judges_as_the_plain_one_of_its_file(shape: Shape) -> None:
    torch.manual_seed(6)
    network = StyleDiscriminator(shape)
    grown = Grown(16)
    label = torch.randn(8, shape.label_dim) if shape.label_dim else None
    picture = torch.randn(8, 3, 16, 16)
    plain = DISCRIMINATORS["stylegan2_d"](network.grown_tensors(grown), network.hyper(grown), torch.device("cpu"))
    assert torch.allclose(plain(picture, label), network(picture, label, grown), atol=1e-5)


@torch.no_grad()
def test_a_level_that_begins_to_fade_in_changes_nothing_yet_and_at_its_end_is_the_plain_network() -> None:
    network = generator(SHAPE)
    styles = torch.randn(2, network.style_rows, 24)
    before, begun = network.synthesize(styles, Grown(16)), network.synthesize(styles, Grown(32, 0.0))
    assert torch.allclose(begun, network.doubled(before), atol=1e-6)
    ended = network.synthesize(styles, Grown(32, 1 - 1e-7))
    assert torch.allclose(ended, network.synthesize(styles, Grown(32)), atol=1e-5)


@torch.no_grad()
def test_the_discriminator_fades_from_what_the_level_before_sees_to_what_the_new_one_sees() -> None:
    torch.manual_seed(7)
    network = StyleDiscriminator(SHAPE)
    picture = torch.randn(4, 3, 32, 32)
    from engine.training.networks.layers import halved

    assert torch.allclose(network(picture, None, Grown(32, 0.0)), network(halved(picture), None, Grown(16)), atol=1e-5)
    assert torch.allclose(network(picture, None, Grown(32, 1 - 1e-7)), network(picture, None, Grown(32)), atol=1e-4)


def test_bf16_computes_what_f32_does_to_two_per_cent() -> None:
    exact, quick = generator(SHAPE), StyleGenerator(SHAPE, torch.bfloat16)
    quick.load_state_dict(exact.state_dict())
    z = torch.randn(4, 16)
    with torch.no_grad():
        wanted, picture = exact(z, None, Grown(32))[0], quick(z, None, Grown(32))[0]
    assert picture.dtype == torch.float32
    assert (picture - wanted).norm() / wanted.norm() < 0.02
