"""What generators that grew have alike: the colours of the last levels, and how they become the picture."""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.networks.generator import Output, State, TensorState
from engine.networks.on_torch import OnTorch
from engine.networks.progressive import PREFIX, Growth, kernel_of, placed
from engine.networks.stylegan2_shapes import Hyper


class Growing(OnTorch):
    """Subclasses set device, dtype and growth, then `colours` by `colours_of`."""

    dtype: torch.dtype
    growth: Growth
    colours: dict[int, tuple[Tensor, Tensor]]

    def colours_of(self, weights: Mapping[str, Tensor], hyper: Hyper) -> dict[int, tuple[Tensor, Tensor]]:
        """Kernel and bias that colour the last level and the one before it, by the level's side."""
        return {
            side: (
                self.placed(kernel_of(weights, f"{PREFIX}b{side}.torgb", hyper, 1.0)),
                self.placed(weights[f"{PREFIX}b{side}.torgb.bias"]),
            )
            for side in (self.growth.side, self.growth.side // 2)
            if f"{PREFIX}b{side}.torgb.weight" in weights
        }

    def after(self, name: str, side: int, state: State | None, x: Tensor) -> TensorState:
        """The state after a layer; while the level before the last still shows, its colours go along."""
        before = state.image if isinstance(state, TensorState) else None
        if self.growth.fraction and 2 * side == self.growth.side and name.endswith("conv1"):
            before = self.coloured(side, x)
        return TensorState(x, before)

    @torch.inference_mode()
    def picture(self, output: Output, state: State, styles: Tensor) -> Tensor:
        """The colours of the last level that takes part, in the full size."""
        assert isinstance(state, TensorState)
        return self.growth.grown(self.coloured(self.growth.side, state.x), state.image)

    def coloured(self, side: int, x: Tensor) -> Tensor:
        """[N, C, R, R] -> [N, 3, R, R] float32."""
        return F.conv2d(x, *self.colours[side]).float()

    def placed(self, tensor: Tensor) -> Tensor:
        """Where it computes, in its precision."""
        return placed(tensor, self.device, self.dtype)
