"""StyleGAN2 (Karras et al. 2019, 1912.04958) and StyleGAN2-ADA (2006.06676) in torch, for every device.

A stage is one convolution. The colours of a resolution read the style row that the next convolution reads, so the next
stage adds them to the picture so far: every resolution then has a picture of its own for nothing.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.networks.equalized import convolution, linear
from engine.networks.generator import PLAIN, Inputs, Layer, Output, Plan, Stage, State, TensorState
from engine.networks.mapping import MappingNetwork
from engine.networks.modulated import ModulatedConvolution, channels_last
from engine.networks.noise import noise_map
from engine.networks.on_torch import OnTorch, activated, recorded
from engine.networks.resample import Doubling, filter_of, smoothing
from engine.networks.stylegan2_shapes import Hyper, number, resolutions

FAMILY = "stylegan2"
PREFIX = "synthesis."
DTYPES = {"f32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
SMALLEST_DRAFT = 16


def make_plan(weights: Mapping[str, Tensor], hyper: Hyper) -> Plan:
    """Read sizes off the tensors.

    Stage 2i is b{R}.conv1, stage 2i - 1 b{R}.conv0, for R = 4 * 2^i. Stage s reads style row s, the colours of its
    resolution row s + 1.
    """
    stages: list[Stage] = []
    sides = resolutions(weights)
    for side in sides:
        for name in (f"b{side}.conv0", f"b{side}.conv1"):
            if f"{PREFIX}{name}.weight" in weights:
                row = len(stages)
                layer = Layer(name, (row,), side, weights[f"{PREFIX}{name}.weight"].shape[0])
                stages.append(Stage(name, (row,), side, (layer,)))
    drafts = [side for side in sides if side >= SMALLEST_DRAFT] if hyper["architecture"] == "skip" else []
    outputs = [Output(side, 2 * sides.index(side), (2 * sides.index(side) + 1,)) for side in drafts or sides[-1:]]
    embed = weights.get("mapping.embed.weight")
    mapped = 0 if embed is None else embed.shape[0]
    return Plan(
        family=FAMILY,
        z_dim=weights["mapping.fc0.weight"].shape[1] - mapped,
        w_dim=weights[f"{PREFIX}b4.conv1.affine.weight"].shape[1],
        style_rows=len(stages) + 1,
        label_dim=0 if embed is None else embed.shape[1],
        stages=tuple(stages),
        outputs=tuple(outputs),
        adds_noise=any(name.endswith(".noise_const") for name in weights),
        colours=tuple(
            Layer(f"b{side}.torgb", (2 * sides.index(side) + 1,), side, 3)
            for side in sides
            if f"{PREFIX}b{side}.torgb.weight" in weights
        ),
    )


def modulations(weights: Mapping[str, Tensor], hyper: Hyper, rows: Collection[int]) -> list[tuple[Tensor, Tensor]]:
    """Modulation weight [C, w_dim] and bias [C] of every layer that reads one of these style rows, in order."""
    plan = make_plan(weights, hyper)
    names = {stage.name: stage.rows[0] for stage in plan.stages}
    names |= {f"b{output.size}.torgb": output.rows[0] for output in plan.outputs}
    return [linear(weights, f"{PREFIX}{name}.affine") for name, row in names.items() if row in rows]


@dataclass(frozen=True)
class StyledLayer:
    """A convolution with what follows it: noise [R, R] and bias [O], the gain of the activation folded in."""

    convolution: ModulatedConvolution
    bias: Tensor
    noise: Tensor | None
    clamp: float | None
    smoothing: Tensor | None = None  # depthwise, behind a convolution that doubles the side


class StyleGAN2(OnTorch):
    """The generator behind the Generator protocol.

    weights: tensors named as in `engine.models.found` under stylegan2; hyper: architecture, conv_clamp, mapping_lr,
    label_norm. precision: f32, fp16 or bf16 for activations and weights; the picture is summed up in float32.
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
        self.gradients = gradients
        self.dtype = DTYPES[precision]
        self.architecture = hyper["architecture"]
        self.clamp = number(hyper, "conv_clamp")
        joint = hyper.get("label_norm") == "joint"
        self.mapping = MappingNetwork(weights, number(hyper, "mapping_lr") or 0.01, joint=joint)
        self.plan = make_plan(weights, hyper)
        synthesis = {name.removeprefix(PREFIX): tensor for name, tensor in weights.items() if name.startswith(PREFIX)}
        self.const = self.placed(synthesis["b4.const"][None])
        self.layers = [self.styled(synthesis, stage.name) for stage in self.plan.stages]
        self.colours = {
            side: self.coloured(synthesis, side)
            for side in resolutions(weights)
            if f"b{side}.torgb.weight" in synthesis
        }
        self.doublings = {
            side: Doubling(filter_of(synthesis, f"b{side}"), 3, self.device, torch.float32) for side in self.colours
        }
        self.skips = {
            side: (
                self.placed(convolution(synthesis, f"b{side}.skip", math.sqrt(0.5))),
                Doubling(
                    filter_of(synthesis, f"b{side}.skip"),
                    synthesis[f"b{side}.skip.weight"].shape[0],
                    device,
                    self.dtype,
                ),
            )
            for side in resolutions(weights)
            if f"b{side}.skip.weight" in synthesis
        }

    def map(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        """z [N, z_dim], label [N, label_dim] -> w [N, w_dim]."""
        return self.mapping(z, label)

    def run(self, stage: int, state: State | None, styles: Tensor, inputs: Inputs) -> State:
        """One convolution. The state's image is the picture so far, without the colours of its own resolution; in a
        residual network it is what the block adds at its end."""
        assert state is None or isinstance(state, TensorState)
        x = self.const.expand(styles.shape[0], -1, -1, -1) if state is None else state.x
        image = None if state is None else state.image
        name, side = self.plan.stages[stage].name, self.plan.stages[stage].resolution
        w = styles[:, stage].to(self.device)
        if name.endswith("conv0"):
            if self.architecture == "skip":
                image = self.picture_so_far(side // 2, x, image, w, inputs)
            elif self.architecture == "resnet":
                kernel, double = self.skips[side]
                image = double(F.conv2d(x, kernel))
        x = self.layer(stage, x, w, inputs)
        if self.architecture == "resnet" and name.endswith("conv1") and image is not None:
            x, image = x + image if recorded(x) else x.add_(image), None
        return TensorState(inputs.bent(name, x), image)

    def picture(self, output: Output, state: State, styles: Tensor, inputs: Inputs = PLAIN) -> Tensor:
        """The picture so far and the colours of this resolution."""
        assert isinstance(state, TensorState)
        w = styles[:, output.rows[0]].to(self.device)
        return self.picture_so_far(output.size, state.x, state.image, w, inputs)

    def road(self, inputs: Inputs = PLAIN) -> str:
        """What computes the pictures."""
        fused = any(layer.convolution.fused is not None for layer in self.layers)
        return "torch · fused convolutions" if fused else "torch"

    def layer(self, stage: int, x: Tensor, w: Tensor, inputs: Inputs) -> Tensor:
        """Modulated convolution, noise, bias, leaky ReLU 0.2 times its gain, clamp."""
        layer = self.layers[stage]
        style, scale = layer.convolution.scales(w)
        noise = None if layer.noise is None else noise_map(layer.noise, stage, inputs.noise)
        if layer.smoothing is None:
            return layer.convolution.activated(x, style, scale, layer.bias, noise, layer.clamp)
        x = smoothed(layer.convolution.transposed(x, style), layer.smoothing, scale, layer.bias)
        return activated(x if noise is None else x.add_(noise), layer.clamp)

    def picture_so_far(self, side: int, x: Tensor, image: Tensor | None, w: Tensor, inputs: Inputs) -> Tensor:
        """Colours of x [N, C, R, R] and the picture of half its side, doubled -> [N, 3, R, R] float32."""
        layer = self.colours[side]
        colours = layer.convolution(x, *layer.convolution.scales(w), layer.bias)
        if layer.clamp is not None:
            colours = colours.clamp_(-layer.clamp, layer.clamp)
        colours = inputs.bent(f"b{side}.torgb", colours.float().contiguous())
        return colours if image is None else self.doublings[side](image).add_(colours)

    def styled(self, weights: Mapping[str, Tensor], name: str) -> StyledLayer:
        """A layer of a stage."""
        up = name.endswith("conv0")
        block, _, _ = name.partition(".")
        # the leaky ReLU passes a positive gain on, so it lies in the demodulation, the noise and the bias
        gain = math.sqrt(2)
        clamp = self.clamp
        if self.architecture == "resnet" and name.endswith("conv1") and f"{block}.skip.weight" in weights:
            gain, clamp = 1.0, None if clamp is None else clamp * math.sqrt(0.5)
        side = int(block[1:])
        convolution = ModulatedConvolution(
            weights[f"{name}.weight"],
            linear(weights, f"{name}.affine"),
            self.device,
            self.dtype,
            resolution=side // 2 if up else side,
            gain=gain,
            padding=1,
            up=up,
            gradients=self.gradients,
        )
        noise = None
        if f"{name}.noise_const" in weights:
            strength = float(weights[f"{name}.noise_strength"])
            noise = (weights[f"{name}.noise_const"].float() * (strength * gain)).to(self.device, self.dtype)
        bias = (weights[f"{name}.bias"].float() * gain).to(self.device, self.dtype)
        kernel = smoothing(filter_of(weights, name), 4.0).to(self.device) if up else None
        return StyledLayer(convolution, bias, noise, clamp, kernel)

    def coloured(self, weights: Mapping[str, Tensor], side: int) -> StyledLayer:
        """A modulated 1x1 convolution to colours, not demodulated."""
        name = f"b{side}.torgb"
        convolution = ModulatedConvolution(
            weights[f"{name}.weight"],
            linear(weights, f"{name}.affine"),
            self.device,
            self.dtype,
            resolution=side,
            demodulated=False,
        )
        bias = weights[f"{name}.bias"].to(self.device, self.dtype)
        return StyledLayer(convolution, bias, None, self.clamp)

    def placed(self, tensor: Tensor) -> Tensor:
        """[N, C, H, W] where it computes, in its precision."""
        layout = torch.channels_last if channels_last(self.device) else torch.contiguous_format
        return tensor.to(self.device, self.dtype).contiguous(memory_format=layout)


def smoothed(x: Tensor, kernel: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
    """Filter [1, 1, 4, 4] over x [N, O, 2R + 1, 2R + 1], scale [N, O] and bias [O] -> [N, O, 2R, 2R]."""
    channels = x.shape[1]
    if x.shape[0] == 1:
        kernels = (kernel * scale[0][:, None, None, None]).to(x.dtype)
        return F.conv2d(x, kernels, bias, padding=1, groups=channels)
    y = F.conv2d(x, kernel.to(x.dtype).expand(channels, -1, -1, -1), padding=1, groups=channels)
    out = None if recorded(y, scale) else y
    return torch.addcmul(bias[:, None, None], y, scale.to(x.dtype)[:, :, None, None], out=out)
