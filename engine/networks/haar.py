"""One step of the inverse two-dimensional Haar wavelet transform."""

from __future__ import annotations

import torch
from torch import Tensor


def inverse_haar(x: Tensor) -> Tensor:
    """Four bands -> one picture of twice the size (MobileStyleGAN, 2104.04767, section 3.1).

    x [N, 4C, H, W]: the first C channels are LL, the others [C, 3] = (LH, HL, HH) -> [N, C, 2H, 2W], where
    out[2y+a, 2x+b] = (LL + (-1)^a LH + (-1)^b HL + (-1)^(a+b) HH) / 2.
    """
    n, bands, height, width = x.shape
    channels = bands // 4
    low = x[:, :channels] * 0.5
    lh, hl, hh = (x[:, channels:] * 0.5).reshape(n, channels, 3, height, width).unbind(2)
    top, bottom = low + lh, low - lh
    left, right = hl + hh, hl - hh
    rows = torch.stack(
        (torch.stack((top + left, top - left), -1), torch.stack((bottom + right, bottom - right), -1)), 3
    )
    return rows.reshape(n, channels, 2 * height, 2 * width)  # [N, C, H, 2, W, 2]
