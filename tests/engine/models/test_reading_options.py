"""TensorFlow's networks with other options than the usual ones compute what their programs would, or are refused."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.devices import Target
from engine.errors import ModelFileError, VisagistError
from engine.models.found import FoundNetwork
from engine.models.reading.opening import open_any
from engine.networks.families import DISCRIMINATORS, FAMILIES
from engine.networks.generator import synthesize
from tests.engine.models.test_reading_reference import textbook_w
from tests.engine.textbook import critics, networks, progressive, random_nets, random_progressive
from tests.pickled import NETWORK, pretend, progan_variables, revised_variables, tf_network
from tests.tf_pickled import write_tf_stylegan1, write_tf_stylegan2

KERNELS = {
    "lopsided": [1, 2, 3, 4],
    "three": [1, 2, 1],
    "lopsided three": (3, 1, 2),
    "two": [1.0, 1.0],
    "array": np.array([1, 4, 6, 2]),
    "none": None,
}


def relative(found: Tensor, truth: Tensor) -> float:
    return float((found.double() - truth.double()).norm() / truth.double().norm())


def filtered(net: random_nets.Net, kernel: Any) -> random_nets.Net:
    """The textbook's tensors with the filter of a kernel beside every layer."""
    line = torch.tensor([1.0, 1] if kernel is None else list(kernel), dtype=torch.float64)
    fir = torch.outer(line, line) / line.sum() ** 2
    blocks = {name.rsplit(".", 2)[0] for name in net[0] if ".conv1.weight" in name}
    names = [f"{block}{part}" for block in blocks for part in ("", ".conv0", ".conv1", ".skip")]
    return net[0] | {f"{name}.resample_filter": fir for name in names}, net[1]


def drawn(network: FoundNetwork, styles: Tensor) -> Tensor:
    return synthesize(FAMILIES[network.family].build(network.tensors, network.hyper, Target("cpu", "f32")), styles)


@pytest.mark.parametrize("architecture", ["skip", "resnet"])
@pytest.mark.parametrize("kernel", KERNELS)
def test_a_resample_kernel_filters_every_layer_of_both_networks(kernel, architecture, tmp_path):
    net = random_nets.stylegan2(architecture=architecture)
    critic = random_nets.stylegan2_discriminator(architecture=architecture)
    path = write_tf_stylegan2(tmp_path / "net.pkl", net, critic, resample_kernel=KERNELS[kernel])
    found = open_any(path)
    styles = torch.randn(2, 8, 40, generator=torch.Generator().manual_seed(1))
    truth = networks.stylegan2(*filtered(net, KERNELS[kernel]), styles.double())
    assert relative(drawn(found.generator, styles), truth) < 1e-5
    judge = found.discriminator
    assert judge is not None
    said = DISCRIMINATORS[judge.family](judge.tensors, judge.hyper, torch.device("cpu"))(truth.float(), None)
    wanted = critics.stylegan2_discriminator(*filtered(critic, KERNELS[kernel]), truth)
    assert relative(said, wanted) < 1e-5


CASES: dict[str, tuple[int, dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "v4, orig, labels": (4, {"architecture": "orig", "labels": 3, "joint": True}, {"labels": 3}, {}),
    "v4, one label": (4, {"labels": 1, "joint": True}, {"labels": 1}, {"label_size": 1}),
    "v4, groups of four": (4, {}, {"features": 1, "group": 4}, {}),
    "v4, groups of two, two features": (4, {}, {"features": 2, "group": 2}, {"mbstd_group_size": 2}),
    "v4, other rates": (4, {}, {}, {"mapping_lrmul": 0.05}),
    "v5, skip, clamped": (5, {"clamp": 0.8}, {"architecture": "skip", "clamp": 0.8}, {"conv_clamp": 0.8}),
    "v5, resnet, clamped": (5, {"architecture": "resnet", "clamp": 0.8}, {"clamp": 0.8}, {"conv_clamp": 0.8}),
    "v5, without noise": (5, {"noise": False}, {"architecture": "orig"}, {}),
    "v5, labels": (5, {"labels": 3}, {"labels": 3, "mapped": 6, "layers": 2}, {}),
    "v5, labels embedded alone": (5, {"labels": 1}, {"labels": 1, "mapped": 6}, {}),
    "v5, the whole batch": (5, {}, {"features": 1, "group": None}, {}),
    "v5, groups of two": (5, {}, {"features": 1, "group": 2}, {"mbstd_group_size": 2}),
}


@pytest.mark.parametrize("kind", CASES)
def test_a_pickle_of_any_kind_computes_what_it_was_made_of(kind, tmp_path):
    version, drawn_with, judged_with, options = CASES[kind]
    net, critic = random_nets.stylegan2(**drawn_with), random_nets.stylegan2_discriminator(**judged_with)
    found = open_any(write_tf_stylegan2(tmp_path / "net.pkl", net, critic, version, **options))
    draw = torch.Generator().manual_seed(1)
    z, c = torch.randn(4, 48, generator=draw), torch.randn(4, int(net[1]["c_dim"] or 0), generator=draw)
    generator = FAMILIES["stylegan2"].build(found.generator.tensors, found.generator.hyper, Target("cpu", "f32"))
    w = textbook_w(
        FoundNetwork("stylegan2", net[1] | {"mapping_lr": options.get("mapping_lrmul", 0.01)}, net[0]),
        z.numpy(),
        c.numpy(),
    )
    assert relative(generator.map(z, c), torch.from_numpy(w)) < 1e-5
    styles = torch.from_numpy(w)[:, None].repeat(1, 8, 1)
    truth = networks.stylegan2(*net, styles)
    assert relative(synthesize(generator, styles.float()), truth) < 1e-5
    judge = found.discriminator
    assert judge is not None
    said = DISCRIMINATORS[judge.family](judge.tensors, judge.hyper, torch.device("cpu"))(truth.float(), c)
    assert relative(said, critics.stylegan2_discriminator(*critic, truth, c.double())) < 1e-5


@pytest.mark.parametrize("kernel", ["words", [[1, 2], [2, 1]], [1, -1], [1, 2, 3, 2, 1]])
def test_a_resample_kernel_of_another_kind_is_refused_and_named(kernel, tmp_path):
    path = write_tf_stylegan2(tmp_path / "net.pkl", random_nets.stylegan2(16), resample_kernel=kernel)
    with pytest.raises(VisagistError, match=r"resample_(kernel|filter)"):
        drawn(open_any(path).generator, torch.zeros(1, 6, 40))


def altered(path: Path, name: str, **options: Any) -> Path:
    """A small network of a family with options that no usual one has."""
    with pretend(NETWORK, ("tfutil", "Network")) as (network, progressive):
        if name == "progan":
            net = tf_network(progressive, "G_paper", 2, progan_variables(8, 4), options=options)
        else:
            synthesis, mapping = revised_variables(16, 4, 6)
            parts = {
                "synthesis": tf_network(network, "G_synthesis_stylegan_revised", 4, synthesis),
                "mapping": tf_network(network, "G_mapping", 4, mapping),
            }
            own = {"lod": np.float32(options.pop("lod", 0)), "dlatent_avg": np.zeros(6, np.float32)}
            net = tf_network(network, "G_main", 4, own, components=parts, options=options)
        path.write_bytes(pickle.dumps((None, None, net), 4))
    return path


@pytest.mark.parametrize(
    ("name", "option", "value"),
    [
        ("progan", "normalize_latents", False),
        ("progan", "use_pixelnorm", False),
        ("progan", "use_leakyrelu", False),
        ("revised", "normalize_latents", False),
        ("revised", "mapping_nonlinearity", "relu"),
    ],
)
def test_an_option_that_changes_the_arithmetic_in_a_way_not_known_is_named(name, option, value, tmp_path):
    """A picture that is quietly wrong helps nobody."""
    with pytest.raises(ModelFileError, match=f"built with {option} = {value}; only {option} = "):
        open_any(altered(tmp_path / "net.pkl", name, **{option: value}))


def test_options_of_the_whole_hold_for_its_parts_and_may_be_numpys(tmp_path):
    path = altered(tmp_path / "net.pkl", "revised", mapping_lrmul=np.float64(0.02), conv_clamp=np.int64(3))
    hyper = open_any(path).generator.hyper
    assert (hyper["mapping_lr"], hyper["conv_clamp"]) == (0.02, 3.0)


def test_a_revised_network_that_still_grows_is_refused(tmp_path):
    with pytest.raises(ModelFileError, match=r"stands at level 1\.5 of growth"):
        open_any(altered(tmp_path / "net.pkl", "revised", lod=1.5))


def test_stylegan_stands_at_the_level_of_the_whole_network(tmp_path):
    """Its program hands the whole network's level down to the synthesis, whatever that one says."""
    net = random_progressive.stylegan1()
    assert open_any(write_tf_stylegan1(tmp_path / "net.pkl", net, level=1.5)).generator.hyper["lod"] == 1.5
    assert open_any(write_tf_stylegan1(tmp_path / "net.pkl", net, inner=1.5)).generator.hyper["lod"] == 0


@pytest.mark.parametrize("fused", ["auto", True, False])
@pytest.mark.parametrize("labels", [0, 1, 3])
def test_stylegan_of_128_px_scales_as_it_was_told_and_reads_its_labels(labels, fused, tmp_path):
    """By itself it fuses from 128 px on, counted where the picture is larger: behind G's layer, before D's."""
    net = random_progressive.stylegan1(128, labels=labels)
    critic = random_progressive.discriminator(128, outputs=max(labels, 1))
    options = {"label_size": labels} if fused == "auto" else {"label_size": labels, "fused_scale": fused}
    found = open_any(write_tf_stylegan1(tmp_path / "net.pkl", net, critic, **options))
    first = {"auto": 128, True: 8, False: None}[fused]
    generator = FAMILIES["stylegan1"].build(found.generator.tensors, found.generator.hyper, Target("cpu", "f32"))
    z, c = torch.randn(2, 6, generator=torch.Generator().manual_seed(1)), torch.eye(3)[:2, :labels]
    x = torch.cat([z, c @ net[0]["mapping.embed.weight"].T], 1).double() if labels else z.double()
    x = x / (x.square().mean(1, keepdim=True) + 1e-8).sqrt()
    for i in range(2):
        weight, bias = (net[0][f"mapping.fc{i}.{part}"].double() * 0.01 for part in ("weight", "bias"))
        x = torch.nn.functional.leaky_relu(x @ weight.T * (2 / weight.shape[1]) ** 0.5 + bias, 0.2)
    assert relative(generator.map(z, c), x) < 1e-5
    styles = x[:, None].repeat(1, 12, 1)
    truth = progressive.stylegan1(net[0], {"resolution": 128, "fused_from": first}, styles)
    assert relative(synthesize(generator, styles.float()), truth) < 1e-5
    judge = found.discriminator
    assert judge is not None
    said = DISCRIMINATORS[judge.family](judge.tensors, judge.hyper, torch.device("cpu"))(truth.float(), c)
    hyper = {"resolution": 128, "fused_from": first, "wscale": True, "blur": True, "mbstd_group": 4}
    heads = progressive.discriminator(critic[0], hyper, truth)
    assert relative(said, (heads * c).sum(1, keepdim=True) if labels else heads) < 1e-5
