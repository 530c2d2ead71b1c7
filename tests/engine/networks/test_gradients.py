"""Pictures have gradients by styles in plain torch, true to finite differences; quick kernels say they have none."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.devices import Target
from engine.kernels import supported
from engine.models.reading.opening import open_any
from engine.networks.families import FAMILIES, plain
from engine.networks.generator import Generator, Inputs, synthesize
from engine.recipe import Noise
from tests import nets, reference
from tests.engine.networks.test_progressive import hyper_of, random_weights
from tests.engine.textbook import random_nets

STEP = 1e-2

NETS = {
    "stylegan2": lambda: random_nets.stylegan2(),
    "stylegan2, clamped": lambda: random_nets.stylegan2(clamp=0.8),
    "stylegan2, wide": lambda: random_nets.stylegan2(most=128, base=4096),
    "stylegan2, resnet": lambda: random_nets.stylegan2(architecture="resnet", clamp=0.8),
    "stylegan3, t": lambda: random_nets.stylegan3(),
    "stylegan3, r": lambda: random_nets.stylegan3(radial=True, clamp=0.5),
    "stylegan1": lambda: (random_weights("stylegan1"), hyper_of("stylegan1", 0.4)),
    "progan": lambda: (random_weights("progan"), hyper_of("progan", 0.4, 8)),
    "mobile_stylegan": lambda: (nets.tiny_weights(), {}),
}


def built(name: str) -> Generator:
    weights, hyper = NETS[name]()
    return plain(name.partition(",")[0], weights, hyper, torch.device("cpu"))


def styles_of(generator: Generator, count: int) -> Tensor:
    random = torch.Generator().manual_seed(5)
    return torch.randn(count, generator.plan.style_rows, generator.plan.w_dim, generator=random)


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("name", NETS)
def test_the_gradient_is_what_small_steps_of_the_styles_do_to_the_picture(name, count):
    generator = built(name)
    styles = styles_of(generator, count).requires_grad_()
    random = torch.Generator().manual_seed(6)
    picture = synthesize(generator, styles)
    weight = torch.randn(picture.shape, generator=random) / picture.numel() ** 0.5
    (picture * weight).sum().backward()
    assert styles.grad is not None
    read = styles.grad.abs().sum((0, 2)) > 0
    assert read.any()
    # along the gradient itself, where a small step is far above what float32 rounds
    along = styles.grad / styles.grad.norm()
    with torch.no_grad():
        there, back = (synthesize(generator, styles + side * STEP * along) for side in (1, -1))
        slope = float(((there - back).double() * weight.double()).sum() / (2 * STEP))
    assert slope == pytest.approx(float(styles.grad.norm()), rel=2e-2)


@pytest.mark.parametrize("name", ["stylegan2", "stylegan1", "mobile_stylegan"])
def test_what_a_renderer_kept_of_random_noise_is_no_hindrance(name):
    generator, inputs = built(name), Inputs(Noise("random", 7, phase=0.25))
    styles = styles_of(generator, 1)
    with torch.inference_mode():
        truth = synthesize(generator, styles, inputs)
    picture = synthesize(generator, styles.requires_grad_(), inputs)
    assert torch.allclose(picture, truth, atol=1e-4 * float(truth.abs().max()))
    picture.mean().backward()
    assert styles.grad is not None
    assert styles.grad.isfinite().all()


@pytest.mark.parametrize("name", NETS)
def test_the_plain_network_draws_what_the_quick_one_draws(name):
    weights, hyper = NETS[name]()
    quick = FAMILIES[name.partition(",")[0]].build(weights, hyper, Target("cpu", "f32"))
    generator = built(name)
    styles = styles_of(generator, 1)
    assert generator.road() == "torch"
    truth = synthesize(generator, styles)
    assert torch.allclose(synthesize(quick, styles), truth, atol=1e-3 * float(truth.abs().max()))


@pytest.mark.parametrize("name", ["stylegan2", "stylegan3, t", "stylegan1"])
def test_w_has_gradients_by_z_too(name):
    generator = built(name)
    z = torch.randn(2, generator.plan.z_dim, requires_grad=True)
    generator.map(z).square().sum().backward()
    assert z.grad is not None
    assert z.grad.abs().sum() > 0


@pytest.mark.skipif(supported() is not None, reason="the kernels do not run here")
@pytest.mark.parametrize("name", ["mobile_stylegan", "stylegan3, wide", "stylegan2, wide"])
def test_quick_kernels_say_that_they_have_no_gradients(name):
    family = name.partition(",")[0]
    wide = {"stylegan3": lambda: random_nets.stylegan3(most=96, base=4096)}
    weights, hyper = (wide[family] if family in wide else NETS[name])()
    generator = FAMILIES[family].build(weights, hyper, Target("cpu", "f32"))
    styles = styles_of(generator, 1).requires_grad_()
    with pytest.raises(RuntimeError, match=r"have no gradients; `engine.networks.families.plain` builds one that has"):
        synthesize(generator, styles)
    with torch.no_grad():
        assert synthesize(generator, styles).isfinite().all()


def test_styles_that_ask_for_none_record_none_and_a_network_of_a_file_has_them():
    network = open_any(reference.DATA / "pkl" / "sg3r_c0_map2.pkl").generator
    generator = plain(network.family, network.tensors, network.hyper, torch.device("cpu"))
    styles = styles_of(generator, 1)
    assert not synthesize(generator, styles).requires_grad
    synthesize(generator, styles.requires_grad_()).mean().backward()
    assert styles.grad is not None
    assert styles.grad.isfinite().all()
