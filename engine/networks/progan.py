"""Progressive GANs (Karras et al. 2017, 1710.10196) in torch. There is no w: z, with the label behind it, stands there.

Every level has colours of its own, so that the picture can be seen at any stage of growth. Those of lower levels are
what they were when the network outgrew them, on features that have changed since: such a picture is not near the final
one, so it is no draft of it, and the full picture is the only output.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.errors import VisagistError
from engine.networks.generator import Inputs, Layer, Output, Plan, Stage, State, TensorState
from engine.networks.growing import Growing, colour_layers
from engine.networks.mapping import normalized
from engine.networks.on_torch import activated, recorded
from engine.networks.progressive import (
    DTYPES,
    PREFIX,
    ROOT2,
    block_shapes,
    colour_shapes,
    doubling_kernel,
    is_fused,
    kernel_of,
    level_of_detail,
    sides_of,
)
from engine.networks.shapes import Shape, check, take
from engine.networks.stylegan2_shapes import Hyper

FAMILY = "progan"


def check_progan(weights: Mapping[str, Tensor], hyper: Hyper) -> None:
    """Raises VisagistError with half a sentence for what is missing, misshapen, or not known here."""
    check(weights, shapes(weights))
    level_of_detail(hyper, sides_of(weights))
    labels = hyper.get("c_dim") or 0
    inputs = weights[f"{PREFIX}b4.fc.weight"].shape[1]
    if not isinstance(labels, int) or not 0 <= labels < inputs:
        raise VisagistError(f"it has {labels!r} labels and reads {inputs} numbers")


def shapes(weights: Mapping[str, Tensor]) -> Iterator[tuple[str, Shape]]:
    """Names and shapes; widths are read off the file itself."""
    inputs = take(weights, f"{PREFIX}b4.fc.weight", 2).shape[1]
    channels = take(weights, f"{PREFIX}b4.fc.bias", 1).shape[0]
    yield f"{PREFIX}b4.fc.weight", (16 * channels, inputs)
    for side in sides_of(weights):
        for conv in ("conv1",) if side == 4 else ("conv0", "conv1"):
            name = f"{PREFIX}b{side}.{conv}"
            yield from block_shapes(weights, name, channels)
            channels = weights[f"{name}.weight"].shape[0]
        yield from colour_shapes(weights, side, channels)


def make_plan(weights: Mapping[str, Tensor], hyper: Hyper) -> Plan:
    """Stage 0 is b4.fc, the others are one convolution each; only stage 0 reads the one row."""
    sides = sides_of(weights)
    names = [("b4.fc", 4)]
    names += [(f"b{side}.{conv}", side) for side in sides for conv in ("conv0", "conv1")]
    stages: list[Stage] = []
    for name, side in names:
        if f"{PREFIX}{name}.weight" in weights:
            rows = () if stages else (0,)
            channels = weights[f"{PREFIX}{name}.bias"].shape[0]
            stages.append(Stage(name, rows, side, (Layer(name, rows, side, channels),)))
    inputs, labels = weights[f"{PREFIX}b4.fc.weight"].shape[1], int(hyper.get("c_dim") or 0)
    return Plan(
        family=FAMILY,
        z_dim=inputs - labels,
        w_dim=inputs,
        style_rows=1,
        label_dim=labels,
        stages=tuple(stages),
        outputs=(Output(sides[-1], len(stages) - 1, ()),),
        has_w=False,
        adds_noise=False,
        colours=colour_layers(sides),
        growth_sides=tuple(sides),
        growth=level_of_detail(hyper, sides),
    )


class ProGAN(Growing):
    """The generator behind the Generator protocol.

    weights: tensors named as in `engine.models.found` under progan; hyper: c_dim, lod, fused_from, wscale.
    """

    def __init__(
        self,
        weights: Mapping[str, Tensor],
        hyper: Hyper,
        device: torch.device | str = "cpu",
        precision: str = "f32",
    ) -> None:
        self.device, self.precision, self.dtype = torch.device(device), precision, DTYPES[precision]
        self.plan = make_plan(weights, hyper)
        dense = weights[f"{PREFIX}b4.fc.weight"].float()
        scaled = hyper.get("wscale", True) is not False
        self.dense = self.placed(dense * (ROOT2 / 4 / math.sqrt(dense.shape[1]) if scaled else 1.0))
        self.kernels: dict[str, Tensor] = {}
        self.biases: dict[str, Tensor] = {}
        for stage in self.plan.stages:
            self.biases[stage.name] = self.placed(weights[f"{PREFIX}{stage.name}.bias"])
            if stage.name != "b4.fc":
                kernel = kernel_of(weights, f"{PREFIX}{stage.name}", hyper)
                if stage.name.endswith("conv0"):
                    kernel = doubling_kernel(kernel, fused=is_fused(hyper, stage.resolution))
                self.kernels[stage.name] = self.placed(kernel)
        self.colours = self.colours_of(weights, hyper)

    def map(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        """z [N, z_dim], label [N, label_dim] -> both side by side [N, w_dim]; without a label its numbers are 0."""
        if label is None:
            label = torch.zeros(z.shape[0], self.plan.label_dim)
        return torch.cat([z.float().cpu(), label.float().cpu()], 1)

    def run(self, stage: int, state: State | None, styles: Tensor, inputs: Inputs) -> State:
        """A layer, leaky ReLU 0.2, and every pixel normalised over its channels."""
        assert state is None or isinstance(state, TensorState)
        name, side = self.plan.stages[stage].name, self.plan.stages[stage].resolution
        if state is not None and side > self.growth_of(inputs).side:
            return state
        bias = self.biases[name]
        if state is None:
            z = normalized(styles[:, 0].to(self.device, torch.float32)).to(self.dtype)
            x = self.placed((z @ self.dense.T).reshape(len(z), -1, 4, 4) + bias[:, None, None])
        elif name.endswith("conv0"):
            x = F.conv_transpose2d(state.x, self.kernels[name], bias, stride=2, padding=1)
        else:
            x = F.conv2d(state.x, self.kernels[name], bias, padding=1)
        return self.after(name, side, state, inputs.bent(name, pixel_norm(activated(x))), inputs)


def pixel_norm(x: Tensor) -> Tensor:
    """Every pixel of x [N, C, H, W] to mean square one over its channels (section 4.2).

    In place where nobody needs x any more.
    """
    if recorded(x):
        return x * (x.float().square().mean(1, keepdim=True) + 1e-8).rsqrt().to(x.dtype)
    root = torch.linalg.vector_norm(x, dim=1, keepdim=True).float() / math.sqrt(x.shape[1])
    return x.mul_(root.square_().add_(1e-8).rsqrt_().to(x.dtype))
