"""StyleGAN (Karras et al. 2018, 1812.04948) in torch: noise, bias, activation, instance norm and style at every layer.

As in progressive GANs the picture can be seen at any stage of growth, and a lower one is no draft: its colours are what
they were when the network outgrew them, far from those of the final picture, which is the only output.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.networks.equalized import linear
from engine.networks.generator import Inputs, Layer, Output, Plan, Stage, State, TensorState
from engine.networks.growing import Growing, colour_layers
from engine.networks.mapping import MappingNetwork
from engine.networks.noise import noise_map
from engine.networks.progressive import (
    DTYPES,
    PREFIX,
    ROOT2,
    block_shapes,
    blur_kernel,
    colour_shapes,
    doubling_kernel,
    is_fused,
    kernel_of,
    level_of_detail,
    sides_of,
)
from engine.networks.shapes import Shape, check, take
from engine.networks.stylegan2_shapes import Hyper, mapping_shapes, number

FAMILY = "stylegan1"


def check_stylegan1(weights: Mapping[str, Tensor], hyper: Hyper) -> None:
    """Raises VisagistError with half a sentence for what is missing, misshapen, or not known here."""
    number(hyper, "mapping_lr")
    check(weights, shapes(weights))
    level_of_detail(hyper, sides_of(weights))


def shapes(weights: Mapping[str, Tensor]) -> Iterator[tuple[str, Shape]]:
    """Names and shapes; widths are read off the file itself. b4.conv0 is the constant, which has no weight."""
    width = take(weights, f"{PREFIX}b4.conv0.affine.weight", 2).shape[1]
    yield from mapping_shapes(weights, width)
    channels = take(weights, f"{PREFIX}b4.const", 3).shape[0]
    yield f"{PREFIX}b4.const", (channels, 4, 4)
    for side in sides_of(weights):
        for conv in ("conv0", "conv1"):
            name = f"{PREFIX}b{side}.{conv}"
            if (side, conv) != (4, "conv0"):
                yield from block_shapes(weights, name, channels)
                channels = weights[f"{name}.weight"].shape[0]
            yield f"{name}.bias", (channels,)
            yield f"{name}.affine.weight", (2 * channels, width)
            yield f"{name}.affine.bias", (2 * channels,)
            if f"{name}.noise_const" in weights:
                yield f"{name}.noise_const", (side, side)
                yield f"{name}.noise_weight", (channels,)
        yield from colour_shapes(weights, side, channels)


def make_plan(weights: Mapping[str, Tensor], hyper: Hyper) -> Plan:
    """Stage s is one layer and reads style row s."""
    sides = sides_of(weights)
    names = [(f"b{side}.{conv}", side) for side in sides for conv in ("conv0", "conv1")]
    stages = []
    for row, (name, side) in enumerate(names):
        channels = weights[f"{PREFIX}{name}.bias"].shape[0]
        stages.append(Stage(name, (row,), side, (Layer(name, (row,), side, channels),)))
    embed = weights.get("mapping.embed.weight")
    return Plan(
        family=FAMILY,
        z_dim=weights["mapping.fc0.weight"].shape[1] - (0 if embed is None else embed.shape[0]),
        w_dim=weights[f"{PREFIX}b4.conv0.affine.weight"].shape[1],
        style_rows=2 * len(sides),
        label_dim=0 if embed is None else embed.shape[1],
        stages=tuple(stages),
        outputs=(Output(sides[-1], len(stages) - 1, ()),),
        adds_noise=any(name.endswith(".noise_const") for name in weights),
        colours=colour_layers(sides),
        growth_sides=tuple(sides),
        growth=level_of_detail(hyper, sides),
    )


def modulations(weights: Mapping[str, Tensor], hyper: Hyper, rows: Collection[int]) -> list[tuple[Tensor, Tensor]]:
    """Modulation weight [2 C, w_dim] and bias [2 C] of every layer that reads one of these style rows, in order."""
    stages = make_plan(weights, hyper).stages
    return [linear(weights, f"{PREFIX}{stage.name}.affine") for row, stage in enumerate(stages) if row in rows]


@dataclass(frozen=True)
class StyledLayer:
    """kernel: None for the constant; noise [R, R] and what each channel takes of it [C, 1, 1]; affine in float32."""

    kernel: Tensor | None
    bias: Tensor
    noise: Tensor | None
    share: Tensor | None
    affine: tuple[Tensor, Tensor]
    blur: Tensor | None


class StyleGAN1(Growing):
    """The generator behind the Generator protocol.

    weights: tensors named as in `engine.models.found` under stylegan1; hyper: mapping_lr, lod, fused_from.
    """

    def __init__(
        self,
        weights: Mapping[str, Tensor],
        hyper: Hyper,
        device: torch.device | str = "cpu",
        precision: str = "f32",
    ) -> None:
        self.device, self.precision, self.dtype = torch.device(device), precision, DTYPES[precision]
        self.mapping = mapping_of(weights, hyper)
        self.plan = make_plan(weights, hyper)
        self.const = self.placed(weights[f"{PREFIX}b4.const"][None])
        self.layers = [self.styled(weights, hyper, stage) for stage in self.plan.stages]
        self.colours = self.colours_of(weights, hyper)

    def map(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        """z [N, z_dim], label [N, label_dim] -> w [N, w_dim]."""
        return self.mapping(z, label)

    def run(self, stage: int, state: State | None, styles: Tensor, inputs: Inputs) -> State:
        """One layer and what follows it."""
        assert state is None or isinstance(state, TensorState)
        name, side = self.plan.stages[stage].name, self.plan.stages[stage].resolution
        if state is not None and side > self.growth_of(inputs).side:
            return state
        layer = self.layers[stage]
        x = self.const.repeat(styles.shape[0], 1, 1, 1) if state is None else self.convolved(layer, state.x)
        if layer.noise is not None and layer.share is not None:
            noise = noise_map(layer.noise, stage, inputs.noise)
            if noise is not None:
                x = x.addcmul_(noise, layer.share)
        x = F.leaky_relu_(x.add_(layer.bias), 0.2)
        x = restyled(x, F.linear(styles[:, stage].to(self.device), *layer.affine))
        return self.after(name, side, state, inputs.bent(name, x), inputs)

    def convolved(self, layer: StyledLayer, x: Tensor) -> Tensor:
        """A convolution; one that doubles the side is followed by a blur."""
        assert layer.kernel is not None
        if layer.blur is None:
            return F.conv2d(x, layer.kernel, padding=1)
        x = F.conv_transpose2d(x, layer.kernel, stride=2, padding=1)
        return F.conv2d(x, layer.blur, padding=1, groups=x.shape[1])

    def styled(self, weights: Mapping[str, Tensor], hyper: Hyper, stage: Stage) -> StyledLayer:
        """The layer of a stage."""
        name = f"{PREFIX}{stage.name}"
        kernel, blur = None, None
        if f"{name}.weight" in weights:
            kernel = kernel_of(weights, name, hyper)
            if stage.name.endswith("conv0"):
                blur = self.placed(blur_kernel(kernel.shape[0]))
                kernel = doubling_kernel(kernel, fused=is_fused(hyper, stage.resolution))
            kernel = self.placed(kernel)
        noise, share = weights.get(f"{name}.noise_const"), weights.get(f"{name}.noise_weight")
        affine = linear(weights, f"{name}.affine")
        return StyledLayer(
            kernel,
            self.placed(weights[f"{name}.bias"][:, None, None]),
            None if noise is None else self.placed(noise),
            None if share is None else self.placed(share[:, None, None]),
            (affine[0].to(self.device), affine[1].to(self.device)),
            blur,
        )


def mapping_of(weights: Mapping[str, Tensor], hyper: Hyper) -> MappingNetwork:
    """The gain of the activation, sqrt 2, stands before the bias here and behind it in StyleGAN2."""
    turned = {
        name: tensor.float() / ROOT2 if name.startswith("mapping.fc") and name.endswith(".bias") else tensor
        for name, tensor in weights.items()
        if name.startswith("mapping.")
    }
    return MappingNetwork(turned, number(hyper, "mapping_lr") or 0.01, joint=True)


def restyled(x: Tensor, style: Tensor) -> Tensor:
    """Instance norm of x [N, C, H, W], then scale and shift out of style [N, 2 C] (adaptive instance norm)."""
    variance, mean = torch.var_mean(x.float(), (2, 3), correction=0)  # [N, C]
    scale, shift = style.chunk(2, 1)
    gain = (scale + 1) * (variance + 1e-8).rsqrt()
    offset = shift - mean * gain
    return torch.addcmul(offset.to(x.dtype)[:, :, None, None], x, gain.to(x.dtype)[:, :, None, None])
