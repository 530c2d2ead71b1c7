"""What generators that grew have alike: colours at every level, and the picture at any stage of growth."""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.networks.generator import PLAIN, Inputs, Layer, Output, Plan, State, TensorState
from engine.networks.on_torch import OnTorch
from engine.networks.progressive import PREFIX, Growth, kernel_of, placed
from engine.networks.stylegan2_shapes import Hyper


class Growing(OnTorch):
    """Subclasses set plan, device and dtype, then `colours` by `colours_of`.

    Stages of blocks that do not take part yet hand on what they are given: the picture, as large as it has grown.
    """

    plan: Plan
    dtype: torch.dtype
    colours: dict[int, tuple[Tensor, Tensor]]

    def colours_of(self, weights: Mapping[str, Tensor], hyper: Hyper) -> dict[int, tuple[Tensor, Tensor]]:
        """Kernel and bias that colour each level, by its side."""
        return {
            side: (
                self.placed(kernel_of(weights, f"{PREFIX}b{side}.torgb", hyper, 1.0)),
                self.placed(weights[f"{PREFIX}b{side}.torgb.bias"]),
            )
            for side in self.plan.growth_sides
        }

    def growth_of(self, inputs: Inputs) -> Growth:
        """The stage of growth that is asked for, else that of the file."""
        lod = self.plan.growth if inputs.growth is None else inputs.growth
        return Growth(lod, self.plan.growth_sides)

    def after(self, name: str, side: int, state: State | None, x: Tensor, inputs: Inputs) -> TensorState:
        """The state after a layer. The last level that takes part ends in colours; while the level before it still
        shows, that one's go along."""
        growth = self.growth_of(inputs)
        before = state.image if isinstance(state, TensorState) else None
        if not name.endswith("conv1"):
            return TensorState(x, before)
        if side == growth.side:
            return TensorState(growth.faded(self.coloured(side, x, inputs), before))
        fades = growth.fraction and 2 * side == growth.side
        return TensorState(x, self.coloured(side, x, inputs) if fades else None)

    def picture(self, output: Output, state: State, styles: Tensor, inputs: Inputs = PLAIN) -> Tensor:
        """What has grown, in the full size, as the original programs show it."""
        assert isinstance(state, TensorState)
        times = output.size // state.x.shape[-1]
        return F.interpolate(state.x, scale_factor=float(times)) if times > 1 else state.x

    def coloured(self, side: int, x: Tensor, inputs: Inputs) -> Tensor:
        """[N, C, R, R] -> [N, 3, R, R] float32."""
        return inputs.bent(f"b{side}.torgb", F.conv2d(x, *self.colours[side]).float())

    def placed(self, tensor: Tensor) -> Tensor:
        """Where it computes, in its precision."""
        return placed(tensor, self.device, self.dtype)


def colour_layers(sides: list[int]) -> tuple[Layer, ...]:
    """The colours of every level, which read no style."""
    return tuple(Layer(f"b{side}.torgb", (), side, 3) for side in sides)
