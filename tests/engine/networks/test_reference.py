"""Networks of the reference files against what the original programs made of them: 1e-4, one sample and two."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.devices import Target
from engine.models.found import FoundFile
from engine.models.reading.opening import open_any
from engine.networks.families import DISCRIMINATORS, FAMILIES
from engine.networks.generator import PLAIN, Generator, Inputs, synthesize
from engine.recipe import Noise
from tests import reference

TOLERANCE = 1e-4
PSIS = {"psi1": (1.0, None), "psi07": (0.7, None), "psi07_cut4": (0.7, 4)}


@cache
def opened(path: Path) -> FoundFile:
    return open_any(path)


@cache
def truth_of(path: Path) -> dict[str, Tensor]:
    with np.load(reference.truth_of(path)) as file:
        return {name: torch.from_numpy(file[name]) for name in file.files if file[name].dtype.kind in "fi"}


def known(path: Path) -> bool:
    """Progressive GANs, which have no w, stand in test_progressive."""
    network = opened(path).generator if reference.truth_of(path).exists() else None
    return network is not None and network.family in FAMILIES and "mapping.w_avg" in network.tensors


FILES = [path for path in reference.networks() if known(path)]


def case(path: Path) -> str:
    return f"{path.parents[2].name}/{path.name}"


def build(path: Path) -> Generator:
    network = opened(path).generator
    hyper = network.hyper
    if path.suffix == ".safetensors" and network.family == "stylegan2":
        hyper = hyper | {"conv_clamp": 256.0}
    return FAMILIES[network.family].build(network.tensors, hyper, Target("cpu", "f32"))


def relative(found: Tensor, truth: Tensor) -> float:
    return float((found.double() - truth.double()).norm() / truth.double().norm())


def check_pictures(generator: Generator, styles: Tensor, truth: Tensor, inputs: Inputs = PLAIN) -> None:
    styles = styles.float().contiguous()
    assert relative(synthesize(generator, styles, inputs), truth) < TOLERANCE
    for sample in range(len(styles)):
        picture = synthesize(generator, styles[sample : sample + 1], inputs)
        assert relative(picture, truth[sample : sample + 1]) < TOLERANCE


def test_there_is_a_small_case_of_each_family_wherever_the_tests_run():
    assert {opened(path).generator.family for path in FILES} >= {"stylegan2", "stylegan3"}


@pytest.mark.parametrize("path", FILES, ids=case)
def test_w_is_that_of_the_original_program(path):
    truth, network = truth_of(path), opened(path).generator
    w = build(path).map(truth["z"], truth.get("c"))
    if "w" in truth:
        assert relative(w, truth["w"]) < TOLERANCE
        return
    mean = network.tensors["mapping.w_avg"]
    for name, (psi, cutoff) in PSIS.items():
        styles = w[:, None].repeat(1, truth["w_psi1"].shape[1], 1)
        styles[:, :cutoff] = mean + psi * (styles[:, :cutoff] - mean)
        if f"w_{name}" in truth:
            assert relative(styles, truth[f"w_{name}"]) < TOLERANCE


@pytest.mark.parametrize("path", FILES, ids=case)
def test_pictures_are_those_of_the_original_program(path):
    truth, generator = truth_of(path), build(path)
    for name in PSIS:
        if f"w_{name}" in truth and f"img_{name}" in truth:
            check_pictures(generator, truth[f"w_{name}"], truth[f"img_{name}"])
    if "w_mix" in truth:
        check_pictures(generator, truth["w_mix"], truth["img_mix"])
        check_pictures(generator, truth["w_psi1"][:1], truth["img_psi1_nonoise"], Inputs(Noise("none")))
    if "w_plus_cut4" in truth:
        rows = generator.plan.style_rows
        check_pictures(generator, truth["w_plus_cut4"], truth["img_w_plus_cut4"])
        plain = truth["w"][:, None].repeat(1, rows, 1)
        check_pictures(generator, plain, truth["img_psi1"])
        check_pictures(generator, torch.lerp(truth["latent_avg"], plain, 0.7), truth["img_psi07"])
        check_pictures(generator, plain[:1], truth["img_nonoise"], Inputs(Noise("none")))
        mixed = plain[:1].clone()
        mixed[:, 5:] = plain[1, 5:]
        check_pictures(generator, mixed, truth["img_mix_inject5"])


@pytest.mark.parametrize("path", [path for path in FILES if "img_transform" in truth_of(path)], ids=case)
def test_a_moved_and_a_zoomed_plane_give_the_pictures_of_the_original_program(path):
    truth, network = truth_of(path), opened(path).generator
    for name in {"transform", "transform_zoom"} & set(truth):
        moved = network.tensors | {"synthesis.input.transform": truth[name]}
        generator = FAMILIES[network.family].build(moved, network.hyper, Target("cpu", "f32"))
        picture = truth[f"img_{name}"]
        check_pictures(generator, truth["w_psi1"][: len(picture)], picture)


@pytest.mark.parametrize("path", [path for path in FILES if opened(path).raw_generator is not None], ids=case)
def test_the_network_in_training_is_another_and_draws_as_it_did(path):
    truth, network = truth_of(path), opened(path).raw_generator
    if "img_from_G_psi1" not in truth:
        pytest.skip("its picture was not kept")
    generator = FAMILIES[network.family].build(network.tensors, network.hyper, Target("cpu", "f32"))
    label = truth["c"][:1] if "c" in truth else None
    styles = generator.map(truth["z"][:1], label)[:, None].expand(-1, generator.plan.style_rows, -1)
    check_pictures(generator, styles, truth["img_from_G_psi1"])


@pytest.mark.parametrize("path", [path for path in FILES if opened(path).discriminator is not None], ids=case)
def test_the_discriminator_judges_as_the_original_did_alone_and_in_a_batch(path):
    truth, network = truth_of(path), opened(path).discriminator
    discriminator = DISCRIMINATORS[network.family](network.tensors, network.hyper, torch.device("cpu"))
    pictures, labels = truth["img_psi1"], truth.get("c", torch.zeros(2, 0))
    assert relative(discriminator(pictures, labels), truth["d_logits_batch2"]) < TOLERANCE
    alone = torch.cat([discriminator(pictures[i : i + 1], labels[i : i + 1]) for i in range(2)])
    assert relative(alone, truth["d_logits_batch1"]) < TOLERANCE
