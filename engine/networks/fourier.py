"""StyleGAN3's input (2106.12423, section 3.1 and appendix F): waves on a plane that the style and the view move."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.networks.equalized import linear
from engine.networks.stylegan2_shapes import Hyper
from engine.recipe import View


class FourierInput:
    """weights: "input.*"; size: height and width of the features."""

    def __init__(
        self, weights: Mapping[str, Tensor], hyper: Hyper, size: tuple[int, int], device: torch.device
    ) -> None:
        weight, bias = linear(weights, "input.affine")
        self.affine = weight.to(device), bias.to(device)
        self.freqs = weights["input.freqs"].float().to(device)  # [C, 2]
        self.phases = weights["input.phases"].float().to(device)
        self.transform = weights["input.transform"].float().to(device)
        channels = len(self.phases)
        self.mixing = (weights["input.weight"].float() / math.sqrt(channels)).to(device)
        self.rate = float(hyper["input_sampling_rate"] or 0)
        self.bandwidth = float(hyper["input_bandwidth"] or 0)
        rows, columns = (
            (torch.arange(length, device=device) + 0.5 - length / 2) / self.rate for length in (size[0], size[1])
        )
        self.places = torch.stack([columns.expand(size), rows[:, None].expand(size)], -1)  # [H, W, 2] as x, y

    def __call__(self, w: Tensor, view: View) -> Tensor:
        """w [N, w_dim] -> [N, C, H, W] float32, the channels last in memory."""
        # a copy to the device may not stand in a CUDA graph, and graphs know only the plain view
        seen = self.transform if view == View() else self.transform @ seen_from(view).to(w)
        matrix = self.matrix(w) @ seen
        phases = self.phases + (self.freqs @ matrix[:, :2, 2:]).squeeze(2)  # [N, C]
        freqs = self.freqs @ matrix[:, :2, :2]  # [N, C, 2]
        # waves that are too fast for the grid fade out
        amplitudes = 1 - (freqs.norm(dim=2) - self.bandwidth) / (self.rate / 2 - self.bandwidth)
        angles = self.places.flatten(0, 1) @ freqs.transpose(1, 2) + phases[:, None]  # [N, H * W, C]
        waves = torch.sin(angles.mul_(2 * math.pi)).mul_(amplitudes.clamp(0, 1)[:, None])
        mixed = (waves @ self.mixing.T).view(len(w), *self.places.shape[:2], -1)
        return mixed.permute(0, 3, 1, 2)

    def matrix(self, w: Tensor) -> Tensor:
        """The rotation and translation that the style asks for: [N, 3, 3]."""
        t = F.linear(w, *self.affine)
        a, b, x, y = (t / t[:, :2].norm(dim=1, keepdim=True)).unbind(1)
        zero, one = torch.zeros_like(a), torch.ones_like(a)
        turned = torch.stack([a, -b, zero, b, a, zero, zero, zero, one], 1).view(-1, 3, 3)
        moved = torch.stack([one, zero, -x, zero, one, -y, zero, zero, one], 1).view(-1, 3, 3)
        return turned @ moved


def seen_from(view: View) -> Tensor:
    """Where a place of the picture lies on the plane: the inverse of what the eye sees, as in `engine.view` [3, 3]."""
    angle = math.radians(view.rotation)
    c, s = math.cos(angle) / view.zoom, math.sin(angle) / view.zoom
    matrix = torch.tensor([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    matrix[:2, 2] = matrix[:2, :2] @ torch.tensor([-view.x, -view.y])
    return matrix
