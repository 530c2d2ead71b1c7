"""StyleGAN3 (Karras et al. 2021, 2106.12423), configurations T and R, in torch, for every device.

It follows the recipe's view itself: the first layer draws waves that are moved, turned and zoomed. It has no cheaper
draft: the features of its inner layers are no pictures, and its layers work at the rates that they were trained at.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

import torch
from torch import Tensor

from engine.networks.equalized import linear
from engine.networks.filtered import FilteredActivation
from engine.networks.fourier import FourierInput
from engine.networks.generator import PLAIN, Inputs, Layer, Output, Plan, Stage, State, TensorState
from engine.networks.mapping import MappingNetwork
from engine.networks.modulated import ModulatedConvolution
from engine.networks.on_torch import OnTorch
from engine.networks.stylegan2_shapes import Hyper, number
from engine.networks.stylegan3_shapes import LayerFacts, layers_of, sizes

FAMILY = "stylegan3"
PREFIX = "synthesis."
DTYPES = {"f32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}


def make_plan(weights: Mapping[str, Tensor], hyper: Hyper) -> Plan:
    """Stage 0 is the input, stage i + 1 layer i; each reads the style row of its number. The last layer is the head."""
    layers, made = layers_of(hyper), sizes(weights, hyper)
    names = ["input", *(layer.name for layer in layers)]
    channels = [weights[f"{PREFIX}{name}.weight"].shape[0] for name in names]
    stages = [
        Stage(name, (row,), size[0], (Layer(name, (row,), size[0], count),))
        for row, (name, size, count) in enumerate(zip(names, made, channels, strict=True))
    ]
    embed = weights.get("mapping.embed.weight")
    mapped = 0 if embed is None else embed.shape[0]
    return Plan(
        family=FAMILY,
        z_dim=weights["mapping.fc0.weight"].shape[1] - mapped,
        w_dim=weights[f"{PREFIX}input.affine.weight"].shape[1],
        style_rows=len(stages),
        label_dim=0 if embed is None else embed.shape[1],
        stages=tuple(stages[:-1]),
        outputs=(Output(made[-1][0], len(stages) - 2, (len(stages) - 1,)),),
        follows_view=True,
        adds_noise=False,
        colours=stages[-1].layers,
    )


def modulations(weights: Mapping[str, Tensor], hyper: Hyper, rows: Collection[int]) -> list[tuple[Tensor, Tensor]]:
    """Modulation weight [C, w_dim] and bias [C] of every layer that reads one of these style rows, in order.

    Row 0 turns and moves the waves of the input and modulates no channels.
    """
    names = [layer.name for layer in layers_of(hyper)]
    return [linear(weights, f"{PREFIX}{name}.affine") for row, name in enumerate(names, 1) if row in rows]


class StyledLayer:
    """Modulated convolution, bias, filtered leaky ReLU; the head has neither filters nor activation.

    size: height and width of the input.
    """

    def __init__(
        self,
        weights: Mapping[str, Tensor],
        facts: LayerFacts,
        size: tuple[int, int],
        device: torch.device,
        dtype: torch.dtype,
        scale: float,
        *,
        gradients: bool,
    ) -> None:
        weight = weights[f"{facts.name}.weight"].float()
        if not facts.is_torgb:
            weight = weight * weight.square().mean((1, 2, 3), keepdim=True).rsqrt()
        # the leaky ReLU passes a positive gain on, so it lies before it
        gain = scale if facts.is_torgb else math.sqrt(2)
        kernel = weight.shape[3]
        self.convolution = ModulatedConvolution(
            weight,
            linear(weights, f"{facts.name}.affine"),
            device,
            dtype,
            resolution=max(size),
            demodulated=not facts.is_torgb,
            gain=gain * float(weights[f"{facts.name}.magnitude_ema"]) ** -0.5,
            padding=kernel - 1,
            relative=True,
            gradients=gradients,
        )
        self.bias = (weights[f"{facts.name}.bias"].float() * gain).to(device, dtype)
        self.clamp = None if facts.clamp is None else facts.clamp * (scale if facts.is_torgb else 1.0)
        self.filtered = None
        if not facts.is_torgb:
            self.filtered = FilteredActivation(
                (size[0] + kernel - 1, size[1] + kernel - 1),
                facts.up,
                facts.down,
                facts.padding,
                weights.get(f"{facts.name}.up_filter"),
                weights.get(f"{facts.name}.down_filter"),
                self.clamp,
                device,
                dtype,
                gradients=gradients,
            )

    def __call__(self, x: Tensor, w: Tensor) -> Tensor:
        """x [N, C, H, W], w [N, w_dim] -> [N, O, H', W']."""
        x = self.convolution(x, *self.convolution.scales(w), self.bias)
        if self.filtered is not None:
            return self.filtered(x)
        return x if self.clamp is None else x.clamp_(-self.clamp, self.clamp)


class StyleGAN3(OnTorch):
    """The generator behind the Generator protocol.

    weights: tensors named as in `engine.models.found` under stylegan3; hyper: output_scale, mapping_lr, input_size,
    input_sampling_rate, input_bandwidth, layers. precision: f32, fp16 or bf16 for activations and weights.
    gradients: compute all that has a quicker way without gradients in the way that has them.
    """

    def __init__(
        self,
        weights: Mapping[str, Tensor],
        hyper: Hyper,
        device: torch.device | str = "cpu",
        precision: str = "f32",
        *,
        gradients: bool = False,
    ) -> None:
        self.device = torch.device(device)
        self.precision = precision
        self.dtype = DTYPES[precision]
        self.mapping = MappingNetwork(weights, number(hyper, "mapping_lr") or 0.01)
        self.plan = make_plan(weights, hyper)
        synthesis = {name.removeprefix(PREFIX): tensor for name, tensor in weights.items() if name.startswith(PREFIX)}
        made = sizes(weights, hyper)
        self.input = FourierInput(synthesis, hyper, made[0], self.device)
        scale = number(hyper, "output_scale") or 1.0
        self.layers = [
            StyledLayer(synthesis, facts, size, self.device, self.dtype, scale, gradients=gradients)
            for facts, size in zip(layers_of(hyper), made[:-1], strict=True)
        ]

    def map(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        """z [N, z_dim], label [N, label_dim] -> w [N, w_dim]."""
        return self.mapping(z, label)

    def run(self, stage: int, state: State | None, styles: Tensor, inputs: Inputs) -> State:
        """The input, or one layer."""
        w = styles[:, stage].to(self.device)
        if state is None:
            x = self.input(w, inputs.view).to(self.dtype)
        else:
            assert isinstance(state, TensorState)
            x = self.layers[stage - 1](state.x, w)
        return TensorState(inputs.bent(self.plan.stages[stage].name, x))

    def picture(self, output: Output, state: State, styles: Tensor, inputs: Inputs = PLAIN) -> Tensor:
        """The last layer: colours."""
        assert isinstance(state, TensorState)
        colours = self.layers[-1](state.x, styles[:, output.rows[0]].to(self.device)).float().contiguous()
        return inputs.bent(self.plan.colours[0].name, colours)

    def road(self, inputs: Inputs = PLAIN) -> str:
        """What computes the pictures."""
        filters = any(layer.filtered is not None and layer.filtered.kernel is not None for layer in self.layers)
        convolutions = any(layer.convolution.fused is not None for layer in self.layers)
        fused = [word for word, there in (("filters", filters), ("convolutions", convolutions)) if there]
        return f"torch · fused {' and '.join(fused)}" if fused else "torch"
