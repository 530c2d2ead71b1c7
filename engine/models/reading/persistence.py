"""PyTorch pickles of StyleGAN2, StyleGAN2-ADA and StyleGAN3: modules with their source text, which is ignored."""

from __future__ import annotations

import json
import math

import torch
from torch import Tensor

from engine.models.found import Facts, FoundFile, FoundNetwork, Hyper
from engine.models.reading.arrays import number_of, numbers_of
from engine.models.reading.modules import Module, fold_gains, is_module, module_of
from engine.models.reading.source import Source
from engine.models.reading.tensors import Tensors

NOT_RUN = "brought along by the file; neither run nor looked at"
USUAL_FILTER = torch.tensor([1.0, 3.0, 3.0, 1.0])


def read_persistence(source: Source, value: object) -> FoundFile:
    """The networks of such a pickle's value: a dict with G, D and G_ema, or a lone network."""
    parts = value if isinstance(value, dict) else {"G_ema": value}
    if not is_module(parts.get("G_ema")):
        raise source.error("it has no averaged generator (G_ema)", "a file of a finished training has one")
    tensors = Tensors(source)
    modules = {name: module_of(source, parts[name]) for name in ("G_ema", "G", "D") if is_module(parts.get(name))}
    found = {name: network_of(module, tensors) for name, module in modules.items()}
    code: Facts = (
        {"source code": NOT_RUN} if any(one.has_code for top in modules.values() for one in top.walk()) else {}
    )
    generator = found["G_ema"]
    kind = {"stylegan3": "StyleGAN3 pickle (PyTorch)", "stylegan2": "StyleGAN2 or StyleGAN2-ADA pickle (PyTorch)"}
    return FoundFile(
        kind=kind.get(generator.family, "pickle of PyTorch modules"),
        generator=generator,
        raw_generator=found.get("G"),
        discriminator=found.get("D"),
        imports=(),
        facts=facts_of(source, parts, tensors) | code,
    )


def network_of(network: Module, tensors: Tensors) -> FoundNetwork:
    """A generator or discriminator, told by its tensors; any other network keeps its own names."""
    read = network.read(tensors)
    drop_usual_filters(read)
    if "synthesis.input.freqs" in read:
        return stylegan3(network, read)
    if "synthesis.b4.const" in read:
        return stylegan2(network, read)
    if "b4.out.weight" in read:
        return discriminator(network, read)
    return FoundNetwork("", {"class": network.class_name}, read)


def drop_usual_filters(tensors: dict[str, Tensor]) -> None:
    """Leave out StyleGAN2's resampling filters where they are [1, 3, 3, 1] in both directions."""
    usual = torch.outer(USUAL_FILTER, USUAL_FILTER) / 64
    for name in [name for name in tensors if name.endswith("resample_filter")]:
        if tensors[name].shape == usual.shape and torch.allclose(tensors[name], usual, atol=1e-6):
            del tensors[name]


def common(network: Module, read: dict[str, Tensor], first: str) -> Hyper:
    """What all generators have; first: the tensor whose first size is that of w."""
    source = network.source
    mapping = network.find("mapping.fc0")
    rate = mapping.number("bias_gain") if mapping else None
    if rate is None or not 0 < float(rate) <= 1:
        raise source.error("its mapping has no learning rate (mapping.fc0.bias_gain)")
    numbers = {name: whole(network, name) for name in ("z_dim", "w_dim", "c_dim")}
    if first not in read or read[first].dim() != 2 or read[first].shape[1] != numbers["w_dim"]:
        raise source.error(f"{first} is not made for a w of {numbers['w_dim']} numbers")
    fold_gains(network, read, float(rate))
    return {"resolution": whole(network, "img_resolution"), **numbers, "mapping_lr": float(rate)}


def stylegan2(network: Module, read: dict[str, Tensor]) -> FoundNetwork:
    hyper = common(network, read, "synthesis.b4.conv1.affine.weight")
    layer = network.find("synthesis.b4.conv1")
    assert layer is not None
    clamp = layer.number("conv_clamp")
    hyper |= {
        "architecture": architecture(network.find("synthesis.b8"), read, "torgb"),
        "conv_clamp": None if clamp is None else float(clamp),
        "label_norm": "separate",
        "use_noise": "synthesis.b4.conv1.noise_const" in read and layer.attributes.get("use_noise", True) is True,
        "activation": layer.text("activation") or "lrelu",
    }
    return FoundNetwork("stylegan2", hyper, read)


def architecture(block: Module | None, read: dict[str, Tensor], colour: str) -> str:
    """As the block says; or by the tensors: skips are resnet, several colour layers are skip."""
    said = block.text("architecture") if block else None
    if said in ("skip", "resnet", "orig"):
        return said
    if any(".skip." in name for name in read):
        return "resnet"
    return "skip" if sum(name.endswith(f"{colour}.weight") for name in read) > 1 else "orig"


def stylegan3(network: Module, read: dict[str, Tensor]) -> FoundNetwork:
    hyper = common(network, read, "synthesis.input.affine.weight")
    source, synthesis, entrance = network.source, network.children["synthesis"], network.find("synthesis.input")
    assert entrance is not None
    names = synthesis.attributes.get("layer_names")
    if not isinstance(names, list) or not all(isinstance(name, str) and name in synthesis.children for name in names):
        raise source.error("its synthesis names a layer that it does not have (layer_names)")
    layers = [layer_of(synthesis.children[name], name) for name in names]
    hyper |= {
        "output_scale": real(synthesis, "output_scale"),
        "input_size": json.dumps(numbers_of(source, entrance.attributes.get("size"), "synthesis.input.size")),
        "input_sampling_rate": real(entrance, "sampling_rate"),
        "input_bandwidth": real(entrance, "bandwidth"),
        "layers": json.dumps(layers),
    }
    return FoundNetwork("stylegan3", hyper, read)


def layer_of(layer: Module, name: str) -> dict[str, object]:
    """What the tensors of a StyleGAN3 layer do not show."""
    padding = numbers_of(layer.source, layer.attributes.get("padding"), f"{layer.path}.padding")
    if len(padding) != 4 or not all(isinstance(side, int) and abs(side) < 10_000 for side in padding):
        raise layer.source.error(f"{layer.path}.padding is not four whole numbers")
    clamp = layer.number("conv_clamp")
    return {
        "name": name,
        "is_torgb": bool(layer.number("is_torgb")),
        "up": whole(layer, "up_factor"),
        "down": whole(layer, "down_factor"),
        "padding": padding,
        "clamp": None if clamp is None else float(clamp),
        "up_filter": "up_filter" in layer.tensors,
        "down_filter": "down_filter" in layer.tensors,
    }


def discriminator(network: Module, read: dict[str, Tensor]) -> FoundNetwork:
    """StyleGAN2's, which StyleGAN3 shares."""
    mapping, deviation = network.find("mapping.fc0"), network.find("b4.mbstd")
    rate = (mapping.number("bias_gain") if mapping else None) or 0.01
    fold_gains(network, read, float(rate))
    resolution = whole(network, "img_resolution")
    block, layer = network.find(f"b{resolution}"), network.find("b4.conv")
    clamp = layer.number("conv_clamp") if layer else None
    group = deviation.number("group_size") if deviation else None
    hyper: Hyper = {
        "resolution": resolution,
        "c_dim": whole(network, "c_dim"),
        "architecture": architecture(block, read, "fromrgb"),
        "conv_clamp": None if clamp is None else float(clamp),
        "mapping_lr": float(rate),
        "mbstd_group": None if group is None else int(group),
        "mbstd_features": whole(deviation, "num_channels") if deviation else 0,
        "label": "dot_mapped",
    }
    return FoundNetwork("stylegan2_d", hyper, read)


def whole(module: Module, name: str) -> int:
    """An attribute that has to be a whole number of sensible size."""
    value = module.number(name)
    if value is None or value != int(value) or not 0 <= value <= 2**16:
        raise module.source.error(f"{module.path or 'the network'} has no readable {name}")
    return int(value)


def real(module: Module, name: str) -> float:
    """An attribute that has to be a number."""
    value = module.number(name)
    if value is None or not math.isfinite(value):
        raise module.source.error(f"{module.path or 'the network'} has no readable {name}")
    return float(value)


def facts_of(source: Source, parts: dict[object, object], tensors: Tensors) -> Facts:
    """What the file says of its training."""
    facts: Facts = {}
    options = parts.get("training_set_kwargs")
    if isinstance(options, dict):
        for ours, theirs in (("training set", "path"), ("mirrored", "xflip"), ("images at most", "max_size")):
            said = options.get(theirs)
            if isinstance(said, str):
                facts[ours] = said.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
            elif isinstance(said, int | float):
                facts[ours] = number_of(source, said, theirs)
    augment = parts.get("augment_pipe")
    if is_module(augment):
        strength = module_of(source, augment).tensors.get("p")
        if strength is not None:
            facts["augmentation"] = round(float(tensors.read(strength, "augment_pipe.p").reshape(-1)[:1].sum()), 4)
    return facts
