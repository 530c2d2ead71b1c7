"""Progressive GANs and StyleGAN1: TensorFlow's variables -> our names and torch's layouts."""

from __future__ import annotations

import math

from torch import Tensor

from engine.models.found import FoundNetwork, Hyper
from engine.models.reading.tf_stylegan2 import map_tensors, z_dim
from engine.models.reading.variables import Variables

AUTO_FUSED = 128  # px: from here on StyleGAN1 scales and convolves in one step, unless told otherwise


def progan(network: Variables) -> FoundNetwork:
    """A fused Conv0_up is stored [k, k, O, I]; both kinds become [O, I, k, k]."""
    network.expect(normalize_latents=True, use_pixelnorm=True, use_leakyrelu=True)
    resolution = network.resolution()
    dense = network.take("4x4/Dense/weight", 2)
    bias = network.take("4x4/Dense/bias", 1)
    tensors = {"synthesis.b4.fc.weight": dense.T.contiguous(), "synthesis.b4.fc.bias": bias}
    tensors |= network.layer("synthesis.b4.conv1", "4x4/Conv")
    fused_from: int | None = None
    for size in sizes(resolution)[1:]:
        ours, theirs = f"synthesis.b{size}", f"{size}x{size}"
        if f"{theirs}/Conv0_up/weight" in network:
            fused_from = fused_from or size
            weight = network.take(f"{theirs}/Conv0_up/weight", 4).permute(2, 3, 0, 1).contiguous()
            tensors |= {
                f"{ours}.conv0.weight": weight,
                f"{ours}.conv0.bias": network.take(f"{theirs}/Conv0_up/bias", 1),
            }
        else:
            tensors |= network.layer(f"{ours}.conv0", f"{theirs}/Conv0")
        tensors |= network.layer(f"{ours}.conv1", f"{theirs}/Conv1")
    tensors |= colours(network, resolution)
    labels = label_size(network)
    inputs = dense.shape[0]
    if labels >= inputs:
        raise network.source.error(f"its network {network.name} has {labels} labels and reads {inputs} numbers")
    hyper: Hyper = {
        "resolution": resolution,
        "z_dim": inputs - labels,
        "c_dim": labels,
        "lod": lod(network),
        "fused_from": fused_from,
        "wscale": network.options.get("use_wscale", True) is not False,
    }
    return FoundNetwork("progan", hyper, tensors)


def stylegan1(network: Variables) -> FoundNetwork:
    """Layer 0 adds noise, bias and style to the constant; every level keeps its colour layer."""
    synthesis, mapping = network.parts["synthesis"], network.parts.get("mapping")
    if mapping is None:
        raise network.source.error(f"its network {network.name} has no mapping")
    mapping.expect(mapping_nonlinearity="lrelu", normalize_latents=True, use_wscale=True)
    synthesis.expect(nonlinearity="lrelu", use_pixel_norm=False, use_instance_norm=True, blur_filter="1 2 1")
    resolution = synthesis.resolution()
    tensors = map_tensors(network, mapping)
    tensors["synthesis.b4.const"] = synthesis.take("4x4/Const/const", 4)[0].contiguous()
    for level, size in enumerate(sizes(resolution)):
        first, second = ("Const", "Conv") if size == 4 else ("Conv0_up", "Conv1")
        for number, (ours, theirs) in enumerate((("conv0", first), ("conv1", second))):
            tensors |= styled(synthesis, f"synthesis.b{size}.{ours}", f"{size}x{size}/{theirs}", 2 * level + number)
    tensors |= colours(synthesis, resolution)
    embedding = tensors.get("mapping.embed.weight")
    hyper: Hyper = {
        "resolution": resolution,
        "z_dim": z_dim(tensors),
        "w_dim": tensors["synthesis.b4.conv1.affine.weight"].shape[1],
        "c_dim": 0 if embedding is None else embedding.shape[1],
        "mapping_lr": mapping.number("mapping_lrmul", 0.01),
        "lod": lod(network if "lod" in network else synthesis),
        "fused_from": fused_from(synthesis, 8),
        "use_noise": "synthesis.b4.conv0.noise_const" in tensors,
    }
    return FoundNetwork("stylegan1", hyper, tensors)


def styled(synthesis: Variables, ours: str, theirs: str, noise: int) -> dict[str, Tensor]:
    """A layer of StyleGAN1; the constant's has no weight."""
    tensors = {
        f"{ours}.bias": synthesis.take(f"{theirs}/bias", 1),
        f"{ours}.affine.weight": synthesis.linear(f"{theirs}/StyleMod/weight"),
        f"{ours}.affine.bias": synthesis.take(f"{theirs}/StyleMod/bias", 1),
    }
    if not theirs.endswith("Const"):
        tensors[f"{ours}.weight"] = synthesis.convolution(f"{theirs}/weight")
    if f"{theirs}/Noise/weight" in synthesis:
        tensors[f"{ours}.noise_weight"] = synthesis.take(f"{theirs}/Noise/weight", 1)
        tensors[f"{ours}.noise_const"] = synthesis.noise(noise)
    return tensors


def discriminator(network: Variables) -> FoundNetwork:
    """Of either family. StyleGAN1's blurs before it scales down, and always says Conv1_down."""
    style = network.version >= 3
    network.expect(nonlinearity="lrelu", blur_filter="1 2 1")
    resolution = network.resolution()
    tensors: dict[str, Tensor] = {}
    for level, size in enumerate(reversed(sizes(resolution))):
        tensors |= network.layer(f"b{size}.fromrgb", f"FromRGB_lod{level}")
        if size > 4:
            down = f"{size}x{size}/Conv1_down"
            tensors |= network.layer(f"b{size}.conv0", f"{size}x{size}/Conv0")
            tensors |= network.layer(f"b{size}.conv1", down if f"{down}/weight" in network else down[:-5])
    tensors |= network.layer("b4.conv", "4x4/Conv")
    tensors |= network.layer("b4.fc", "4x4/Dense0", dense=True) | network.layer("b4.out", "4x4/Dense1", dense=True)
    outputs = tensors["b4.out.weight"].shape[0]
    features = tensors["b4.conv.weight"].shape[1] - tensors["b8.conv1.weight"].shape[0]
    downs = [size for size in sizes(resolution)[1:] if f"{size}x{size}/Conv1_down/weight" in network]
    group = network.number("mbstd_group_size", 4)
    hyper: Hyper = {
        "resolution": resolution,
        "c_dim": (outputs if outputs > 1 else label_size(network)) if style else outputs - 1,
        "lod": lod(network),
        "fused_from": fused_from(network, 8) if style else min(downs, default=None),
        "mbstd_group": None if group is None else int(group),
        "mbstd_features": max(features, 0),
        "label": "dot" if style else "columns",
        "wscale": network.options.get("use_wscale", True) is not False,
        "blur": style,
    }
    return FoundNetwork("stylegan1_d" if style else "progan_d", hyper, tensors)


def colours(synthesis: Variables, resolution: int) -> dict[str, Tensor]:
    """The colour layers of every level; level 0 is the full resolution."""
    tensors: dict[str, Tensor] = {}
    for level, size in enumerate(reversed(sizes(resolution))):
        tensors |= synthesis.layer(f"synthesis.b{size}.torgb", f"ToRGB_lod{level}")
    return tensors


def sizes(resolution: int) -> list[int]:
    """4, 8, ... resolution."""
    return [2**level for level in range(2, int(math.log2(resolution)) + 1)]


def lod(network: Variables) -> float:
    """How far growing has come: 0 is the full resolution."""
    value = float(network.take("lod", 0)) if "lod" in network else 0.0
    if not 0 <= value <= 16:
        raise network.source.error(f"its network {network.name} stands at level {value}")
    return value


def fused_from(network: Variables, first: int) -> int | None:
    """StyleGAN1's fused_scale: True, False or "auto"."""
    said = network.options.get("fused_scale", "auto")
    return AUTO_FUSED if said == "auto" else first if said else None


def label_size(network: Variables) -> int:
    """The number of labels, which no variable of these networks shows."""
    said = network.number("label_size", 0)
    return int(said) if said is not None and 0 <= said < 2**20 else 0
