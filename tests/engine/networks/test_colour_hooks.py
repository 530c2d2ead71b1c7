"""Colours take hooks as every other layer does, in every family and on every road."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.devices import Target, choose
from engine.frame import to_pixels
from engine.networks.families import FAMILIES, plain
from engine.networks.generator import Generator, Inputs, synthesize
from tests import nets
from tests.engine.networks.test_progressive import hyper_of, random_weights
from tests.engine.textbook import random_nets

NETS = {
    "stylegan2": lambda: random_nets.stylegan2(),
    "stylegan2, resnet": lambda: random_nets.stylegan2(architecture="resnet"),
    "stylegan3": lambda: random_nets.stylegan3(),
    "stylegan1": lambda: (random_weights("stylegan1"), hyper_of("stylegan1")),
    "progan": lambda: (random_weights("progan"), hyper_of("progan")),
    "mobile_stylegan": lambda: (nets.tiny_weights(), {}),
}


def roads(name: str) -> list[Generator]:
    """The network as it is built here in every precision, and in plain torch."""
    family, (weights, hyper) = name.partition(",")[0], NETS[name]()
    built = [FAMILIES[family].build(weights, hyper, Target("cpu", p)) for p in {"f32", choose("cpu").precision}]
    return [*built, plain(family, weights, hyper, torch.device("cpu"))]


def styles_of(generator: Generator) -> Tensor:
    random = torch.Generator().manual_seed(5)
    return torch.randn(1, generator.plan.style_rows, generator.plan.w_dim, generator=random)


@pytest.mark.parametrize("name", NETS)
def test_a_hook_on_the_last_colours_sees_the_picture_and_changes_it_alone(name):
    for generator in roads(name):
        styles, seen = styles_of(generator), []

        def brighter(layer: str, x: Tensor, seen: list = seen) -> Tensor:
            seen.append((layer, tuple(x.shape), x.dtype))
            return x + 0.5

        last, side = generator.plan.colours[-1], generator.plan.resolution
        truth = synthesize(generator, styles)
        inputs = Inputs(hooks={last.name: brighter})
        bent = synthesize(generator, styles, inputs)
        assert seen == [(last.name, (1, 3, side, side), torch.float32)]
        assert (last.resolution, last.channels) == (side, 3)
        assert torch.allclose(bent, truth + 0.5, atol=1e-5 * float(truth.abs().max()))
        assert torch.equal(synthesize(generator, styles), truth)


@pytest.mark.parametrize("name", NETS)
def test_display_pixels_are_those_of_the_bent_picture(name):
    for generator in roads(name):
        styles, output = styles_of(generator), generator.plan.outputs[-1]
        inputs = Inputs(hooks={generator.plan.colours[-1].name: lambda layer, x: -x})
        state = None
        for stage in range(output.stage + 1):
            state = generator.run(stage, state, styles, inputs)
        shown = generator.pixels(output, state, styles, inputs)
        picture = generator.picture(output, state, styles, inputs)[0]
        assert (shown == to_pixels(picture)).all()


def test_the_colours_of_every_level_of_image_skips_are_summed_bent():
    generator = roads("stylegan2")[-1]
    styles, truth = styles_of(generator), synthesize(roads("stylegan2")[-1], styles_of(generator))
    names = [layer.name for layer in generator.plan.colours]
    assert names == [f"b{side}.torgb" for side in (4, 8, 16, 32)]
    parts = []
    for name in names:
        others = [other for other in names if other != name]
        parts.append(synthesize(generator, styles, Inputs(hooks=dict.fromkeys(others, lambda layer, x: x * 0))))
    assert torch.allclose(sum(parts), truth, atol=1e-4 * float(truth.abs().max()))


def test_a_draft_of_mobile_stylegan_has_colours_of_its_own():
    for generator in roads("mobile_stylegan"):
        styles = styles_of(generator)
        assert [layer.name for layer in generator.plan.colours] == ["heads.16", "heads.32", "heads.64"]
        inputs = Inputs(hooks={"heads.32": lambda layer, x: x * 0})
        assert not synthesize(generator, styles, inputs, 32).any()
        assert torch.equal(synthesize(generator, styles, inputs), synthesize(generator, styles))
