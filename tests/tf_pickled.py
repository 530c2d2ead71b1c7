"""Writes StyleGAN and StyleGAN2 as TensorFlow's programs pickled them, out of networks under our own names."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from tests.engine.textbook.random_nets import Net
from tests.pickled import NETWORK, pretend, tf_network

LAYERS = (("conv0", "Conv0_up"), ("conv1", "Conv1"), ("torgb", "ToRGB"), ("skip", "Skip"))


def write_tf_stylegan2(path: Path, net: Net, critic: Net | None = None, version: int = 4, **options: Any) -> Path:
    """A pickle of (None, D, Gs); options: those that the networks were built with."""
    with pretend(NETWORK) as (network,):
        parts = {
            "synthesis": tf_network(network, "G_synthesis", version, synthesis(net), options=options),
            "mapping": tf_network(network, "G_mapping", version, mapping(net), options=options),
        }
        own = {"lod": np.float32(0), "dlatent_avg": net[0]["mapping.w_avg"].numpy()}
        averaged = tf_network(network, "G_main", version, own, components=parts, options=options)
        judge = critic and tf_network(network, "D_main", version, discriminator(critic), options=options)
        path.write_bytes(pickle.dumps((None, judge, averaged), 4))
    return path


def write_tf_stylegan1(
    path: Path, net: Net, critic: Net | None = None, level: float = 0.0, inner: float = 0.0, **options: Any
) -> Path:
    """A pickle of (None, D, Gs); level: of growth, and the one that the synthesis was last run at."""
    variables = {"lod": np.float32(inner)} | progressive(net, "synthesis.")
    with pretend(NETWORK) as (network,):
        parts = {
            "synthesis": tf_network(network, "G_synthesis", 3, variables, options=options),
            "mapping": tf_network(
                network, "G_mapping", 3, dense(net[0], "mapping.", {"embed": "LabelConcat"}, "Dense"), options=options
            ),
        }
        own = {"lod": np.float32(level), "dlatent_avg": net[0]["mapping.w_avg"].numpy()}
        averaged = tf_network(network, "G_style", 3, own, components=parts, options=options)
        judge = critic and tf_network(
            network, "D_basic", 3, {"lod": np.float32(level)} | progressive(critic, ""), options=options
        )
        path.write_bytes(pickle.dumps((None, judge, averaged), 4))
    return path


def progressive(net: Net, prefix: str) -> dict[str, Any]:
    """The variables of StyleGAN's synthesis, or of its discriminator."""
    tensors, last = net[0], int(net[1]["resolution"] or 0).bit_length()
    found = {"4x4/Const/const": net[0]["synthesis.b4.const"][None].numpy()} if prefix else {}
    layers = {"conv0": "Conv0_up", "conv1": "Conv1"} if prefix else {"conv0": "Conv0", "conv1": "Conv1_down"}
    parts = {"noise_weight": "Noise/weight", "affine.weight": "StyleMod/weight", "affine.bias": "StyleMod/bias"}
    for name, tensor in tensors.items():
        match = re.fullmatch(re.escape(prefix) + r"b(\d+)\.(torgb|fromrgb|conv0|conv1|conv|fc|out)\.(.+)", name)
        if match is None:
            continue
        side, layer, part = int(match[1]), match[2], match[3]
        if layer in ("torgb", "fromrgb"):
            theirs = f"{'ToRGB' if prefix else 'FromRGB'}_lod{last - side.bit_length()}"
        elif side == 4:
            small = {"conv0": "Const", "conv1": "Conv", "conv": "Conv", "fc": "Dense0", "out": "Dense1"}
            theirs = f"4x4/{small[layer]}"
        else:
            theirs = f"{side}x{side}/{layers[layer]}"
        if part == "noise_const":
            found[f"noise{2 * side.bit_length() - (6 if layer == 'conv0' else 5)}"] = tensor[None, None].numpy()
        elif tensor.dim() == 4:
            found[f"{theirs}/{part}"] = kernel(tensor)
        else:
            found[f"{theirs}/{parts.get(part, part)}"] = (tensor.T if tensor.dim() == 2 else tensor).numpy()
    return found


def synthesis(net: Net) -> dict[str, Any]:
    """The variables of a synthesis network."""
    tensors, found = net[0], {"4x4/Const/const": net[0]["synthesis.b4.const"][None].numpy()}
    for name, tensor in tensors.items():
        match = re.fullmatch(r"synthesis\.b(\d+)\.(\w+)\.(.+)", name)
        if match is None:
            continue
        side, layer, part = int(match[1]), match[2], match[3]
        theirs = f"{side}x{side}/" + ("Conv" if (side, layer) == (4, "conv1") else dict(LAYERS)[layer])
        if part == "weight":
            found[f"{theirs}/weight"] = kernel(tensor.flip(2, 3) if layer in ("conv0", "skip") else tensor)
        elif part == "noise_const":
            number = 2 * side.bit_length() - (7 if layer == "conv0" else 6)
            found[f"noise{number}"] = tensor[None, None].numpy()
        elif part == "affine.weight":
            found[f"{theirs}/mod_weight"] = tensor.T.numpy()
        elif part == "affine.bias":
            found[f"{theirs}/mod_bias"] = (tensor - 1).numpy()
        else:
            found[f"{theirs}/{part}"] = np.float32(tensor) if tensor.dim() == 0 else tensor.numpy()
    return found


def mapping(net: Net) -> dict[str, Any]:
    """The variables of a mapping network."""
    label = "LabelConcat" if net[1]["label_norm"] == "joint" else "LabelEmbed"
    return dense(net[0], "mapping.", {"embed": label}, "Dense")


def discriminator(net: Net) -> dict[str, Any]:
    """The variables of a discriminator."""
    found = dense(net[0], "mapping.", {"embed": "LabelEmbed"}, "Mapping")
    found |= dense(net[0], "b4.", {"fc": "4x4/Dense0", "out": "Output"}, "")
    names = {"fromrgb": "FromRGB", "conv0": "Conv0", "conv1": "Conv1_down", "skip": "Skip", "conv": "Conv"}
    for name, tensor in net[0].items():
        match = re.fullmatch(r"b(\d+)\.(fromrgb|conv0|conv1|skip|conv)\.(weight|bias)", name)
        if match:
            theirs = f"{match[1]}x{match[1]}/{names[match[2]]}/{match[3]}"
            found[theirs] = kernel(tensor) if match[3] == "weight" else tensor.numpy()
    return found


def dense(tensors: dict[str, Tensor], prefix: str, names: dict[str, str], numbered: str) -> dict[str, Any]:
    """Fully connected layers; those called fc{i} become `numbered` with their number."""
    found = {}
    for name, tensor in tensors.items():
        match = re.fullmatch(re.escape(prefix) + r"(\w+)\.(weight|bias)", name)
        if match is None or not (match[1] in names or (numbered and match[1].startswith("fc"))):
            continue
        theirs = names.get(match[1]) or numbered + match[1].removeprefix("fc")
        found[f"{theirs}/{match[2]}"] = (tensor.T if match[2] == "weight" else tensor).numpy()
    return found


def kernel(tensor: Tensor) -> np.ndarray:
    """[O, I, k, k] -> [k, k, I, O]."""
    return np.ascontiguousarray(tensor.permute(2, 3, 1, 0).numpy())
