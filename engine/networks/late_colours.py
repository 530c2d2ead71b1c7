"""Late colours of a draft: what the style rows after a draft's head would have done to its colours."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from engine.networks.generator import Output, Plan


class LateColours:
    """The late colours of all drafts of a generator.

    weights: "heads.{size}.late.weight" [12, L * w_dim] and ".late.bias" [12] of the drafts that have them, where L
    is the number of style rows after the head's own that the full picture reads; names without "synthesis.".
    """

    def __init__(self, weights: Mapping[str, Tensor], plan: Plan) -> None:
        self.rows = {o.size: late_rows(plan, o) for o in plan.outputs if f"heads.{o.size}.late.weight" in weights}
        self.maps = {
            size: (weights[f"heads.{size}.late.weight"].float(), weights[f"heads.{size}.late.bias"].float())
            for size in self.rows
        }

    def colours(self, size: int, styles: Tensor) -> Tensor | None:
        """styles [N, style_rows, w_dim] -> colour matrix and offset [N, 3, 4]; None for a picture that has none."""
        if size not in self.rows:
            return None
        weight, bias = self.maps[size]
        # row by row: a list as an index would be copied to the device, which a CUDA graph may not hold
        late = torch.stack([styles[:, row] for row in self.rows[size]], 1).to(weight.device)
        return colours_of(weight, bias, late)


def late_rows(plan: Plan, output: Output) -> tuple[int, ...]:
    """The style rows after the head's own that the full picture reads."""
    read = {row for stage in plan.stages for row in stage.rows} | set(plan.outputs[-1].rows)
    return tuple(sorted(row for row in read if row > output.rows[0]))


def colours_of(weight: Tensor, bias: Tensor, late: Tensor) -> Tensor:
    """A colour matrix and an offset, linear in the late rows: what they do to a picture is mostly that.

    weight [12, L * w_dim], bias [12]; late: their styles [N, L, w_dim] -> [N, 3, 4]: nine numbers are added to the
    unit matrix, row by row; the last three are the offset.
    """
    numbers = bias.expand(late.shape[0], -1)  # [N, 12]
    for part, row in zip(torch.split(weight, late.shape[2], 1), late.unbind(1), strict=True):
        # not a matrix product: that wakes torch's threads, which then spin beside the kernels
        numbers = numbers + (row[:, None] * part).sum(2)
    matrix = numbers[:, :9].reshape(-1, 3, 3) + torch.eye(3, device=numbers.device)
    return torch.cat((matrix, numbers[:, 9:, None]), 2)


def recoloured(picture: Tensor, colours: Tensor | None) -> Tensor:
    """picture [N, 3, H, W] through colours [N, 3, 4], where there are any -> [N, 3, H, W]."""
    if colours is None:
        return picture
    return (colours[:, :, :3] @ picture.flatten(2) + colours[:, :, 3:]).reshape(picture.shape)
