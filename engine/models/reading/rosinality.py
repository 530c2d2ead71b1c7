"""StyleGAN2 as rosinality's stylegan2-pytorch saves it: names -> ours. Its arithmetic is that of StyleGAN2."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from torch import Tensor

from engine.models.found import Facts, FoundFile, FoundNetwork, Hyper
from engine.models.reading.arrays import number_of
from engine.models.reading.machine import Record
from engine.models.reading.source import Source
from engine.models.reading.tensors import Tensors, is_tensor

MAPPING_RATE = 0.01
GROUP, FEATURES = 4, 1  # of the batch's deviation, never saved
ITEMS = 5_000  # of one network; StyleGAN2 has about 200
NAMESPACE = ("argparse", "Namespace")
MARKS = ("input.input", "conv1.conv.weight", "to_rgb1.conv.weight")  # what tells such a generator

Keep = Callable[[Tensor], Tensor]


def looks_like(names: Mapping[object, object] | Mapping[str, object]) -> bool:
    """Whether these are the names of such a generator."""
    return all(mark in names for mark in MARKS)


def read_rosinality(source: Source, value: object, tensors: Tensors) -> FoundFile:
    """A checkpoint of training or a converted one; or the averaged generator's tensors alone."""
    parts = value if isinstance(value, dict) else {}
    if looks_like(parts):
        parts = {"g_ema": parts}
    found = {name: read_state(source, tensors, parts[name], name) for name in ("g_ema", "g", "d") if name in parts}
    mean = parts.get("latent_avg")
    average = tensors.read(mean, "latent_avg") if is_tensor(mean) else None
    raw = found.get("g")
    return FoundFile(
        kind="StyleGAN2 checkpoint (rosinality, PyTorch)",
        generator=generator(source, found["g_ema"], average),
        raw_generator=generator(source, raw, average) if raw is not None else None,
        discriminator=discriminator(source, found["d"]) if "d" in found else None,
        imports=(),
        facts=facts_of(source, parts),
    )


def read_state(source: Source, tensors: Tensors, value: object, part: str) -> dict[str, Tensor]:
    """A state dict: name -> tensor. FIR kernels are left where they are."""
    if not isinstance(value, dict) or len(value) > ITEMS:
        raise source.error(f"its {part} is not a dict of at most {ITEMS} tensors")
    names = [name for name in value if isinstance(name, str) and len(name) < 200 and not name.endswith(".kernel")]
    return {name: tensors.read(value[name], f"{part}.{name}") for name in names}


def generator(source: Source, state: Mapping[str, Tensor], average: Tensor | None) -> FoundNetwork:
    """latent_avg is missing in checkpoints of training; then hyper says w_avg_missing."""
    if not looks_like(state):
        raise source.error(f"its generator lacks the tensor {next(mark for mark in MARKS if mark not in state)}")
    tensors: dict[str, Tensor] = {}
    levels = 1 + max(
        (int(match[1]) for name in state if (match := re.match(r"to_rgbs\.(\d{1,2})\.", name))), default=-1
    )
    take = taker(source, state, tensors)
    take("synthesis.b4.const", "input.input", 4, lambda t: t[0])
    layer(take, "synthesis.b4.conv1", "conv1", 0)
    colour(take, "synthesis.b4.torgb", "to_rgb1")
    for level in range(levels):
        ours = f"synthesis.b{8 * 2**level}"
        layer(take, f"{ours}.conv0", f"convs.{2 * level}", 2 * level + 1)
        layer(take, f"{ours}.conv1", f"convs.{2 * level + 1}", 2 * level + 2)
        colour(take, f"{ours}.torgb", f"to_rgbs.{level}")
    depth = 0
    while f"style.{depth + 1}.weight" in state:
        take(f"mapping.fc{depth}.weight", f"style.{depth + 1}.weight", 2)
        take(f"mapping.fc{depth}.bias", f"style.{depth + 1}.bias", 1)
        depth += 1
    if not depth or not levels:
        raise source.error("its generator has no mapping (style.1) or a single level")
    hyper: Hyper = {
        "resolution": 4 * 2**levels,
        "z_dim": tensors["mapping.fc0.weight"].shape[1],
        "w_dim": tensors["synthesis.b4.conv1.affine.weight"].shape[1],
        "c_dim": 0,
        "mapping_lr": MAPPING_RATE,
        "architecture": "skip",
        "conv_clamp": None,
        "label_norm": "separate",
        "use_noise": True,
        "activation": "lrelu",
    }
    if average is None:
        hyper["w_avg_missing"] = True
    else:
        tensors["mapping.w_avg"] = average.reshape(-1)
    return FoundNetwork("stylegan2", hyper, tensors)


def count(state: Mapping[str, Tensor], pattern: str) -> int:
    """One more than the largest number in the names that a pattern finds."""
    return 1 + max((int(match[1]) for name in state if (match := re.match(pattern, name))), default=-1)


def taker(source: Source, state: Mapping[str, Tensor], tensors: dict[str, Tensor]) -> Callable[..., None]:
    """A function that moves one tensor from their name to ours, its dimensions checked."""

    def take(ours: str, theirs: str, dimensions: int, keep: Keep = lambda t: t) -> None:
        if theirs not in state:
            raise source.error(f"it lacks the tensor {theirs}")
        tensor = state[theirs]
        if tensor.dim() != dimensions or not tensor.numel():
            raise source.error(f"the tensor {theirs} of shape {list(tensor.shape)} should have {dimensions} dimensions")
        tensors[ours] = keep(tensor).contiguous()

    return take


def modulated(take: Callable[..., None], ours: str, theirs: str) -> None:
    take(f"{ours}.weight", f"{theirs}.conv.weight", 5, lambda t: t[0])
    take(f"{ours}.affine.weight", f"{theirs}.conv.modulation.weight", 2)
    take(f"{ours}.affine.bias", f"{theirs}.conv.modulation.bias", 1)


def layer(take: Callable[..., None], ours: str, theirs: str, noise: int) -> None:
    modulated(take, ours, theirs)
    take(f"{ours}.bias", f"{theirs}.activate.bias", 1)
    take(f"{ours}.noise_strength", f"{theirs}.noise.weight", 1, lambda t: t[0])
    take(f"{ours}.noise_const", f"noises.noise_{noise}", 4, lambda t: t[0, 0])


def colour(take: Callable[..., None], ours: str, theirs: str) -> None:
    modulated(take, ours, theirs)
    take(f"{ours}.bias", f"{theirs}.bias", 4, lambda t: t.reshape(-1))


def discriminator(source: Source, state: Mapping[str, Tensor]) -> FoundNetwork:
    """convs.0 reads the colours at full size; every later one halves it."""
    tensors: dict[str, Tensor] = {}
    take = taker(source, state, tensors)
    blocks = count(state, r"convs\.(\d{1,2})\.") - 1
    if blocks < 1:
        raise source.error("its discriminator lacks the tensors convs.0, convs.1 …")
    resolution = 4 * 2**blocks
    take(f"b{resolution}.fromrgb.weight", "convs.0.0.weight", 4)
    take(f"b{resolution}.fromrgb.bias", "convs.0.1.bias", 1)
    for number in range(1, blocks + 1):
        ours, theirs = f"b{resolution // 2 ** (number - 1)}", f"convs.{number}"
        take(f"{ours}.conv0.weight", f"{theirs}.conv1.0.weight", 4)
        take(f"{ours}.conv0.bias", f"{theirs}.conv1.1.bias", 1)
        take(f"{ours}.conv1.weight", f"{theirs}.conv2.1.weight", 4)
        take(f"{ours}.conv1.bias", f"{theirs}.conv2.2.bias", 1)
        take(f"{ours}.skip.weight", f"{theirs}.skip.1.weight", 4)
    take("b4.conv.weight", "final_conv.0.weight", 4)
    take("b4.conv.bias", "final_conv.1.bias", 1)
    for number, ours in enumerate(("b4.fc", "b4.out")):
        take(f"{ours}.weight", f"final_linear.{number}.weight", 2)
        take(f"{ours}.bias", f"final_linear.{number}.bias", 1)
    hyper: Hyper = {
        "resolution": resolution,
        "c_dim": 0,
        "architecture": "resnet",
        "conv_clamp": None,
        "mapping_lr": MAPPING_RATE,
        "mbstd_group": GROUP,
        "mbstd_features": FEATURES,
        "label": "dot_mapped",
    }
    return FoundNetwork("stylegan2_d", hyper, tensors)


def facts_of(source: Source, parts: dict[object, object]) -> Facts:
    """What a checkpoint says of its training; its options are a namespace, read as a plain record."""
    facts: Facts = {}
    strength = parts.get("ada_aug_p")
    if isinstance(strength, int | float):
        facts["augmentation"] = round(float(strength), 4)
    options = parts.get("args")
    state = options.state if isinstance(options, Record) and options.made_by.pair == NAMESPACE else None
    if isinstance(state, dict) and isinstance(state.get("batch"), int):
        facts["batch"] = number_of(source, state["batch"], "args.batch")
    return facts
