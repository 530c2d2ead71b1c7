"""The mapping network of the StyleGAN family: z -> w."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor


class MappingNetwork:
    """Normalised z through fully connected layers (StyleGAN, 1812.04948, section 2), float32 on the CPU.

    weights: "mapping.fc{i}.weight" [512, 512] and ".bias" [512], learning-rate gain folded in.
    """

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        count = sum(name.startswith("mapping.fc") and name.endswith(".weight") for name in weights)
        self.layers = [
            (weights[f"mapping.fc{i}.weight"].float().cpu(), weights[f"mapping.fc{i}.bias"].float().cpu())
            for i in range(count)
        ]

    @torch.inference_mode()
    def __call__(self, z: Tensor) -> Tensor:
        """z [N, z_dim] -> w [N, w_dim]."""
        x = z.float()
        x = x * (x.square().mean(1, keepdim=True) + 1e-8).rsqrt()
        for weight, bias in self.layers:
            x = F.leaky_relu(F.linear(x, weight, bias), 0.2) * math.sqrt(2)
        return x
