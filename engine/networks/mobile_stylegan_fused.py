"""MobileStyleGAN on the CPU with fused kernels, behind the same protocol as the torch network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from engine.frame import to_pixels
from engine.kernels import Activation, FusedSynthesis
from engine.networks.generator import PLAIN, Inputs, Output, State
from engine.networks.late_colours import LateColours
from engine.networks.mapping import MappingNetwork
from engine.networks.mobile_stylegan import make_plan, synthesis_of
from engine.networks.noise import noise_map
from engine.networks.on_torch import refuse_gradients


class FusedMobileStyleGAN:
    """weights as for MobileStyleGAN; precision f32 or bf16 (activations and weights; sums are always float32).

    Stages take one sample at a time. The kernels have no gradients.
    """

    def __init__(self, weights: Mapping[str, Tensor], precision: str, threads: int | None = None) -> None:
        self.device = torch.device("cpu")
        self.precision = precision
        self.mapping = MappingNetwork(weights)
        synthesis = synthesis_of(weights)
        self.plan = make_plan(synthesis)
        kind: Literal["f32", "bf16"] = "bf16" if precision == "bf16" else "f32"
        self.kernels = FusedSynthesis(synthesis, kind, threads)
        self.late = LateColours(synthesis, self.plan)
        self.layers = [stage.layers[0] for stage in self.plan.stages]
        self.noises = [synthesis[f"{layer.name}.noise"] for layer in self.layers]

    def map(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        """z [N, 512] -> w [N, 512]; the network takes no labels."""
        return self.mapping(z)

    def trim(self) -> None:
        """Free the buffers that wait for the next frame."""
        self.kernels.trim()

    def run(self, stage: int, state: State | None, styles: Tensor, inputs: Inputs) -> State:
        assert state is None or isinstance(state, Activation)
        noise = noise_map(self.noises[stage], self.layers[stage].rows[0], inputs.noise)
        return self.kernels.stage(stage, state, single(styles), noise, inputs.hooks.get(self.layers[stage].name))

    def road(self, inputs: Inputs = PLAIN) -> str:
        return "fused"

    def picture(self, output: Output, state: State, styles: Tensor, inputs: Inputs = PLAIN) -> Tensor:
        assert isinstance(state, Activation)
        made = self.kernels.picture(output.size, state, single(styles), self.colours(output, styles))[None]
        return inputs.bent(f"heads.{output.size}", made)

    def pixels(self, output: Output, state: State, styles: Tensor, inputs: Inputs = PLAIN) -> np.ndarray:
        assert isinstance(state, Activation)
        if f"heads.{output.size}" in inputs.hooks:
            return to_pixels(self.picture(output, state, styles, inputs)[0])
        return self.kernels.pixels(output.size, state, single(styles), colours=self.colours(output, styles))

    def colours(self, output: Output, styles: Tensor) -> Tensor | None:
        """A draft's late colours [3, 4]."""
        found = self.late.colours(output.size, styles)
        return None if found is None else found[0]


def single(styles: Tensor) -> Tensor:
    """[1, rows, w_dim] -> [rows, w_dim]; these kernels hold one sample, and no gradients."""
    refuse_gradients(styles)
    if styles.shape[0] != 1:
        raise ValueError(f"the fused kernels take one sample at a time, not {styles.shape[0]}")
    return styles[0].contiguous()
