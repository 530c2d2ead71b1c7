"""Late colours of a draft: what the style rows after a draft's head would have done to its colours."""

from __future__ import annotations

from collections.abc import Mapping

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

    def __call__(self, size: int, picture: Tensor, styles: Tensor) -> Tensor:
        """picture [N, 3, size, size], styles [N, style_rows, w_dim] -> the picture recoloured, where that is known."""
        if size not in self.rows:
            return picture
        late = styles[:, list(self.rows[size])].to(picture.device)
        return recoloured(picture, *self.maps[size], late)


def late_rows(plan: Plan, output: Output) -> tuple[int, ...]:
    """The style rows after the head's own that the full picture reads."""
    read = {row for stage in plan.stages for row in stage.rows} | set(plan.outputs[-1].rows)
    return tuple(sorted(row for row in read if row > output.rows[0]))


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
