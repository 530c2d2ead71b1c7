"""Every generator says what computes its pictures, and nothing else says otherwise."""

from __future__ import annotations

import logging

import pytest
import torch

from engine import doctor
from engine.devices import Target, choose
from engine.kernels import supported
from engine.models.model import open_model
from engine.models.reading.opening import open_any
from engine.networks.cuda_graphs import GraphedGenerator
from engine.networks.families import FAMILIES, roads
from engine.networks.generator import Inputs, synthesize
from engine.networks.mobile_stylegan import MobileStyleGAN
from engine.recipe import Noise, Recipe, View
from engine.renderer import Renderer
from tests import nets, reference
from tests.engine.textbook import random_nets

FILES = {"stylegan1": "tf/tf_sg1_64_fused.pkl", "progan": "tf/progan64_fused.pkl"}
USUAL = {  # as wide as networks are
    "stylegan2": lambda: random_nets.stylegan2(most=128, base=4096),
    "stylegan3": lambda: random_nets.stylegan3(most=128, base=4096),
    "mobile_stylegan": lambda: (nets.tiny_weights(), {}),
}
BEST = choose("cpu")


@pytest.mark.parametrize("precision", sorted({"f32", BEST.precision}))
@pytest.mark.parametrize("family", FAMILIES)
def test_the_road_that_is_told_for_a_family_is_that_of_its_networks(family, precision):
    target = Target("cpu", precision)
    if family in FILES:
        network = open_any(reference.DATA / FILES[family]).generator
        weights, hyper = network.tensors, network.hyper
    else:
        weights, hyper = USUAL[family]()
    generator = FAMILIES[family].build(weights, hyper, target)
    assert generator.road() == roads(target)[family]
    assert generator.precision == precision


@pytest.mark.skipif(supported() is not None, reason="the kernels do not run here")
def test_where_the_kernels_do_not_run_it_is_torch_and_says_so(monkeypatch):
    assert roads(BEST)["mobile_stylegan"] == "fused"
    monkeypatch.setattr("engine.networks.families.supported", lambda: "no vectors here")
    generator = FAMILIES["mobile_stylegan"].build(nets.tiny_weights(), {}, Target("cpu", "f32"))
    assert generator.road() == roads(Target("cpu", "f32"))["mobile_stylegan"] == "torch"


def test_graphs_are_told_only_of_what_they_replay():
    generator = GraphedGenerator(MobileStyleGAN(nets.tiny_weights()))
    assert generator.road() == roads(Target("cuda", "fp16"))["mobile_stylegan"] == "torch · CUDA graphs"
    uncaptured = (Inputs(Noise("none")), Inputs(view=View(zoom=2.0)), Inputs(hooks={"conv1": lambda name, x: x}))
    for inputs in uncaptured:
        assert generator.road(inputs) == "torch"
        styles = torch.zeros(1, generator.plan.style_rows, generator.plan.w_dim)
        assert synthesize(generator, styles, inputs).shape == (1, 3, 64, 64)


def test_a_frame_says_its_road_and_the_log_says_it_once(tmp_path, caplog):
    nets.save_tiny(tmp_path / "tiny.safetensors")
    with caplog.at_level(logging.INFO, "engine"):
        renderer = Renderer(open_model(tmp_path / "tiny.safetensors", BEST))
        frames = [renderer.render(Recipe()), renderer.render(Recipe(noise=Noise("none")))]
    road = roads(BEST)["mobile_stylegan"]
    assert {frame.road for frame in frames} == {road}
    said = [record.getMessage() for record in caplog.records if "is computed" in record.getMessage()]
    assert said == [f"{tmp_path / 'tiny.safetensors'} is computed on CPU by {road} {BEST.precision}"]


def test_the_doctor_and_models_info_tell_it_too(cli, tmp_path):
    nets.save_tiny(tmp_path / "tiny.safetensors")
    target = choose()
    told = f"{roads(target)['mobile_stylegan']} {target.precision}"
    assert f"computed by  {told}" in cli("models", "info", tmp_path / "tiny.safetensors").out
    assert f"MobileStyleGAN: {told}" in doctor.examine_roads().value
    result = cli("render", "--model", tmp_path / "tiny.safetensors", "-o", tmp_path / "face.png")
    assert f"{told}, " in result.out
