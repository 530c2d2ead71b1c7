"""The mapping network of the StyleGAN family: z, and a label where the network takes one, -> w."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.networks.equalized import linear


class MappingNetwork:
    """Normalised z through fully connected layers (StyleGAN, 1812.04948, section 2), float32 on the CPU.

    weights: "mapping.fc{i}.weight" [out, in] and ".bias" [out]; "mapping.embed.weight" [E, label_dim] and, unless
    joint, ".bias" [E] for a network with labels.
    lr: learning-rate gain of the layers; None where all gains are folded in.
    joint: one norm over z and the embedded label, instead of one for each.
    """

    def __init__(self, weights: Mapping[str, Tensor], lr: float | None = None, *, joint: bool = False) -> None:
        count = sum(name.startswith("mapping.fc") and name.endswith(".weight") for name in weights)
        self.layers = [linear(weights, f"mapping.fc{i}", lr) for i in range(count)]
        self.joint = joint
        self.embed: tuple[Tensor, Tensor | None] | None = None
        if "mapping.embed.weight" in weights:
            plain = weights["mapping.embed.weight"].float().cpu(), None
            self.embed = plain if joint else linear(weights, "mapping.embed", 1.0)

    @property
    def label_dim(self) -> int:
        """Numbers in a label; 0 for a network without labels."""
        return 0 if self.embed is None else self.embed[0].shape[1]

    def __call__(self, z: Tensor | None, label: Tensor | None = None) -> Tensor:
        """z [N, z_dim], label [N, label_dim] -> w [N, w_dim].

        A network without z (that of a discriminator) takes None; without a label all of its numbers are 0.
        """
        parts = [] if z is None else [z.float()]
        if self.embed is not None:
            if label is None:
                label = torch.zeros(1 if z is None else z.shape[0], self.label_dim)
            parts.append(F.linear(label.float().cpu(), *self.embed))
        x = normalized(torch.cat(parts, 1)) if self.joint else torch.cat([normalized(part) for part in parts], 1)
        for weight, bias in self.layers:
            x = F.leaky_relu(F.linear(x, weight, bias), 0.2) * math.sqrt(2)
        return x


def normalized(x: Tensor) -> Tensor:
    """Rows of mean square one (ProGAN, 1710.10196, section 4.2)."""
    return x * (x.square().mean(1, keepdim=True) + 1e-8).rsqrt()
