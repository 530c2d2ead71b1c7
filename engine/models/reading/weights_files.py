"""safetensors files of other makers: the family by the names of the tensors, the numbers by their shapes."""

from __future__ import annotations

import re
from collections.abc import Mapping

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from engine.models.format import KEY, load_model, read_metadata
from engine.models.found import Facts, FoundFile, FoundNetwork, Hyper, parted
from engine.models.reading import rosinality
from engine.models.reading.persistence import architecture, drop_usual_filters
from engine.models.reading.source import Source
from engine.models.reading.stylegan3_shapes import stylegan3_hyper

PREFIXES = ("", "G_ema.", "g_ema.", "generator.", "module.")
SCALARS = ("noise_strength", "magnitude_ema")  # some write [1] for []
ASSUMED = "learning rate 0.01 of the mapping; no clamp"
ASSUMED3 = "learning rate 0.01 of the mapping; clamp 256; scale 0.25; the usual layers"


def read_weights(source: Source) -> FoundFile:
    """Our own format by its header; others by names, where the usual values are taken for what nothing shows."""
    if KEY in read_metadata(source.path):
        header, own = load_model(source.path)
        generator, discriminator = parted(header.family, dict(header.hyper), own)
        return FoundFile("Visagist model", generator, None, discriminator, (), {"name": header.name})
    tensors = load(source)
    found = network_by_names(source, tensors)
    if found is None:
        return FoundFile("safetensors file of tensors", FoundNetwork("", {}, tensors), None, None, (), {})
    network, facts = found
    kind = {"stylegan2": "StyleGAN2 weights (safetensors)", "stylegan3": "StyleGAN3 weights (safetensors)"}
    return FoundFile(kind[network.family], network, None, None, (), facts)


def network_by_names(source: Source, tensors: Mapping[str, Tensor]) -> tuple[FoundNetwork, Facts] | None:
    """The generator that these tensors make, and what had to be assumed; None for names that say nothing."""
    for prefix in PREFIXES:
        names = {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
        names = {name: t.reshape(()) if name.endswith(SCALARS) and t.numel() == 1 else t for name, t in names.items()}
        if rosinality.looks_like(names):
            average = names.get("latent_avg", tensors.get("latent_avg"))
            return rosinality.generator(source, names, average), {}
        if "synthesis.b4.const" in names:
            return stylegan2(source, names), {"assumed": ASSUMED}
        if "synthesis.input.freqs" in names:
            return stylegan3(source, names), {"assumed": ASSUMED3}
    return None


def load(source: Source) -> dict[str, Tensor]:
    """All tensors as float32."""
    try:
        loaded = load_file(source.path)
    except (SafetensorError, OSError, ValueError, KeyError, RuntimeError) as error:
        raise source.error(f"its tensors cannot be read ({error})", "fetch it again") from error
    return {name: tensor.to(torch.float32).contiguous() for name, tensor in loaded.items()}


def shape(source: Source, tensors: Mapping[str, Tensor], name: str, dimensions: int) -> tuple[int, ...]:
    """The shape of a tensor that has to be there."""
    tensor = tensors.get(name)
    if tensor is None:
        raise source.error(f"it lacks the tensor {name}")
    if tensor.dim() != dimensions or not tensor.numel():
        raise source.error(f"the tensor {name} of shape {list(tensor.shape)} should have {dimensions} dimensions")
    return tuple(tensor.shape)


def mapping_hyper(source: Source, tensors: Mapping[str, Tensor], affine: str) -> Hyper:
    """Sizes of z, w and the label."""
    embedding = shape(source, tensors, "mapping.embed.weight", 2) if "mapping.embed.weight" in tensors else (0, 0)
    hyper: Hyper = {
        "z_dim": shape(source, tensors, "mapping.fc0.weight", 2)[1] - embedding[0],
        "w_dim": shape(source, tensors, affine, 2)[1],
        "c_dim": embedding[1],
        "mapping_lr": 0.01,
    }
    if "mapping.w_avg" not in tensors:
        hyper["w_avg_missing"] = True
    return hyper


def stylegan2(source: Source, tensors: dict[str, Tensor]) -> FoundNetwork:
    sizes = [int(match[1]) for name in tensors if (match := re.match(r"synthesis\.b(\d{1,5})\.", name))]
    drop_usual_filters(tensors)
    joint = "mapping.embed.weight" in tensors and "mapping.embed.bias" not in tensors
    hyper = {"resolution": max(sizes)} | mapping_hyper(source, tensors, "synthesis.b4.conv1.affine.weight")
    hyper |= {
        "architecture": architecture(None, tensors, "torgb"),
        "conv_clamp": None,
        "label_norm": "joint" if joint else "separate",
        "use_noise": "synthesis.b4.conv1.noise_const" in tensors,
        "activation": "lrelu",
    }
    return FoundNetwork("stylegan2", hyper, tensors)


def stylegan3(source: Source, tensors: dict[str, Tensor]) -> FoundNetwork:
    hyper = mapping_hyper(source, tensors, "synthesis.input.affine.weight")
    return FoundNetwork("stylegan3", stylegan3_hyper(source, tensors) | hyper, tensors)
