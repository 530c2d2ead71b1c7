"""MobileStyleGAN (Belousov 2021, 2104.04767) in torch: the road for CUDA, MPS and the plain CPU.

Demodulation is frozen into the weights of this network, so modulation is a scale of the input channels
and a block is: modulate, inverse Haar, then twice (modulate, depthwise 3x3, 1x1, noise, bias, leaky ReLU).
The heads of drafts, which are ours, may have a hidden layer of the same kind, without noise.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.networks.generator import PLAIN, Inputs, Layer, Output, Plan, Stage, State, TensorState
from engine.networks.haar import inverse_haar
from engine.networks.late_colours import LateColours, recoloured
from engine.networks.mapping import MappingNetwork
from engine.networks.noise import noise_map
from engine.networks.on_torch import OnTorch

FAMILY = "mobile_stylegan"
PREFIX = "synthesis."
DTYPES = {"f32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}


def synthesis_of(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors of the synthesis network, named without their prefix."""
    return {name.removeprefix(PREFIX): tensor for name, tensor in weights.items() if name.startswith(PREFIX)}


def make_plan(weights: Mapping[str, Tensor]) -> Plan:
    """Read sizes off the tensors of `synthesis.`, names without that prefix.

    conv1 reads style row 0; block i reads row 3i+1 (up and conv1) and 3i+2 (conv2), its output head row 3i+3.
    A stage is one convolution, so that a change in any row re-computes as little as it can.
    """
    channels = weights["input"].shape[0]
    side = weights["input"].shape[-1]
    count = sum(name.endswith(".up.modulation.bias") for name in weights)
    stages = [Stage("conv1", (0,), side, (Layer("conv1", (0,), side, channels),))]
    last: dict[int, int] = {}  # size of the picture that a block's output makes -> index of its last stage
    for i in range(count):
        side *= 2
        for conv, row in (("conv1", 3 * i + 1), ("conv2", 3 * i + 2)):
            name = f"blocks.{i}.{conv}"
            layer = Layer(name, (row,), side, weights[f"{name}.pointwise"].shape[0])
            stages.append(Stage(name, (row,), side, (layer,)))
        last[2 * side] = 2 * i + 2
    heads = sorted({int(name.split(".")[1]) for name in weights if name.startswith("heads.")})
    outputs = [Output(size, last[size], (3 * last[size] // 2,)) for size in heads]
    width = weights["conv1.modulation.weight"].shape[1]
    colours = tuple(Layer(f"heads.{output.size}", output.rows, output.size, 3) for output in outputs)
    return Plan(FAMILY, width, width, 3 * count + 1, 0, tuple(stages), tuple(outputs), colours=colours)


def modulations(weights: Mapping[str, Tensor], rows: Collection[int]) -> list[tuple[Tensor, Tensor]]:
    """Modulation weight [C, w_dim] and bias [C] of every layer that reads one of these style rows, in order.

    weights: as in the model file. Draft heads are no part of the network and are left out.
    """
    plan = make_plan(synthesis_of(weights))
    reads: dict[str, int] = {}
    for stage in plan.stages:
        if stage.name != "conv1" and stage.name.endswith("conv1"):
            reads[f"{PREFIX}{stage.name.replace('conv1', 'up')}"] = stage.rows[0]
        reads[f"{PREFIX}{stage.name}"] = stage.rows[0]
    reads[f"{PREFIX}heads.{plan.resolution}"] = plan.outputs[-1].rows[0]
    names = [f"{layer}.modulation" for layer, row in reads.items() if row in rows]
    return [(weights[f"{name}.weight"], weights[f"{name}.bias"]) for name in names]


class MobileStyleGAN(OnTorch):
    """The generator on any torch device, behind the Generator protocol.

    weights: tensors named as in `engine.models.ffhq` ("mapping.*", "synthesis.*"), float32.
    precision: f32, fp16 or bf16 for activations and weights; the output head always ends in float32.
    """

    def __init__(
        self, weights: Mapping[str, Tensor], device: torch.device | str = "cpu", precision: str = "f32"
    ) -> None:
        self.device = torch.device(device)
        self.precision = precision
        self.mapping = MappingNetwork(weights)
        dtype = DTYPES[precision]
        synthesis = synthesis_of(weights)
        self.plan = make_plan(synthesis)
        self.weights = {name: placed(name, tensor, self.device, dtype) for name, tensor in synthesis.items()}
        self.late = LateColours(self.weights, self.plan)

    def map(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        """z [N, 512] -> w [N, 512]; the network takes no labels."""
        return self.mapping(z)

    def run(self, stage: int, state: State | None, styles: Tensor, inputs: Inputs) -> State:
        """Stage 0 is the constant input and conv1, stages 2i+1 and 2i+2 are the two convolutions of block i."""
        styles = styles.to(self.device)
        if stage == 0:
            return TensorState(self.first(styles, inputs))
        assert isinstance(state, TensorState)
        return TensorState(self.convolution(stage, state.x, styles, inputs))

    def picture(self, output: Output, state: State, styles: Tensor, inputs: Inputs = PLAIN) -> Tensor:
        """Modulated 1x1 to 12 channels, one inverse Haar step; around them a draft's hidden layer and late colours."""
        assert isinstance(state, TensorState)
        name, x = f"heads.{output.size}", state.x
        style = styles[:, output.rows[0]].to(self.device)
        if f"{name}.hidden.depthwise" in self.weights:
            x = F.leaky_relu_(self.separable(x, f"{name}.hidden", style), 0.2)
        x = self.modulated(x, name, style, 1 / math.sqrt(x.shape[1]))
        bands = F.conv2d(x, self.weights[f"{name}.weight"][..., None, None], self.weights[f"{name}.bias"])
        return inputs.bent(name, recoloured(inverse_haar(bands.float()), self.late.colours(output.size, styles)))

    def first(self, styles: Tensor, inputs: Inputs) -> Tensor:
        """The learned constant through the one dense 3x3 convolution."""
        x = self.weights["input"].expand(styles.shape[0], -1, -1, -1)
        x = self.modulated(x, "conv1", styles[:, 0], 1 / math.sqrt(9 * x.shape[1]))
        x = F.conv2d(x, self.weights["conv1.weight"], self.weights["conv1.bias"], padding=1)
        return self.finish(x, "conv1", 0, inputs)

    def convolution(self, stage: int, x: Tensor, styles: Tensor, inputs: Inputs) -> Tensor:
        """A separable convolution; the first of a block begins with an inverse Haar step: 4C channels -> C at 2R."""
        layer = self.plan.stages[stage].layers[0]
        row, name = layer.rows[0], layer.name
        if name.endswith("conv1"):
            x = inverse_haar(self.modulated(x, name.replace("conv1", "up"), styles[:, row], 1.0))
        return self.finish(self.separable(x, name, styles[:, row]), name, row, inputs)

    def separable(self, x: Tensor, name: str, w: Tensor) -> Tensor:
        """Modulation, depthwise 3x3, 1x1 and bias: [N, C, R, R] -> [N, O, R, R]."""
        x = self.modulated(x, name, w, 1 / math.sqrt(9 * x.shape[1]))
        x = F.conv2d(x, self.weights[f"{name}.depthwise"][:, None], padding=1, groups=x.shape[1])
        return F.conv2d(x, self.weights[f"{name}.pointwise"][..., None, None], self.weights[f"{name}.bias"])

    def modulated(self, x: Tensor, name: str, w: Tensor, scale: float) -> Tensor:
        """Scale the channels of x [N, C, H, W] by the linear layer `name` of w [N, 512], times a fixed scale."""
        s = F.linear(w, self.weights[f"{name}.modulation.weight"], self.weights[f"{name}.modulation.bias"])
        return x * (s * scale).to(x.dtype)[:, :, None, None]

    def finish(self, x: Tensor, name: str, number: int, inputs: Inputs) -> Tensor:
        """Noise, leaky ReLU 0.2 (no sqrt 2 in this network), and a hook where one is set."""
        noise = noise_map(self.weights[f"{name}.noise"], number, inputs.noise)
        if noise is not None:
            x = x.add_(noise)
        return inputs.bent(name, F.leaky_relu_(x, 0.2))


def placed(name: str, tensor: Tensor, device: torch.device, dtype: torch.dtype) -> Tensor:
    """Put a weight where it computes; modulation and late colours stay float32: tiny, and they scale everything."""
    tensor = tensor.to(device, torch.float32 if ".modulation." in name or ".late." in name else dtype)
    channels_last = tensor.dim() == 4 and device.type == "cuda"
    return tensor.contiguous(memory_format=torch.channels_last) if channels_last else tensor.contiguous()
