"""StyleGAN3's filtered non-linearity (2106.12423, section 3.2): up, leaky ReLU, down, without inserted zeros.

A filter along an axis is a band matrix. The picture is cut into tiles; for each, the bands of both axes are small dense
matrices, and what lies between them stays in the processor's cache.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

TILE = 16  # side of a tile of the output, in pixels
FAINT = 1e-6  # parts of a filter that no picture shows


@dataclass(frozen=True)
class Span:
    """A tile along one axis: what it reads and writes, and the matrices between.

    up [U, read]; down: across [R * written, U] of the horizontal axis, or [written, U * R] of the vertical one.
    """

    read: slice
    written: slice
    up: Tensor
    down: Tensor


class FilteredActivation:
    """Zero-insertion by `up`, padding, filter, leaky ReLU 0.2, clamp, filter, every `down`-th kept.

    size: (height, width) of the input; padding: x0, x1, y0, y1 in pixels of the finer grid, negative to crop.
    up_filter [taps] or None; down_filter [taps], [taps, taps] or None. The activation's gain is the caller's.
    """

    def __init__(
        self,
        size: tuple[int, int],
        up: int,
        down: int,
        padding: tuple[int, int, int, int],
        up_filter: Tensor | None,
        down_filter: Tensor | None,
        clamp: float | None,
        device: torch.device,
        dtype: torch.dtype,
    ) -> None:
        self.clamp = clamp
        columns, rows = separated(down_filter)
        taps = torch.ones(1) / up if up_filter is None else up_filter  # no filter is no gain, either
        spans = []
        for length, pads, downs in ((size[0], padding[2:], columns), (size[1], padding[:2], rows)):
            fine = upward(length, up, pads, taps)
            coarse = torch.stack([downward(len(fine), down, taps) for taps in downs])  # [R, out, U]
            spans.append((fine, coarse))
        (up_y, down_y), (up_x, down_x) = spans
        self.size = down_y.shape[1], down_x.shape[1]
        tile = TILE if device.type == "cpu" else max(self.size)
        self.rows = [placed(span, device, dtype) for span in cut(up_y, down_y, tile, across=False)]
        self.columns = [placed(span, device, dtype) for span in cut(up_x, down_x, tile, across=True)]

    def __call__(self, x: Tensor) -> Tensor:
        """[N, C, H, W] -> [N, C, *size], both with their channels last in memory."""
        n, channels = x.shape[:2]
        out = torch.empty(n, *self.size, channels, dtype=x.dtype, device=x.device)
        source = x.permute(0, 2, 3, 1).contiguous()
        for sample in range(n):
            for row in self.rows:
                for column in self.columns:
                    self.tile(source[sample], out[sample], row, column)
        return out.permute(0, 3, 1, 2)

    def tile(self, source: Tensor, out: Tensor, row: Span, column: Span) -> None:
        """One tile: source [H, W, C], out [H', W', C]."""
        channels = source.shape[2]
        part = source[row.read, column.read]  # [h, w, C]
        tall = row.up @ part.reshape(part.shape[0], -1)  # [U, w * C]
        count = len(tall)
        fine = torch.bmm(column.up.expand(count, -1, -1), tall.view(count, -1, channels))  # [U, U', C]
        fine = F.leaky_relu_(fine, 0.2)
        if self.clamp is not None:
            fine = fine.clamp_(-self.clamp, self.clamp)
        narrow = torch.bmm(column.down.expand(count, -1, -1), fine)  # [U, R * w', C]
        small = out[row.written, column.written]
        small.copy_((row.down @ narrow.view(row.down.shape[1], -1)).view(small.shape))


def separated(taps: Tensor | None) -> tuple[list[Tensor], list[Tensor]]:
    """A filter [k], or [k, k], as a sum of products of a column and a row filter."""
    if taps is None:
        return [torch.ones(1)], [torch.ones(1)]
    if taps.dim() == 1:
        return [taps], [taps]
    u, sizes, vh = torch.linalg.svd(taps.double().cpu())
    kept = [i for i, size in enumerate(sizes.tolist()) if size > FAINT * float(sizes[0])]
    return [u[:, i] * sizes[i] for i in kept], [vh[i] for i in kept]


def upward(length: int, up: int, padding: tuple[int, ...], taps: Tensor) -> Tensor:
    """The matrix [U, length] of zero-insertion, padding (or cropping) and a convolution with taps * up."""
    count = len(taps)
    start, end = padding
    matrix = torch.zeros(length * up + start + end - count + 1, length, dtype=torch.float64)
    for source in range(length):
        for tap, value in enumerate(taps.double().tolist()):
            target = source * up + start + tap - count + 1
            if 0 <= target < len(matrix):
                matrix[target, source] = value * up
    return matrix


def downward(length: int, down: int, taps: Tensor) -> Tensor:
    """The matrix [(length - taps) // down + 1, length] of a convolution of which every down-th value is kept."""
    flipped = taps.double().flip(0).cpu()
    matrix = torch.zeros((length - len(taps)) // down + 1, length, dtype=torch.float64)
    for target in range(len(matrix)):
        matrix[target, target * down : target * down + len(taps)] = flipped
    return matrix


def cut(up: Tensor, down: Tensor, tile: int, *, across: bool) -> list[Span]:
    """Tiles along an axis: up [U, in], down [R, out, U]."""
    spans = []
    for start in range(0, down.shape[1], tile):
        written = slice(start, min(start + tile, down.shape[1]))
        fine = touched(down[:, written].sum(0).abs() + down[:, written].abs().sum(0))
        read = touched(up[fine].abs())
        block = down[:, written, fine]  # [R, out, U]
        arranged = block.flatten(0, 1) if across else block.permute(1, 2, 0).flatten(1)
        spans.append(Span(read, written, up[fine, read], arranged))
    return spans


def touched(matrix: Tensor) -> slice:
    """The range of columns that hold anything; one column at least."""
    places = matrix.sum(0).nonzero().flatten()
    return slice(int(places[0]), int(places[-1]) + 1) if len(places) else slice(0, 1)


def placed(span: Span, device: torch.device, dtype: torch.dtype) -> Span:
    """The matrices where they compute."""
    return Span(span.read, span.written, *(m.to(device, dtype).contiguous() for m in (span.up, span.down)))
