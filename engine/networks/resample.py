"""Two-fold resampling by a small low-pass filter, as StyleGAN2's layers do it (1912.04958, appendix B)."""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.errors import VisagistError
from engine.networks.shapes import written

TAPS = 4


def usual_filter() -> Tensor:
    """The outer product of [1, 3, 3, 1] with itself, of sum one: [4, 4]."""
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0])
    return taps[:, None] * taps / taps.sum() ** 2


def filter_of(weights: Mapping[str, Tensor], prefix: str) -> Tensor:
    """The filter that a file holds beside a layer, else the usual one."""
    found = weights.get(f"{prefix}.resample_filter")
    if found is None:
        return usual_filter()
    if found.dim() != 2 or found.shape[0] != found.shape[1] or not 1 <= found.shape[0] <= TAPS:
        raise VisagistError(
            f"tensor {prefix}.resample_filter is {written(tuple(found.shape))}; only filters of up to {TAPS} x {TAPS} "
            "are known here"
        )
    return centred(found.float().cpu())


def centred(taps: Tensor) -> Tensor:
    """A filter [n, n] among zeros, where the original programs put one of n taps: [4, 4].

    They pad so that a filter's middle stays in place, and before the samples by (n + 1) // 2 for an up-scaling.
    """
    after = (TAPS + 1) // 2 - (taps.shape[0] + 1) // 2
    before = TAPS - taps.shape[0] - after
    return F.pad(taps, (before, after, before, after))


def smoothing(taps: Tensor, gain: float) -> Tensor:
    """The filter as a depthwise kernel of torch, which correlates: flipped, times a gain -> [1, 1, 4, 4]."""
    return (taps.flip(0, 1) * gain)[None, None]


class Doubling:
    """Zero-insertion, pad (2, 1), filter times 4, polyphase: a 3x3 convolution to four phases, then a shuffle.

    taps [4, 4].
    """

    def __init__(self, taps: Tensor, channels: int, device: torch.device | str, dtype: torch.dtype) -> None:
        # even places of an axis read taps 3 and 1 of the places before and at, odd ones 2 and 0 of at and after
        even, odd = torch.zeros(3, TAPS), torch.zeros(3, TAPS)
        even[0, 3] = even[1, 1] = odd[1, 2] = odd[2, 0] = 1
        phases = [4 * rows @ taps.float().cpu() @ columns.T for rows in (even, odd) for columns in (even, odd)]
        kernel = torch.stack(phases)[:, None].repeat(channels, 1, 1, 1)  # [4C, 1, 3, 3]
        self.kernel = kernel.to(device, dtype)
        self.channels = channels

    def __call__(self, x: Tensor) -> Tensor:
        """[N, C, R, R] -> [N, C, 2R, 2R]."""
        return F.pixel_shuffle(F.conv2d(x, self.kernel, padding=1, groups=self.channels), 2)
