"""What a reader finds in a foreign network file: networks in our own names, numbers beside them, and its imports.

Tensors of every family are float32, named by where they stand, in torch's layouts: convolutions [O, I, k, k], linear
layers [out, in]. The families, and what `hyper` says of each beside resolution and c_dim (number of labels):

stylegan2: z_dim, w_dim, architecture "skip" | "resnet" | "orig", conv_clamp (None: none), mapping_lr, activation,
    use_noise, label_norm: "separate" (z and the embedded label are normalised one by one), or "joint" (one norm over
    both; mapping.embed has no bias).
    synthesis.b4.const, synthesis.b{R}.conv0|conv1.{weight, bias, affine.weight, affine.bias, noise_strength,
    noise_const}, synthesis.b{R}.torgb.{weight, bias, affine.*}, synthesis.b{R}.skip.weight, mapping.embed.*,
    mapping.fc{i}.*, mapping.w_avg. A resample_filter is kept only where it is not the usual [1, 3, 3, 1].
stylegan2_d: architecture, conv_clamp, mapping_lr, mbstd_group (None: the whole batch), mbstd_features (0: no such
    layer), label "dot_mapped" (dot product with the mapped label) | "dot" (sum of output times label).
    b{R}.fromrgb|conv0|conv1|skip.*, b4.{fromrgb, conv, fc, out}.*, mapping.*.
stylegan3: z_dim, w_dim, mapping_lr, output_scale, input_size (JSON list), input_sampling_rate, input_bandwidth,
    layers: JSON, a list of {name, is_torgb, up, down, padding [x0, x1, y0, y1], clamp, up_filter, down_filter}.
    synthesis.input.*, synthesis.{layer name}.{weight, bias, magnitude_ema, affine.*, up_filter, down_filter},
    mapping.* . Its discriminator is a stylegan2_d.
stylegan1: z_dim, w_dim, mapping_lr, lod, use_noise, fused_from: the resolution of the output from which on conv0 is
    the fused up-scaling one (None: never). Labels are always joined as in "joint".
    synthesis.b4.const; layer 0 is synthesis.b4.conv0, which has no weight;
    synthesis.b{R}.conv0|conv1.{weight, bias, noise_weight [C], noise_const [R, R], affine.weight [2C, w_dim],
    affine.bias [2C]}; synthesis.b{R}.torgb.{weight, bias} at every level; mapping.* as stylegan2, joint.
progan: z_dim, lod, fused_from, wscale (whether weights are scaled by their fan-in).
    synthesis.b4.fc.weight [16 C, z_dim + c_dim], synthesis.b4.fc.bias [C], synthesis.b4.conv1.*,
    synthesis.b{R}.conv0|conv1.{weight, bias}, synthesis.b{R}.torgb.* at every level.
stylegan1_d, progan_d: lod, fused_from: the resolution of the input from which on conv1 is the fused down-scaling one,
    mbstd_group, mbstd_features, label "dot" | "columns" (columns of the output after the first), wscale, blur.
    b{R}.fromrgb|conv0|conv1.*, b4.{fromrgb, conv, fc, out}.*.
"" : a network of no family that this program knows; its tensors have the file's own names.

A missing mapping.w_avg has to be computed: hyper then has w_avg_missing = True.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

DISCRIMINATOR = "discriminator."  # how its tensors and numbers are named in our own model file

Hyper = dict[str, float | int | str | bool | None]
Facts = dict[str, float | int | str | bool]


@dataclass(frozen=True, eq=False)
class FoundNetwork:
    """A network read from a file, in our own names and torch's layouts.

    family: key of the tables of generators or discriminators, or "" for an unknown network; hyper: numbers that the
    tensors do not show (a header's `hyper`); tensors: float32, names as above.
    """

    family: str
    hyper: Hyper
    tensors: dict[str, Tensor]


@dataclass(frozen=True, order=True)
class Import:
    """A name that the file asks to be imported; nothing ever is. refused: it is none that such a file needs."""

    module: str
    name: str
    refused: bool


@dataclass(frozen=True, eq=False)
class FoundFile:
    """Everything that a foreign file holds.

    kind: plain words, "StyleGAN2-ADA pickle (PyTorch)"; generator: the averaged one (G_ema, Gs); raw_generator: the
    one in training; facts: what the file says of its making, {"kimg": 25000.0}, where known.
    """

    kind: str
    generator: FoundNetwork
    raw_generator: FoundNetwork | None
    discriminator: FoundNetwork | None
    imports: tuple[Import, ...]
    facts: Facts


def joined(generator: FoundNetwork, discriminator: FoundNetwork | None) -> FoundNetwork:
    """One network out of two, as our own model file holds them."""
    if discriminator is None or not discriminator.family:
        return generator
    hyper = generator.hyper | {DISCRIMINATOR + key: value for key, value in discriminator.hyper.items()}
    tensors = generator.tensors | {DISCRIMINATOR + key: tensor for key, tensor in discriminator.tensors.items()}
    return FoundNetwork(generator.family, hyper | {f"{DISCRIMINATOR}family": discriminator.family}, tensors)


def parted(family: str, hyper: Hyper, tensors: Mapping[str, Tensor]) -> tuple[FoundNetwork, FoundNetwork | None]:
    """The generator and the discriminator of our own model file."""

    def part(name: str) -> str | None:
        return name.removeprefix(DISCRIMINATOR) if name.startswith(DISCRIMINATOR) else None

    generator = FoundNetwork(
        family,
        {key: value for key, value in hyper.items() if part(key) is None},
        {name: tensor for name, tensor in tensors.items() if part(name) is None},
    )
    numbers: Hyper = {own: value for key, value in hyper.items() if (own := part(key)) is not None}
    said = numbers.pop("family", None)
    own_tensors = {own: tensor for name, tensor in tensors.items() if (own := part(name)) is not None}
    return generator, FoundNetwork(said, numbers, own_tensors) if isinstance(said, str) else None
