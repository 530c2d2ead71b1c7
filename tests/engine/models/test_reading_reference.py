"""Every reference file is read, with the shapes and the numbers that its original program has."""

from __future__ import annotations

import ast
import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.models.found import FoundNetwork
from engine.models.reading.opening import open_any
from tests.reference import networks, truth_of, whole_set

FILES = networks()
FAMILIES = {"sg2": "stylegan2", "sg3": "stylegan3", "tf_sg1": "stylegan1", "tf_sg2": "stylegan2", "ros": "stylegan2"}


def name_of(path: Path) -> str:
    return f"{path.parents[1].name}/{path.name}"


def textbook_w(network: FoundNetwork, z: np.ndarray, c: np.ndarray) -> np.ndarray:
    """The mapping network as its papers write it, in float64."""
    weights = {name: tensor.numpy().astype(np.float64) for name, tensor in network.tensors.items()}
    rate = float(network.hyper["mapping_lr"] or 0)

    def norm(x: np.ndarray) -> np.ndarray:
        return x / np.sqrt((x**2).mean(1, keepdims=True) + 1e-8)

    x = z.astype(np.float64)
    if "mapping.embed.weight" in weights:
        embed = weights["mapping.embed.weight"]
        if network.hyper.get("label_norm") == "joint" or network.family == "stylegan1":
            x = norm(np.concatenate([x, c @ embed.T], 1))
        else:
            label = c @ embed.T / math.sqrt(embed.shape[1]) + weights["mapping.embed.bias"]
            x = np.concatenate([norm(x), norm(label)], 1)
    else:
        x = norm(x)
    gain = 1 if network.family == "stylegan1" else math.sqrt(2)
    i = 0
    while f"mapping.fc{i}.weight" in weights:
        weight = weights[f"mapping.fc{i}.weight"]
        scale = rate / math.sqrt(weight.shape[1]) * (math.sqrt(2) if network.family == "stylegan1" else 1)
        x = x @ weight.T * scale + weights[f"mapping.fc{i}.bias"] * rate
        x = np.where(x < 0, 0.2 * x, x) * gain
        i += 1
    return x


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_reference_file_is_read_as_its_family(path):
    found = open_any(path)
    prefix = next((p for p in sorted(FAMILIES, key=len, reverse=True) if path.name.startswith(p)), None)
    assert found.generator.family == (FAMILIES[prefix] if prefix else "progan")
    assert found.generator.hyper["resolution"] == 64
    assert not any(item.refused for item in found.imports)
    assert all(t.dtype == torch.float32 and t.is_contiguous() for t in found.generator.tensors.values())
    if path.suffix != ".safetensors":
        assert found.imports
        assert found.discriminator is not None
        assert found.discriminator.hyper["resolution"] == 64
        assert found.raw_generator is not None
        ours, raw = found.generator.tensors, found.raw_generator.tensors
        assert set(ours) == set(raw)
        assert any(not torch.equal(ours[name], raw[name]) for name in ours)


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name == "pkl"], ids=name_of)
def test_every_tensor_of_a_pytorch_pickle_is_there_in_its_shape(path):
    found, truth = open_any(path), np.load(truth_of(path))
    for network, key in ((found.generator, "G_ema"), (found.discriminator, "D")):
        assert network is not None
        names, shapes = truth[f"{key}_tensor_names"], truth[f"{key}_tensor_shapes"]
        wanted = {str(name): ast.literal_eval(str(shape)) for name, shape in zip(names, shapes, strict=True)}
        wanted = {name: shape for name, shape in wanted.items() if not name.endswith("resample_filter")}
        assert {name: list(tensor.shape) for name, tensor in network.tensors.items()} == {
            name: list(shape) for name, shape in wanted.items()
        }


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name in ("tf", "rosinality")], ids=name_of)
def test_no_number_of_a_converted_network_is_lost(path):
    found, truth = open_any(path), np.load(truth_of(path))
    if path.parent.name == "tf":
        pairs = zip(truth["var_names_Gs"], truth["var_shapes_Gs"], strict=True)
        sizes = {str(name): math.prod(ast.literal_eval(str(shape))) for name, shape in pairs}
        wanted = sum(size for name, size in sizes.items() if not name.endswith("lod"))
    else:
        pairs = zip(truth["names"], truth["shapes"], strict=True)
        sizes = {str(name): math.prod(ast.literal_eval(str(shape))) for name, shape in pairs}
        wanted = sum(size for name, size in sizes.items() if not name.endswith(".kernel"))
        wanted += truth["latent_avg"].size
    assert sum(tensor.numel() for tensor in found.generator.tensors.values()) == wanted


@pytest.mark.parametrize("path", [path for path in FILES if "progan" not in path.name], ids=name_of)
def test_z_becomes_the_w_of_the_original_program(path):
    if not truth_of(path).is_file():
        pytest.skip("no outputs of the original program are at hand")
    found, truth = open_any(path), np.load(truth_of(path))
    w = truth["w_psi1"][:, 0] if "w_psi1" in truth else truth["w"]
    ours = textbook_w(found.generator, truth["z"], truth["c"] if "c" in truth else np.zeros((len(w), 0)))
    assert np.abs(ours - w).max() <= 1e-5 * np.abs(w).max()
    average = found.generator.tensors["mapping.w_avg"].numpy()
    if "w_psi07" in truth:
        assert np.abs(average + 0.7 * (w - average) - truth["w_psi07"][:, 0]).max() < 1e-5
    else:
        assert np.array_equal(average, truth["latent_avg"])


@pytest.mark.parametrize("path", [path for path in FILES if len(path.suffixes) > 1], ids=name_of)
def test_the_same_network_is_the_same_in_every_encoding(path):
    whole = whole_set()
    assert whole is not None
    plain = whole / "pkl" / f"{path.name.split('.')[0]}.pkl"
    if not plain.is_file():
        pytest.skip("it lies in one encoding only")
    first, second = open_any(plain).generator, open_any(path).generator
    assert first.tensors.keys() == second.tensors.keys()
    assert all(torch.equal(first.tensors[name], second.tensors[name]) for name in first.tensors)
    assert {**first.hyper, "conv_clamp": None} == {**second.hyper, "conv_clamp": None}


@pytest.mark.parametrize("path", [path for path in FILES if "sg3" in path.name], ids=name_of)
def test_the_layers_of_stylegan3_fit_together(path):
    network = open_any(path).generator
    side = json.loads(str(network.hyper["input_size"]))[0]
    for layer in json.loads(str(network.hyper["layers"])):
        kernel = network.tensors[f"synthesis.{layer['name']}.weight"].shape[-1]
        up, down = (
            network.tensors[f"synthesis.{layer['name']}.{way}_filter"].shape[-1] if layer[f"{way}_filter"] else 1
            for way in ("up", "down")
        )
        side = (side + kernel - 1) * layer["up"] + sum(layer["padding"][:2]) - up - down + 2
        side = (side - 1) // layer["down"] + 1
        assert side == int(layer["name"].split("_")[1])
    assert side == network.hyper["resolution"]
