"""The families of generators, in one table: what a file of each must hold and who builds it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from torch import Tensor

from engine.devices import Target
from engine.kernels import supported
from engine.networks import mobile_stylegan
from engine.networks.cuda_graphs import GraphedGenerator
from engine.networks.generator import Generator
from engine.networks.mobile_stylegan import MobileStyleGAN
from engine.networks.mobile_stylegan_fused import FusedMobileStyleGAN
from engine.networks.mobile_stylegan_shapes import check_shapes


@dataclass(frozen=True)
class Family:
    """needs: tensors without which a file is not of this family; build: weights and target -> generator.

    build raises VisagistError with half a sentence for weights that are missing or of a wrong shape.
    modulations: weights and style rows -> modulation weight [C, w_dim] and bias [C] of the layers that read them;
    None for a family without styles.
    """

    needs: tuple[str, ...]
    build: Callable[[Mapping[str, Tensor], Target], Generator]
    modulations: Callable[[Mapping[str, Tensor], Collection[int]], list[tuple[Tensor, Tensor]]] | None = None


def build_mobile(weights: Mapping[str, Tensor], target: Target) -> Generator:
    """Fused kernels on the CPU, CUDA graphs on CUDA, plain torch elsewhere."""
    check_shapes(weights)
    if target.device == "cpu" and supported() is None:
        return FusedMobileStyleGAN(weights, target.precision)
    generator = MobileStyleGAN(weights, target.device, target.precision)
    return GraphedGenerator(generator) if target.device == "cuda" else generator


FAMILIES: dict[str, Family] = {
    mobile_stylegan.FAMILY: Family(
        ("mapping.fc0.weight", "synthesis.input", "synthesis.conv1.weight"), build_mobile, mobile_stylegan.modulations
    ),
}
