"""The recipe's view for networks that cannot move their own picture plane: a resampling of the finished picture."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.recipe import View


def looked_at(picture: Tensor, view: View) -> Tensor:
    """Move, turn and zoom a picture [N, 3, H, W] about its centre, bilinear, mirrored beyond the edge.

    Positive x moves the picture right, positive y down, positive rotation turns it counter-clockwise.
    """
    if view == View():
        return picture
    angle = math.radians(view.rotation)
    c, s = math.cos(angle) / view.zoom, math.sin(angle) / view.zoom
    # the sampling grid is the inverse of what the eye sees; grid_sample counts from -1 to 1
    matrix = torch.tensor([[c, -s, 0.0], [s, c, 0.0]])
    shift = matrix[:, :2] @ torch.tensor([-2 * view.x, -2 * view.y])
    matrix[:, 2] = shift
    grid = F.affine_grid(matrix.expand(picture.shape[0], -1, -1).to(picture), list(picture.shape), align_corners=False)
    return F.grid_sample(picture, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
