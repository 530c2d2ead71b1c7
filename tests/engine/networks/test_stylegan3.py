"""StyleGAN3 against the textbook in float64: both configurations, views, batches, and files that do not fit."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.devices import Target
from engine.errors import VisagistError
from engine.networks.families import FAMILIES
from engine.networks.filtered import FilteredActivation
from engine.networks.generator import Inputs, synthesize
from engine.networks.stylegan3 import StyleGAN3
from engine.recipe import View
from engine.view import looked_at
from tests.engine.textbook import networks, random_nets
from tests.engine.textbook.resampling import upfirdn

KINDS: dict[str, dict[str, Any]] = {
    "t": {},
    "t, wide layers": {"most": 96, "base": 4096},
    "t, clamped": {"clamp": 0.5},
    "t, labels": {"labels": 3},
    "r": {"radial": True},
    "t, few layers, which quadruple": {"resolution": 64, "count": 4, "critical": 1},
    "t, none critically sampled": {"count": 7, "critical": 0, "margin": 4},
    "t, kernels of one pixel": {"kernel": 1},
    "t, filters of other lengths": {"length": 5, "count": 6},
    "t, activated on a grid four times as fine": {"finer": 4, "count": 6},
    "t, activated on its own grid": {"finer": 1, "count": 6},
    "r, three by three, other layers": {"radial": True, "kernel": 3, "count": 8, "length": 4, "labels": 2},
}


def styles(count: int, net: random_nets.Net) -> Tensor:
    rows = len(json.loads(str(net[1]["layers"]))) + 1
    return torch.randn(count, rows, int(net[1]["w_dim"] or 0), generator=torch.Generator().manual_seed(1))


def relative(found: Tensor, truth: Tensor) -> float:
    return float((found.double() - truth.double()).norm() / truth.double().norm())


@pytest.mark.parametrize(("precision", "tolerance"), [("f32", 1e-5), ("bf16", 4e-2)])
@pytest.mark.parametrize("kind", KINDS)
def test_it_computes_what_the_textbook_says_one_sample_or_two(kind, precision, tolerance):
    net = random_nets.stylegan3(**KINDS[kind])
    generator = StyleGAN3(*net, precision=precision)
    given = styles(2, net)
    truth = torch.cat([networks.stylegan3(*net, one[None]) for one in given.double()])
    assert relative(synthesize(generator, given), truth) < tolerance
    assert relative(synthesize(generator, given[:1]), truth[:1]) < tolerance


@pytest.mark.parametrize("taps", [None, 5, "round"])
@pytest.mark.parametrize("padding", [(3, 2, 1, 4), (-2, -3, -1, 5)])
@pytest.mark.parametrize(("up", "down"), [(1, 1), (2, 2), (4, 2), (2, 1), (6, 3)])
def test_the_filtered_activation_is_what_zeros_and_dense_filters_make(up, down, padding, taps):
    draw = torch.Generator().manual_seed(2)
    x = torch.randn(2, 3, 19, 24, generator=draw)
    up_filter = None if taps is None else torch.randn(6, generator=draw)
    down_filter = torch.randn(5, 5, generator=draw) if taps == "round" else None if taps is None else up_filter[:5]
    layer = FilteredActivation(
        (19, 24), up, down, padding, up_filter, down_filter, 3.0, torch.device("cpu"), torch.float32
    )
    fine = upfirdn(x.double(), up_filter, up, 1, padding, up**2)
    truth = upfirdn(torch.nn.functional.leaky_relu(fine, 0.2).clamp(-3, 3), down_filter, 1, down)
    assert layer.size == truth.shape[2:]
    assert torch.allclose(layer(x).double(), truth, atol=1e-4)


def test_the_view_is_the_transform_that_its_picture_is_the_inverse_of():
    weights, hyper = random_nets.stylegan3()
    generator, given = StyleGAN3(weights, hyper), styles(1, (weights, hyper))
    assert generator.plan.follows_view
    # content to the right by a quarter: a place of the picture lies a quarter to the left on the plane
    moved = weights | {"synthesis.input.transform": torch.tensor([[1, 0, -0.25], [0, 1, 0.125], [0, 0, 1]])}
    found = synthesize(generator, given, Inputs(view=View(x=0.25, y=-0.125)))
    assert relative(found, networks.stylegan3(moved, hyper, given.double())) < 1e-5


def test_the_view_moves_the_waves_as_other_networks_views_move_their_pictures():
    generator = StyleGAN3(*(net := random_nets.stylegan3(64)))
    # only slow waves, so that resampling a picture of them does little harm
    generator.input.freqs *= 0.2
    given = styles(1, net)[:, 0]
    for view in (View(x=0.1), View(y=0.1), View(rotation=30), View(zoom=1.3), View(0.1, -0.05, -20, 1.2)):
        plain, seen = generator.input(given, View()), generator.input(given, view)
        # the waves' grid is wider than the picture's: its side is 36 / 16
        wide = View(view.x * 16 / 36, view.y * 16 / 36, view.rotation, view.zoom)
        middle = (..., slice(10, 26), slice(10, 26))
        assert relative(looked_at(plain, wide)[middle], seen[middle]) < 0.02


def test_a_hook_sees_every_named_layer_in_its_size():
    net = random_nets.stylegan3()
    generator, given, seen = StyleGAN3(*net), styles(1, net), {}

    def look(name, x):
        seen[name] = tuple(x.shape)
        return x

    layers = [layer for stage in generator.plan.stages for layer in stage.layers]
    plain = synthesize(generator, given)
    assert torch.equal(synthesize(generator, given, Inputs(hooks={layer.name: look for layer in layers})), plain)
    assert seen == {layer.name: (1, layer.channels, layer.resolution, layer.resolution) for layer in layers}
    assert generator.plan.style_rows == 16


@pytest.mark.parametrize("change", [lambda x: x[:, :, 1:], lambda x: x.double()])
def test_a_hook_that_changes_size_or_kind_is_told_so_before_any_memory_is_read(change):
    net = random_nets.stylegan3()
    with pytest.raises((ValueError, RuntimeError)):
        synthesize(StyleGAN3(*net), styles(1, net), Inputs(hooks={"input": lambda name, x: change(x)}))


def test_stages_leave_the_state_before_them_alone():
    net = random_nets.stylegan3()
    generator, given, state = StyleGAN3(*net), styles(1, net), None
    for index in range(len(generator.plan.stages)):
        kept = None if state is None else state.x.clone()
        after = generator.run(index, state, given, Inputs())
        assert kept is None or torch.equal(state.x, kept)
        state = after


def test_modulations_are_those_of_the_layers_that_read_the_rows():
    weights, hyper = random_nets.stylegan3()
    found = FAMILIES["stylegan3"].modulations(weights, hyper, (0, 1, 15))
    names = [json.loads(hyper["layers"])[index]["name"] for index in (0, 14)]
    assert [len(bias) for _, bias in found] == [len(weights[f"synthesis.{name}.affine.bias"]) for name in names]


def broken(at: int = 3, **changes: Any) -> random_nets.Net:
    weights, hyper = random_nets.stylegan3()
    layers = json.loads(hyper["layers"])
    layers[at] |= changes
    return weights, hyper | {"layers": json.dumps(layers)}


@pytest.mark.parametrize(
    ("weights", "hyper"),
    [
        broken(padding=[-500, -500, -500, -500]),
        broken(padding=[1 << 40, 0, 0, 0]),
        broken(up=0),
        broken(up=32),
        broken(-1, padding=[0, 0, 0, 1]),
        broken(-1, up=2, down=2),
        broken(down=-2),
        broken(is_torgb=True),
        broken(name="L99"),
        (random_nets.stylegan3()[0], random_nets.stylegan3()[1] | {"layers": "[]"}),
        (random_nets.stylegan3()[0], random_nets.stylegan3()[1] | {"layers": "["}),
        (random_nets.stylegan3()[0], random_nets.stylegan3()[1] | {"input_size": "[1000000, 1000000]"}),
        (random_nets.stylegan3()[0], random_nets.stylegan3()[1] | {"output_scale": None}),
        (
            random_nets.stylegan3()[0] | {"synthesis.L3_36_16.magnitude_ema": torch.tensor(-1.0)},
            random_nets.stylegan3()[1],
        ),
        (random_nets.stylegan3()[0] | {"synthesis.input.freqs": torch.zeros(3)}, random_nets.stylegan3()[1]),
    ],
)
def test_a_file_that_does_not_fit_is_refused_before_anything_computes(weights, hyper):
    with pytest.raises(VisagistError):
        FAMILIES["stylegan3"].build(weights, hyper, Target("cpu", "f32"))
