"""What the discriminator promises beside its numbers, which test_reference holds to the originals'."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from engine.errors import VisagistError
from engine.models.found import FoundNetwork
from engine.models.reading.opening import open_any
from engine.networks.families import DISCRIMINATORS
from engine.networks.stylegan2_discriminator import StyleGAN2Discriminator, with_deviation
from tests import reference
from tests.engine.textbook import critics, random_nets

CPU = torch.device("cpu")


KINDS: dict[str, dict[str, Any]] = {
    "resnet, clamped": {"clamp": 0.8},
    "skip": {"architecture": "skip"},
    "skip, clamped": {"architecture": "skip", "clamp": 0.8},
    "orig": {"architecture": "orig"},
    "groups of two": {"group": 2, "features": 1},
    "groups of one": {"group": 1, "features": 1},
    "the whole batch as a group": {"group": None, "features": 1},
    "a group larger than the batch": {"group": 32, "features": 1},
    "four deviations": {"group": 2, "features": 4},
    "labels that pick their output": {"labels": 3},
    "a label embedded alone": {"labels": 3, "mapped": 6},
    "a mapped label": {"labels": 3, "mapped": 6, "layers": 2, "group": 4, "features": 1},
}


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_the_textbook_says(kind):
    weights, hyper = random_nets.stylegan2_discriminator(**KINDS[kind])
    draw = torch.Generator().manual_seed(1)
    picture, label = torch.randn(4, 3, 32, 32, generator=draw), torch.randn(4, 3, generator=draw)
    found = DISCRIMINATORS["stylegan2_d"](weights, hyper, CPU)(picture, label if hyper["c_dim"] else None)
    truth = critics.stylegan2_discriminator(weights, hyper, picture.double(), label.double())
    assert found.shape == (4, 1)
    assert torch.allclose(found.double(), truth, rtol=1e-5, atol=1e-6)


@pytest.fixture(scope="module")
def found() -> FoundNetwork:
    network = open_any(reference.DATA / "pkl" / "sg2ada_c3_map2.pkl").discriminator
    assert network is not None
    return network


def test_gradients_reach_the_picture(found):
    picture = torch.zeros(2, 3, 64, 64, requires_grad=True)
    StyleGAN2Discriminator(found.tensors, found.hyper)(picture, torch.eye(3)[:2]).sum().backward()
    assert picture.grad is not None
    assert picture.grad.abs().sum() > 0


def test_without_a_label_all_of_its_numbers_are_0(found):
    discriminator, picture = StyleGAN2Discriminator(found.tensors, found.hyper), torch.randn(2, 3, 64, 64)
    assert torch.equal(discriminator(picture), discriminator(picture, torch.zeros(2, 3)))


def test_a_sample_is_compared_with_those_of_the_same_number_modulo_the_groups():
    x = torch.randn(6, 4, 2, 2, dtype=torch.float64)
    made = with_deviation(x, 3, 2)
    assert made.shape == (6, 6, 2, 2)
    for sample in range(6):
        group = x[sample % 2 :: 2]  # two groups of three
        for feature in range(2):
            channels = group[:, 2 * feature : 2 * feature + 2]
            expected = (channels.var(0, correction=0) + 1e-8).sqrt().mean()
            assert torch.allclose(made[sample, 4 + feature], expected.expand(2, 2))
    assert torch.equal(with_deviation(x, None, 1), with_deviation(x, 6, 1))


def test_a_batch_that_makes_no_groups_is_refused():
    with pytest.raises(VisagistError, match="groups of 4"):
        with_deviation(torch.zeros(6, 4, 2, 2), 4, 1)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("b64.fromrgb.weight", lambda t: t[:, :2]),
        ("b32.conv1.weight", lambda t: t[:, :-1]),
        ("b16.skip.weight", lambda t: None),
        ("b4.conv.weight", lambda t: t[:, :-1]),
        ("b4.fc.weight", lambda t: t[:, :-1]),
        ("b4.out.bias", lambda t: t[:-1]),
        ("mapping.fc0.bias", lambda t: None),
        ("mapping.embed.weight", lambda t: t[:-1]),
    ],
)
def test_a_tensor_that_does_not_fit_is_refused(found, name, change):
    tensors = dict(found.tensors)
    changed = change(tensors.pop(name))
    if changed is not None:
        tensors[name] = changed
    with pytest.raises(VisagistError):
        DISCRIMINATORS["stylegan2_d"](tensors, found.hyper, CPU)


@pytest.mark.parametrize("change", [{"architecture": "other"}, {"label": "other"}, {"mbstd_features": 5}])
def test_numbers_that_are_not_known_are_refused(found, change):
    with pytest.raises(VisagistError):
        DISCRIMINATORS["stylegan2_d"](found.tensors, found.hyper | change, CPU)
