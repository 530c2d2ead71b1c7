"""The progressive GAN that learns computes what its model file computes, at every stage of growth."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.devices import Target
from engine.models.format import Header, content_hash, load_model, save_model
from engine.models.found import FoundNetwork, joined, parted
from engine.models.model import open_model
from engine.networks.families import DISCRIMINATORS
from engine.networks.generator import synthesize
from engine.training.networks.progan import ProganGenerator
from engine.training.networks.progan_discriminator import ProganDiscriminator
from engine.training.networks.shape import Grown, Shape
from tests.engine.textbook import progressive

STAGES = (Grown(4), Grown(8, 0.0), Grown(8, 0.3), Grown(8), Grown(16, 0.75), Grown(16), Grown(32, 0.5), Grown(32))


def shape_of(labels: int = 0) -> Shape:
    return Shape(32, widest=16, base=256, z_dim=12, w_dim=12, mapping_layers=2, label_dim=labels)


def learned(network: torch.nn.Module) -> torch.nn.Module:
    """As after some steps: biases are no longer 0."""
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name.endswith("bias"):
                parameter.normal_(generator=torch.Generator().manual_seed(len(name)))
    return network.requires_grad_(False)


@pytest.fixture
def pair() -> tuple[ProganGenerator, ProganDiscriminator]:
    torch.manual_seed(4)
    return learned(ProganGenerator(shape_of())), learned(ProganDiscriminator(shape_of()))


def snapshot(path: Path, generator: ProganGenerator, discriminator: ProganDiscriminator, grown: Grown) -> Path:
    """Both networks in one model file."""
    numbers = {"resolution": grown.side}
    both = joined(
        FoundNetwork(generator.family, generator.hyper(grown) | numbers, generator.grown_tensors(grown)),
        FoundNetwork(discriminator.family, discriminator.hyper(grown) | numbers, discriminator.grown_tensors(grown)),
    )
    width = generator.shape.z_dim + generator.shape.label_dim
    tensors = both.tensors | {"w_mean": torch.zeros(width)}
    header = Header(
        both.family, "own", "Own", "trained here", "CC0", content_hash(both.family, tensors), hyper=both.hyper
    )
    save_model(path, header, tensors)
    return path


def doubled(picture: Tensor) -> Tensor:
    return F.interpolate(picture, scale_factor=2.0)


@pytest.mark.parametrize("grown", STAGES, ids=str)
@pytest.mark.parametrize("labels", [0, 3])
def test_a_snapshot_opens_with_the_same_pictures_and_the_same_judgements(tmp_path, grown, labels):
    torch.manual_seed(4)
    generator = learned(ProganGenerator(shape_of(labels)))
    discriminator = learned(ProganDiscriminator(shape_of(labels)))
    z, label = torch.randn(8, 12), torch.eye(3)[torch.arange(8) % 3] if labels else None
    pictures, styles = generator(z, label, grown)
    logits = discriminator(pictures, label, grown)
    assert pictures.shape == (8, 3, grown.side, grown.side)
    assert logits.shape == (8, 1)

    path = snapshot(tmp_path / "snapshot.safetensors", generator, discriminator, grown)
    opened = open_model(path, Target("cpu", "f32")).generator
    assert torch.equal(opened.map(z, label), styles)
    assert torch.allclose(synthesize(opened, styles[:, None]), pictures, atol=1e-5)

    header, tensors = load_model(path)
    _, found = parted(header.family, header.hyper, tensors)
    assert found is not None
    judge = DISCRIMINATORS[found.family](found.tensors, found.hyper, torch.device("cpu"))
    assert torch.allclose(judge(pictures, label), logits, atol=1e-5)


@pytest.mark.parametrize("side", [8, 16, 32])
def test_a_fade_begins_with_the_smaller_network_and_ends_with_the_plain_larger_one(pair, side):
    generator, discriminator = pair
    z = torch.randn(8, 12)
    before, _ = generator(z, None, Grown(side // 2))
    begin, _ = generator(z, None, Grown(side, 0.0))
    end, _ = generator(z, None, Grown(side, 1 - 1e-7))
    after, _ = generator(z, None, Grown(side))
    assert torch.allclose(begin, doubled(before), atol=1e-6)
    assert torch.allclose(end, after, atol=1e-5)
    assert not torch.allclose(begin, after, atol=0.1)

    picture = torch.randn(8, 3, side, side)
    begin, end, after = (discriminator(picture, None, Grown(side, alpha)) for alpha in (0.0, 1 - 1e-7, 1.0))
    assert torch.allclose(begin, discriminator(F.avg_pool2d(picture, 2), None, Grown(side // 2)), atol=1e-6)
    assert torch.allclose(end, after, atol=1e-5)
    assert not torch.allclose(begin, after, atol=0.01)


@pytest.mark.parametrize("grown", STAGES, ids=str)
def test_both_networks_learn_as_the_textbook_in_float64_would(pair, grown):
    networks = [network.requires_grad_(True) for network in pair]
    z = torch.randn(4, 12)
    pictures, _ = networks[0](z, None, grown)
    networks[1](pictures, None, grown).square().sum().backward()

    weights, own = [], []
    for network in networks:
        tensors = network.grown_tensors(grown)
        weights.append({name: tensor.double().requires_grad_() for name, tensor in tensors.items()})
        own.append({name: parameter.grad for name, parameter in network.named_parameters() if name in tensors})
        rest = [parameter.grad for name, parameter in network.named_parameters() if name not in tensors]
        assert all(gradient is None for gradient in rest), "what has not grown yet stands still"
    numbers = [network.hyper(grown) | {"resolution": grown.side} for network in networks]
    truth = progressive.progan(weights[0], numbers[0], z.double(), torch.zeros(4, 0), 1 - grown.alpha)
    progressive.discriminator(weights[1], numbers[1], truth, 1 - grown.alpha).square().sum().backward()
    for gradients, twins in zip(own, weights, strict=True):
        for name, twin in twins.items():
            if twin.grad is None:
                assert gradients[name] is None or not gradients[name].any(), name
            else:
                assert (gradients[name] - twin.grad).norm() < 1e-4 * twin.grad.norm() + 1e-9, name


def test_half_precision_is_close(pair):
    generator, discriminator = pair
    halves = ProganGenerator(shape_of(), torch.bfloat16), ProganDiscriminator(shape_of(), torch.bfloat16)
    for network, half in zip(pair, halves, strict=True):
        half.load_state_dict(network.state_dict())
    z, grown = torch.randn(8, 12), Grown(32, 0.5)
    pictures, _ = generator(z, None, grown)
    close, _ = halves[0](z, None, grown)
    assert close.dtype == torch.float32
    assert (close - pictures).norm() < 0.05 * pictures.norm()
    logits, near = (network(pictures, None, grown) for network in (discriminator, halves[1]))
    assert near.dtype == torch.float32
    assert (near - logits).norm() < 0.05 * logits.norm()


def test_a_label_decides_which_number_of_the_discriminator_counts():
    torch.manual_seed(4)
    discriminator = learned(ProganDiscriminator(shape_of(2)))
    picture = torch.randn(4, 3, 8, 8)
    first, second, both = (
        discriminator(picture, torch.tensor([label]).expand(4, -1), Grown(8))
        for label in ([1.0, 0.0], [0.0, 1.0], [1.0, 1.0])
    )
    assert torch.allclose(first + second, both, atol=1e-6)
    assert not torch.allclose(first, second)
