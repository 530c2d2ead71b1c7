"""StyleGAN2 and StyleGAN2-ADA: TensorFlow's variables -> our names and torch's layouts."""

from __future__ import annotations

import math

from torch import Tensor

from engine.models.found import FoundNetwork, Hyper
from engine.models.reading.variables import Variables, filters_of


def generator(network: Variables) -> FoundNetwork:
    """Mapping and synthesis; the "revised" synthesis (one ToRGB_lod0 at the end) is the orig architecture."""
    synthesis, mapping = network.parts["synthesis"], network.parts.get("mapping")
    if mapping is None:
        raise network.source.error(f"its network {network.name} has no mapping")
    tensors = map_tensors(network, mapping)
    mapping.expect(mapping_nonlinearity="lrelu", normalize_latents=True)
    resolution = synthesis.resolution()
    tensors["synthesis.b4.const"] = synthesis.take("4x4/Const/const", 4)[0].contiguous()
    for level in range(2, int(math.log2(resolution)) + 1):
        size = 2**level
        ours, theirs = f"synthesis.b{size}", f"{size}x{size}"
        if size == 4:
            tensors |= modulated(synthesis, f"{ours}.conv1", f"{theirs}/Conv", noise=0)
        else:
            tensors |= modulated(synthesis, f"{ours}.conv0", f"{theirs}/Conv0_up", noise=2 * level - 5, flip=True)
            tensors |= modulated(synthesis, f"{ours}.conv1", f"{theirs}/Conv1", noise=2 * level - 4)
        if f"{theirs}/ToRGB/weight" in synthesis:
            tensors |= modulated(synthesis, f"{ours}.torgb", f"{theirs}/ToRGB")
        elif size == resolution:
            check_grown(network, synthesis)
            tensors |= modulated(synthesis, f"{ours}.torgb", "ToRGB_lod0")
        if f"{theirs}/Skip/weight" in synthesis:
            tensors[f"{ours}.skip.weight"] = synthesis.convolution(f"{theirs}/Skip/weight").flip(2, 3).contiguous()
    colours = sum(name.endswith("torgb.weight") for name in tensors)
    tensors |= filters_of(synthesis, resampled("synthesis.", resolution, "conv0"))
    embedding = tensors.get("mapping.embed.weight")
    labels = 0 if embedding is None else embedding.shape[1]
    hyper: Hyper = {
        "resolution": resolution,
        "z_dim": z_dim(tensors),
        "w_dim": tensors["synthesis.b4.conv1.affine.weight"].shape[1],
        "c_dim": labels,
        "mapping_lr": mapping.number("mapping_lrmul", 0.01),
        "architecture": "resnet" if "synthesis.b8.skip.weight" in tensors else "skip" if colours > 1 else "orig",
        "conv_clamp": clamp_of(synthesis),
        "label_norm": "joint" if "LabelConcat/weight" in mapping else "separate",
        "use_noise": "synthesis.b4.conv1.noise_const" in tensors,
        "activation": activation(synthesis),
    }
    return FoundNetwork("stylegan2", hyper, tensors)


def resampled(prefix: str, resolution: int, layer: str) -> list[str]:
    """Who filters in the blocks above 4 px: the picture, a layer, and what goes round it."""
    blocks = [f"{prefix}b{2**level}" for level in range(3, resolution.bit_length())]
    return [f"{block}{part}" for block in blocks for part in ("", f".{layer}", ".skip")]


def check_grown(network: Variables, synthesis: Variables) -> None:
    """A "revised" network that is still growing shows other colours than its last ones."""
    level = next((float(one.take("lod", 0)) for one in (network, synthesis) if "lod" in one), 0.0)
    if level:
        raise network.source.error(
            f"its network {network.name} stands at level {level:g} of growth", "one that has grown up (level 0) is read"
        )


def map_tensors(network: Variables, mapping: Variables) -> dict[str, Tensor]:
    """Mapping layers, the label's embedding, and the average w; shared with StyleGAN1."""
    tensors: dict[str, Tensor] = {}
    numbers = mapping.numbered(r"Dense(\d{1,3})/weight")
    if not numbers or numbers != list(range(len(numbers))):
        raise network.source.error(f"its network {mapping.name} lacks layers Dense0, Dense1 …")
    for number in numbers:
        tensors |= mapping.layer(f"mapping.fc{number}", f"Dense{number}", dense=True)
    if "LabelConcat/weight" in mapping:
        tensors["mapping.embed.weight"] = mapping.linear("LabelConcat/weight")
    if "LabelEmbed/weight" in mapping:
        tensors |= mapping.layer("mapping.embed", "LabelEmbed", dense=True)
    tensors["mapping.w_avg"] = network.take("dlatent_avg", 1)
    return tensors


def z_dim(tensors: dict[str, Tensor]) -> int:
    """What the first mapping layer reads, less the embedded label."""
    embedding = tensors.get("mapping.embed.weight")
    return tensors["mapping.fc0.weight"].shape[1] - (0 if embedding is None else embedding.shape[0])


def modulated(
    synthesis: Variables, ours: str, theirs: str, *, noise: int | None = None, flip: bool = False
) -> dict[str, Tensor]:
    """A layer with a style. TensorFlow counts its style from 1 on, and turns the kernels that scale up around."""
    weight = synthesis.convolution(f"{theirs}/weight")
    tensors = {
        f"{ours}.weight": weight.flip(2, 3).contiguous() if flip else weight,
        f"{ours}.bias": synthesis.take(f"{theirs}/bias", 1),
        f"{ours}.affine.weight": synthesis.linear(f"{theirs}/mod_weight"),
        f"{ours}.affine.bias": synthesis.take(f"{theirs}/mod_bias", 1) + 1,
    }
    if noise is not None and f"{theirs}/noise_strength" in synthesis:
        tensors[f"{ours}.noise_strength"] = synthesis.take(f"{theirs}/noise_strength", 0)
        tensors[f"{ours}.noise_const"] = synthesis.noise(noise)
    return tensors


def activation(network: Variables) -> str:
    said = network.options.get("nonlinearity", network.options.get("act", "lrelu"))
    return said if isinstance(said, str) else "lrelu"


def discriminator(network: Variables) -> FoundNetwork:
    """The group of the batch's deviation is 4 by default, and the whole batch from StyleGAN2-ADA on."""
    resolution = network.resolution()
    tensors: dict[str, Tensor] = {}
    for level in range(int(math.log2(resolution)), 1, -1):
        size = 2**level
        ours, theirs = f"b{size}", f"{size}x{size}"
        colour = f"{theirs}/FromRGB"
        if size == resolution and f"{colour}/weight" not in network:
            colour = "FromRGB_lod0"
        if f"{colour}/weight" in network:
            tensors |= network.layer(f"{ours}.fromrgb", colour)
        if size == 4:
            tensors |= network.layer("b4.conv", "4x4/Conv") | network.layer("b4.fc", "4x4/Dense0", dense=True)
            continue
        tensors |= network.layer(f"{ours}.conv0", f"{theirs}/Conv0")
        tensors |= network.layer(f"{ours}.conv1", f"{theirs}/Conv1_down")
        if f"{theirs}/Skip/weight" in network:
            tensors[f"{ours}.skip.weight"] = network.convolution(f"{theirs}/Skip/weight")
    tensors |= network.layer("b4.out", "Output", dense=True)
    mapped = "LabelEmbed/weight" in network
    if mapped:
        tensors |= network.layer("mapping.embed", "LabelEmbed", dense=True)
        for number in network.numbered(r"Mapping(\d{1,3})/weight"):
            tensors |= network.layer(f"mapping.fc{number}", f"Mapping{number}", dense=True)
    tensors |= filters_of(network, resampled("", resolution, "conv1"))
    colours = sum(name.endswith("fromrgb.weight") for name in tensors)
    group = network.number("mbstd_group_size", 4 if network.version < 5 else None)
    features = tensors["b4.conv.weight"].shape[1] - tensors["b8.conv1.weight"].shape[0]
    outputs = tensors["b4.out.weight"].shape[0]
    hyper: Hyper = {
        "resolution": resolution,
        "c_dim": tensors["mapping.embed.weight"].shape[1] if mapped else outputs if outputs > 1 else labels(network),
        "architecture": "resnet" if f"b{resolution}.skip.weight" in tensors else "skip" if colours > 1 else "orig",
        "conv_clamp": clamp_of(network),
        "mapping_lr": network.number("mapping_lrmul", 0.1),
        "mbstd_group": group if group is None else int(group),
        "mbstd_features": max(features, 0),
        "label": "dot_mapped" if mapped else "dot",
    }
    return FoundNetwork("stylegan2_d", hyper, tensors)


def labels(network: Variables) -> int:
    """Whether a single output stands for a single label."""
    return 1 if network.number("label_size", 0) == 1 else 0


def clamp_of(network: Variables) -> float | None:
    clamp = network.number("conv_clamp", None)
    return None if clamp is None else float(clamp)
