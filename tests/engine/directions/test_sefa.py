"""SeFa and the removal of gain, against the equations they solve."""

from __future__ import annotations

import torch

from engine.directions.sefa import factorize, gain_axes, without
from engine.networks.mobile_stylegan import modulations


def test_axes_solve_the_eigenvalue_equation_in_float64():
    weight = torch.randn(200, 24, generator=torch.Generator().manual_seed(1)).float()
    axes, values = factorize(weight, 6)
    lines = weight.double() / weight.double().norm(dim=1, keepdim=True)
    matrix = lines.T @ lines
    assert torch.allclose(matrix @ axes.T, axes.T * values, atol=1e-10)
    assert torch.allclose(axes @ axes.T, torch.eye(6, dtype=torch.float64), atol=1e-10)
    assert bool((values.diff() <= 0).all())
    # no unit vector is changed more than the first
    others = torch.randn(1000, 24, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    others = others / others.norm(dim=1, keepdim=True)
    assert float((lines @ others.T).norm(dim=0).max()) <= float((lines @ axes[0]).norm())


def test_a_louder_channel_counts_no_more_than_another():
    weight = torch.randn(50, 8, generator=torch.Generator().manual_seed(3))
    louder = weight.clone()
    louder[0] *= 128
    assert torch.allclose(factorize(weight, 3)[0], factorize(louder, 3)[0], atol=1e-9)


def test_without_the_gain_axes_no_layer_grows_louder_at_first_order(small_weights):
    layers = modulations(small_weights, range(5))
    w = torch.randn(512, generator=torch.Generator().manual_seed(4))
    loud = gain_axes(layers, w)
    axes = without(factorize(torch.cat([weight for weight, _ in layers]), 5)[0], loud)
    for weight, bias in layers:

        def gain(at: torch.Tensor, a: torch.Tensor = weight, b: torch.Tensor = bias) -> torch.Tensor:
            return (a.double() @ at + b.double()).square().mean()

        slope = torch.autograd.functional.jacobian(gain, w.double())
        assert torch.allclose(axes @ slope, torch.zeros(5, dtype=torch.float64), atol=1e-9)
        assert float(slope.norm()) > 1e-3
    assert torch.allclose(axes.norm(dim=1), torch.ones(5, dtype=torch.float64))


def test_modulations_are_those_of_the_layers_that_read_the_rows(small_weights):
    named = {id(tensor): name for name, tensor in small_weights.items()}

    def names(rows) -> list[str]:
        found = [named[id(weight)] for weight, _ in modulations(small_weights, rows)]
        return [name.removeprefix("synthesis.").removesuffix(".modulation.weight") for name in found]

    assert names([0]) == ["conv1"]
    assert names([1, 2]) == ["blocks.0.up", "blocks.0.conv1", "blocks.0.conv2"]
    assert names([3]) == []
    assert names([8, 9]) == ["blocks.2.conv2", "heads.64"]
