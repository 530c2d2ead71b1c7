"""Late colours of a draft: what the style rows after a draft's head would have done to its colours."""

from __future__ import annotations

from torch import Tensor

from engine.networks.generator import Plan


def late_rows(plan: Plan, row: int) -> tuple[int, ...]:
    """The style rows after the head's own that the full picture reads."""
    read = {one for stage in plan.stages for one in stage.rows} | set(plan.outputs[-1].rows)
    return tuple(sorted(one for one in read if one > row))


def recoloured(picture: Tensor, weight: Tensor, bias: Tensor, late: Tensor) -> Tensor:
    """A colour matrix and an offset, linear in the late rows: what they do to a picture is mostly that.

    picture [N, 3, H, W]; weight [12, L * w_dim], bias [12]; late: their styles [N, L, w_dim] -> [N, 3, H, W].
    The first nine numbers are added to the unit matrix, row by row; the last three are the offset.
    """
    n, colours, height, width = picture.shape
    numbers = late.flatten(1) @ weight.T + bias  # [N, 12]
    change = numbers[:, : colours * colours].reshape(n, colours, colours)
    flat = picture.flatten(2)  # [N, 3, H * W]
    return (flat + change @ flat + numbers[:, colours * colours :, None]).reshape(n, colours, height, width)
