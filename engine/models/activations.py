"""What the layers of a generator make, summed up as references keep it, for finding the first layer that goes wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from engine.models.found import FoundNetwork
from engine.networks import stylegan2, stylegan3
from engine.networks.generator import Generator, Inputs, synthesize

FIRST = 8  # numbers of an activation that are kept


def summed_up(
    generator: Generator, network: FoundNetwork, styles: Tensor, names: Sequence[str]
) -> Iterator[tuple[int, str, Tensor, Tensor]]:
    """Place and name of each layer that a picture can be asked for, its mean and deviation [2], its first numbers [8].

    styles [N, rows, w_dim]; names: as PyTorch's programs call the layers of a synthesis ("b8.conv0", "L3_36_24"); a
    block is called by its number alone.
    """
    ours = {name: hooked(name, network) for name in names}
    seen: dict[str, tuple[Tensor, Tensor]] = {}
    scale = float(network.hyper.get("output_scale") or 1) if network.family == stylegan3.FAMILY else 1.0
    last = generator.plan.colours[-1].name

    def look(name: str, x: Tensor) -> Tensor:
        whole = x.double() / (scale if name == last else 1.0)
        seen[name] = torch.stack([whole.mean(), whole.std()]), whole.flatten()[:FIRST]
        return x

    there = [layer.name for stage in generator.plan.stages for layer in stage.layers]
    there += [layer.name for layer in generator.plan.colours]
    synthesize(generator, styles, Inputs(hooks={name: look for name in there if name in ours.values()}))
    for place, name in enumerate(names):
        if (hook := ours[name]) in seen:
            yield place, name, *seen[hook]


def hooked(name: str, network: FoundNetwork) -> str:
    """The layer whose hook sees what a layer of the originals makes; "" where none does.

    What goes round a residual block is added before the hook of its last layer, which so sees the whole block.
    """
    if network.family == stylegan2.FAMILY and re.fullmatch(r"b\d+", name):
        return f"{name}.conv1"
    block = name.removesuffix(".conv1")
    return "" if block != name and f"synthesis.{block}.skip.weight" in network.tensors else name
