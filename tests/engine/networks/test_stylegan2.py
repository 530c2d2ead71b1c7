"""StyleGAN2 against the textbook in float64, and against the originals where the reference data is at hand."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from engine.devices import Target
from engine.errors import VisagistError
from engine.networks.families import FAMILIES
from engine.networks.generator import Inputs, synthesize
from engine.networks.mapping import MappingNetwork
from engine.networks.stylegan2 import StyleGAN2
from engine.recipe import Noise
from tests.engine.textbook import networks, random_nets

KINDS: dict[str, dict[str, Any]] = {
    "skip": {},
    "skip, clamped": {"clamp": 0.8},
    "wide layers, whose weights are larger than their activations": {"most": 128, "base": 4096},
    "resnet": {"architecture": "resnet"},
    "resnet, clamped": {"architecture": "resnet", "clamp": 0.8},
    "orig, without noise": {"architecture": "orig", "noise": False},
    "labels": {"labels": 3},
}
TOLERANCE = {"f32": 1e-5, "bf16": 2e-2}


def styles(count: int, net: random_nets.Net, resolution: int = 32) -> Tensor:
    rows = 2 * resolution.bit_length() - 4
    return torch.randn(count, rows, int(net[1]["w_dim"] or 0), generator=torch.Generator().manual_seed(1))


def relative(found: Tensor, truth: Tensor) -> float:
    return float((found.double() - truth.double()).norm() / truth.double().norm())


@pytest.mark.parametrize("precision", TOLERANCE)
@pytest.mark.parametrize("kind", KINDS)
def test_it_computes_what_the_textbook_says_one_sample_or_two(kind, precision):
    net = random_nets.stylegan2(**KINDS[kind])
    generator = StyleGAN2(*net, precision=precision)
    given = styles(2, net)
    truth = networks.stylegan2(*net, given.double())
    assert relative(synthesize(generator, given), truth) < TOLERANCE[precision]
    for sample in range(2):
        assert relative(synthesize(generator, given[sample : sample + 1]), truth[sample : sample + 1]) < 2e-2
        if precision == "f32":
            assert relative(synthesize(generator, given[sample : sample + 1]), truth[sample : sample + 1]) < 1e-5


def test_noise_can_be_left_out():
    net = random_nets.stylegan2()
    given = styles(1, net)
    truth = networks.stylegan2(*net, given.double(), noise=False)
    assert relative(synthesize(StyleGAN2(*net), given, Inputs(Noise("none"))), truth) < 1e-5


def test_every_resolution_of_a_skip_network_has_a_picture_which_is_the_sum_so_far():
    net = random_nets.stylegan2(64)
    generator = StyleGAN2(*net)
    assert [output.size for output in generator.plan.outputs] == [16, 32, 64]
    smaller = {name: tensor for name, tensor in net[0].items() if not name.startswith("synthesis.b64")}
    given = styles(1, net, 64)
    truth = networks.stylegan2(smaller, net[1], given.double())
    assert relative(synthesize(generator, given, size=32), truth) < 1e-5


@pytest.mark.parametrize("architecture", ["resnet", "orig"])
def test_other_networks_have_the_full_picture_only(architecture):
    net = random_nets.stylegan2(architecture=architecture)
    assert [output.size for output in StyleGAN2(*net).plan.outputs] == [32]


@pytest.mark.parametrize("architecture", ["skip", "resnet", "orig"])
def test_each_stage_reads_its_own_row_and_leaves_the_state_before_it_alone(architecture):
    net = random_nets.stylegan2(architecture=architecture)
    generator = StyleGAN2(*net)
    given, state = styles(1, net), None
    for index, stage in enumerate(generator.plan.stages):
        kept = None if state is None else (state.x.clone(), None if state.image is None else state.image.clone())
        other = given.clone()
        other[:, [row for row in range(given.shape[1]) if row not in stage.rows]] += 1
        after = generator.run(index, state, given, Inputs())
        again = generator.run(index, state, other, Inputs())
        assert torch.equal(after.x, again.x)
        if kept is not None:
            assert torch.equal(state.x, kept[0])
            assert kept[1] is None or torch.equal(state.image, kept[1])
        state = after
    assert len(generator.plan.stages) + 1 == generator.plan.style_rows == given.shape[1]


def test_a_hook_sees_every_named_layer_in_its_size_and_may_change_it():
    net = random_nets.stylegan2()
    generator, given, seen = StyleGAN2(*net), styles(1, net), {}

    def look(name, x):
        seen[name] = tuple(x.shape)
        return x

    layers = [layer for stage in generator.plan.stages for layer in stage.layers]
    plain = synthesize(generator, given)
    assert torch.equal(synthesize(generator, given, Inputs(hooks={layer.name: look for layer in layers})), plain)
    assert seen == {layer.name: (1, layer.channels, layer.resolution, layer.resolution) for layer in layers}
    changed = synthesize(generator, given, Inputs(hooks={"b16.conv0": lambda name, x: x * 0}))
    assert not torch.equal(changed, plain)


@pytest.mark.parametrize("joint", [False, True])
def test_labels_join_z_each_normalised_or_both_together(joint):
    weights, hyper = random_nets.stylegan2(labels=3, joint=joint)
    generator = StyleGAN2(weights, hyper)
    assert (generator.plan.z_dim, generator.plan.w_dim, generator.plan.label_dim) == (48, 40, 3)
    z, label = torch.randn(2, 48, dtype=torch.float64), torch.tensor([[0.0, 1, 0], [0, 0, 1]]).double()
    embed = weights["mapping.embed.weight"].double()
    if joint:
        x = torch.cat([z, label @ embed.T], 1)
        x = x / (x.square().mean(1, keepdim=True) + 1e-8).sqrt()
    else:
        embedded = label @ embed.T / 3**0.5 + weights["mapping.embed.bias"].double()
        x = torch.cat([v / (v.square().mean(1, keepdim=True) + 1e-8).sqrt() for v in (z, embedded)], 1)
    for i in range(2):
        weight = weights[f"mapping.fc{i}.weight"].double()
        x = x @ weight.T * (0.01 / weight.shape[1] ** 0.5) + weights[f"mapping.fc{i}.bias"].double() * 0.01
        x = torch.where(x < 0, 0.2 * x, x) * 2**0.5
    assert relative(generator.map(z, label), x) < 1e-6
    assert torch.equal(generator.map(z), generator.map(z, torch.zeros(2, 3)))


def test_gains_that_are_folded_in_are_not_applied_again():
    weights = {"mapping.fc0.weight": torch.eye(4), "mapping.fc0.bias": torch.zeros(4)}
    w = MappingNetwork(weights)(torch.tensor([[2.0, 2, 2, 2]]))
    assert torch.allclose(w, torch.full((1, 4), 2**0.5))


def test_modulations_are_those_of_the_layers_that_read_the_rows():
    weights, hyper = random_nets.stylegan2()
    found = FAMILIES["stylegan2"].modulations(weights, hyper, (2, 7))
    names = ["b8.conv1", "b32.torgb"]
    assert len(found) == len(names)
    for (weight, bias), name in zip(found, names, strict=True):
        assert torch.allclose(weight * 40**0.5, weights[f"synthesis.{name}.affine.weight"])
        assert torch.equal(bias, weights[f"synthesis.{name}.affine.bias"])


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("synthesis.b8.conv0.weight", lambda t: t[..., :2]),
        ("synthesis.b8.conv0.affine.weight", lambda t: t[:, :-1]),
        ("synthesis.b16.conv1.noise_const", lambda t: t[:-1]),
        ("synthesis.b4.const", lambda t: t[0]),
        ("synthesis.b32.torgb.bias", lambda t: None),
        ("mapping.fc1.weight", lambda t: t.int()),
        ("mapping.fc1.weight", lambda t: t[:, :-1]),
        ("mapping.embed.weight", lambda t: t[:-1]),
    ],
)
def test_a_tensor_that_does_not_fit_is_named_before_anything_computes(name, change):
    weights, hyper = random_nets.stylegan2(labels=3)
    changed = change(weights.pop(name))
    if changed is not None:
        weights[name] = changed
    with pytest.raises(VisagistError):
        FAMILIES["stylegan2"].build(weights, hyper, Target("cpu", "f32"))


@pytest.mark.parametrize(
    "change", [{"architecture": "other"}, {"architecture": None}, {"activation": "relu"}, {"conv_clamp": -1}]
)
def test_numbers_that_are_not_known_are_refused(change):
    weights, hyper = random_nets.stylegan2()
    with pytest.raises(VisagistError):
        FAMILIES["stylegan2"].build(weights, hyper | change, Target("cpu", "f32"))
