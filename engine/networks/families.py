"""The families of generators and discriminators, in two tables: what a file of each must hold and who builds it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.devices import Target
from engine.kernels import supported
from engine.networks import mobile_stylegan, progan, stylegan1, stylegan2, stylegan2_discriminator, stylegan3
from engine.networks.cuda_graphs import GraphedGenerator
from engine.networks.generator import Generator
from engine.networks.mobile_stylegan import MobileStyleGAN
from engine.networks.mobile_stylegan_fused import FusedMobileStyleGAN
from engine.networks.mobile_stylegan_shapes import check_shapes
from engine.networks.progan import ProGAN, check_progan
from engine.networks.progressive_discriminator import FAMILIES as PROGRESSIVE
from engine.networks.progressive_discriminator import ProgressiveDiscriminator, check_progressive
from engine.networks.stylegan1 import StyleGAN1, check_stylegan1
from engine.networks.stylegan2 import StyleGAN2
from engine.networks.stylegan2_discriminator import StyleGAN2Discriminator, check_discriminator
from engine.networks.stylegan2_shapes import Hyper, check_stylegan2
from engine.networks.stylegan3 import StyleGAN3
from engine.networks.stylegan3_shapes import check_stylegan3

Weights = Mapping[str, Tensor]


@dataclass(frozen=True)
class Family:
    """needs: tensors without which a file is not of this family; build: weights, hyper and target -> generator.

    hyper: the numbers of a header that tensors do not show. build raises VisagistError with half a sentence for
    weights that are missing or of a wrong shape.
    plain: weights, hyper and device -> the generator in plain torch and float32: its pictures have gradients by styles.
    modulations: weights, hyper and style rows -> modulation weight [C, w_dim] and bias [C] of the layers that read
    them; None for a family without styles.
    """

    needs: tuple[str, ...]
    build: Callable[[Weights, Hyper, Target], Generator]
    plain: Callable[[Weights, Hyper, torch.device], Generator]
    modulations: Callable[[Weights, Hyper, Collection[int]], list[tuple[Tensor, Tensor]]] | None = None


def build_mobile(weights: Weights, hyper: Hyper, target: Target) -> Generator:
    """Fused kernels on the CPU, CUDA graphs on CUDA, plain torch elsewhere."""
    check_shapes(weights)
    if target.device == "cpu" and supported() is None:
        return FusedMobileStyleGAN(weights, target.precision)
    return graphed(MobileStyleGAN(weights, target.device, target.precision), target)


def build_stylegan2(weights: Weights, hyper: Hyper, target: Target) -> Generator:
    """CUDA graphs on CUDA, plain torch elsewhere."""
    check_stylegan2(weights, hyper)
    return graphed(StyleGAN2(weights, hyper, target.device, target.precision), target)


def build_stylegan3(weights: Weights, hyper: Hyper, target: Target) -> Generator:
    """CUDA graphs on CUDA, plain torch elsewhere."""
    check_stylegan3(weights, hyper)
    return graphed(StyleGAN3(weights, hyper, target.device, target.precision), target)


def build_stylegan1(weights: Weights, hyper: Hyper, target: Target) -> Generator:
    """Plain torch."""
    check_stylegan1(weights, hyper)
    return StyleGAN1(weights, hyper, target.device, target.precision)


def build_progan(weights: Weights, hyper: Hyper, target: Target) -> Generator:
    """Plain torch."""
    check_progan(weights, hyper)
    return ProGAN(weights, hyper, target.device, target.precision)


def roads(target: Target) -> dict[str, str]:
    """What computes the pictures of each family on a target, as `Generator.road` says of a usual network built there.

    One of few channels, or StyleGAN3's R without 3x3 kernels, has no use for the fused convolutions.
    """
    kernels = target.device == "cpu" and supported() is None
    found = dict.fromkeys(FAMILIES, "torch")
    if kernels:
        found |= {
            mobile_stylegan.FAMILY: "fused",
            stylegan2.FAMILY: "torch · fused convolutions",
            stylegan3.FAMILY: "torch · fused filters and convolutions",
        }
    if target.device == "cuda":
        found |= dict.fromkeys((mobile_stylegan.FAMILY, stylegan2.FAMILY, stylegan3.FAMILY), "torch · CUDA graphs")
    return found


def graphed(generator: Generator, target: Target) -> Generator:
    """The generator in CUDA graphs, where there is CUDA."""
    return GraphedGenerator(generator) if target.device == "cuda" else generator


def build_stylegan2_discriminator(weights: Weights, hyper: Hyper, device: torch.device) -> StyleGAN2Discriminator:
    """In float32 on any device."""
    check_discriminator(weights, hyper)
    return StyleGAN2Discriminator(weights, hyper, device)


def build_progressive_discriminator(weights: Weights, hyper: Hyper, device: torch.device) -> ProgressiveDiscriminator:
    """In float32 on any device."""
    check_progressive(weights, hyper)
    return ProgressiveDiscriminator(weights, hyper, device)


FAMILIES: dict[str, Family] = {
    mobile_stylegan.FAMILY: Family(
        ("mapping.fc0.weight", "synthesis.input", "synthesis.conv1.weight"),
        build_mobile,
        lambda weights, hyper, device: MobileStyleGAN(weights, device),
        lambda weights, hyper, rows: mobile_stylegan.modulations(weights, rows),
    ),
    stylegan2.FAMILY: Family(
        ("mapping.fc0.weight", "synthesis.b4.const", "synthesis.b4.conv1.weight"),
        build_stylegan2,
        lambda weights, hyper, device: StyleGAN2(weights, hyper, device, gradients=True),
        stylegan2.modulations,
    ),
    stylegan3.FAMILY: Family(
        ("mapping.fc0.weight", "synthesis.input.freqs", "synthesis.input.weight"),
        build_stylegan3,
        lambda weights, hyper, device: StyleGAN3(weights, hyper, device, gradients=True),
        stylegan3.modulations,
    ),
    stylegan1.FAMILY: Family(
        ("mapping.fc0.weight", "synthesis.b4.const", "synthesis.b4.conv0.affine.weight"),
        build_stylegan1,
        StyleGAN1,
        stylegan1.modulations,
    ),
    progan.FAMILY: Family(("synthesis.b4.fc.weight", "synthesis.b4.conv1.weight"), build_progan, ProGAN),
}


def plain(family: str, weights: Weights, hyper: Hyper, device: torch.device) -> Generator:
    """A network for gradients by styles, out of weights that `build` has accepted; several times slower than it."""
    return FAMILIES[family].plain(weights, hyper, device)


Discriminator = Callable[[Tensor, Tensor | None], Tensor]

# family -> weights, hyper and device -> discriminator: pictures [N, 3, R, R] and labels -> logits [N, 1]
DISCRIMINATORS: dict[str, Callable[[Weights, Hyper, torch.device], Discriminator]] = {
    stylegan2_discriminator.FAMILY: build_stylegan2_discriminator,
    **dict.fromkeys(PROGRESSIVE, build_progressive_discriminator),
}
