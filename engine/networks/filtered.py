"""StyleGAN3's filtered non-linearity (2106.12423, section 3.2): up, leaky ReLU, down, without inserted zeros.

The finer grid exists only as its phases, strip by strip: each is a depthwise convolution of the input by every `up`-th
tap of the filter, and the output is the sum of depthwise convolutions of the phases by every `down`-th tap.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.kernels import supported
from engine.kernels.filtering import DOWNS, UPS, FilterKernel, Walk
from engine.networks.on_torch import activated, refuse_gradients

ROWS = 32  # of the output in a strip; a strip stays in the processor's cache


@dataclass(frozen=True)
class Axis:
    """How one axis is walked; places of the finer grid are counted from one that begins a whole period.

    Place i of an up-phase reads `taps` places of the input from i + reads on. Output m reads `window` places of a
    down-phase from m + starts on; tap k of the down filter, counted from its end, belongs to down-phase
    (shift + k) % down. made: length of the output.
    """

    up: int
    down: int
    taps: int
    reads: int
    window: int
    starts: int
    shift: int
    made: int

    @property
    def ratio(self) -> int:
        """Up-phases that lie in one down-phase."""
        return self.up // self.down

    def places(self, first: int, last: int) -> tuple[int, int]:
        """The places of the up-phases, from and to, that the outputs from first to last - 1 read."""
        return (first + self.starts) // self.ratio, (last + self.starts + self.window - 2) // self.ratio + 1

    def read(self, places: tuple[int, int]) -> tuple[int, int]:
        """The places of the input, from and to, that these places of the up-phases read; some may lie outside."""
        return places[0] + self.reads, places[1] - 1 + self.reads + self.taps


class FilteredActivation:
    """Zero-insertion by `up`, padding, filter, leaky ReLU 0.2, clamp, filter, every `down`-th kept.

    size: (height, width) of the input; up: a multiple of down; padding: x0, x1, y0, y1 in places of the finer grid,
    negative to crop. up_filter [taps] or None; down_filter [taps], [taps, taps] or None. The activation's gain is the
    caller's. gradients: they are wanted, and the fused kernel has none.
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
        *,
        gradients: bool = False,
    ) -> None:
        self.clamp, self.dtype, self.reads = clamp, dtype, size
        ups = torch.ones(1, 1) if up_filter is None else squared(up_filter * up)
        downs = torch.ones(1, 1) if down_filter is None else squared(down_filter)
        self.y = axis(size[0], up, down, padding[2:], len(ups), len(downs))
        self.x = axis(size[1], up, down, padding[:2], len(ups), len(downs))
        self.size = self.y.made, self.x.made
        self.up = [[kernel.to(device, dtype) for kernel in row] for row in up_kernels(ups, self.y, self.x)]
        self.down = [[kernel.to(device, dtype) for kernel in row] for row in down_kernels(downs, self.y, self.x)]
        self.kernel = None
        fused = device.type == "cpu" and supported() is None and not gradients
        if fused and known_filters(up, down, up_filter, down_filter):
            assert up_filter is not None
            assert down_filter is not None
            phases = (up_filter.cpu().float() * up).view(UPS, up).flip(0).T  # [up, 6]
            downs = down_filter.cpu().float().flip(tuple(range(down_filter.dim())))
            self.kernel = FilterKernel(walk(size[0], self.y), walk(size[1], self.x), phases, downs, clamp, dtype)
        self.rows = ROWS if device.type == "cpu" else self.y.made

    def __call__(self, x: Tensor) -> Tensor:
        """[N, C, H, W] -> [N, C, *size], both with their channels last in memory."""
        if x.shape[2:] != self.reads or x.dtype != self.dtype:
            raise ValueError(f"a filter for {self.reads} {self.dtype} was given {tuple(x.shape)} {x.dtype}")
        out = empty((len(x), x.shape[1], *self.size), x)
        for sample in range(len(x)):
            if self.kernel is not None and x.stride(1) == 1 and x.shape[1] >= self.kernel.lanes:
                refuse_gradients(x)
                self.kernel(x[sample : sample + 1], out[sample : sample + 1])
                continue
            for first in range(0, self.y.made, self.rows):
                last = min(first + self.rows, self.y.made)
                self.strip(x[sample : sample + 1], out[sample : sample + 1, :, first:last], first, last)
        return out

    def strip(self, x: Tensor, out: Tensor, first: int, last: int) -> None:
        """Outputs of the rows from first to last - 1."""
        tall, wide = self.y.places(first, last), self.x.places(0, self.x.made)
        source = window(x, self.y.read(tall), self.x.read(wide))
        fine = self.phases(source)
        # a strip of phases may begin before the first place that the outputs read
        top = first + self.y.starts - tall[0] * self.y.ratio
        left = self.x.starts - wide[0] * self.x.ratio
        total: Tensor | None = None
        for a, row in enumerate(self.down):
            for b, kernel in enumerate(row):
                rows, columns = last - first + kernel.shape[2] - 1, self.x.made + kernel.shape[3] - 1
                phase = fine[a][b][:, :, top : top + rows, left : left + columns]
                part = depthwise(phase, kernel)
                total = part if total is None else total.add_(part)
        assert total is not None
        out.copy_(total)

    def phases(self, source: Tensor) -> list[list[Tensor]]:
        """The activation on the finer grid, as its down-phases, each put together of several up-phases."""
        down_y, down_x = len(self.down), len(self.down[0])
        if self.y.ratio == self.x.ratio == 1:
            return [[activated(depthwise(source, kernel), self.clamp) for kernel in row] for row in self.up]
        found: list[list[Tensor]] = [[source] * down_x for _ in range(down_y)]
        for p, row in enumerate(self.up):
            for q, kernel in enumerate(row):
                part = activated(depthwise(source, kernel), self.clamp)
                if p < down_y and q < down_x:
                    shape = (1, part.shape[1], part.shape[2] * self.y.ratio, part.shape[3] * self.x.ratio)
                    found[p][q] = empty(shape, part)
                target = found[p % down_y][q % down_x]
                target[:, :, p // down_y :: self.y.ratio, q // down_x :: self.x.ratio] = part
        return found


def known_filters(up: int, down: int, up_filter: Tensor | None, down_filter: Tensor | None) -> bool:
    """Whether the fused kernel knows filters of these kinds."""
    if up_filter is None or down_filter is None:
        return False
    return up in (2, 4) and down == 2 and len(up_filter) == UPS * up and len(down_filter) == DOWNS


def walk(length: int, axis: Axis) -> Walk:
    """An axis as the fused kernel walks it."""
    return Walk(length, axis.made, axis.up, axis.reads, axis.shift)


def axis(length: int, up: int, down: int, padding: tuple[int, ...], ups: int, downs: int) -> Axis:
    """Split an axis into phases; ups and downs: taps of its filters."""
    fine = length * up + padding[0] + padding[1] - ups + 1
    # place n of the finer grid is place n + shift here, so that all up-phases read from the same input on
    reach = ups - 1 - padding[0]
    shift = reach % up
    taps, starts = -(-ups // up), shift // down
    window = (shift + downs - 1) // down + 1 - starts
    return Axis(up, down, taps, reach // up - taps + 1, window, starts, shift, (fine - downs) // down + 1)


def up_kernels(taps: Tensor, y: Axis, x: Axis) -> list[list[Tensor]]:
    """Phase p hears every up-th tap from p on: kernels [1, 1, y.taps, x.taps] by phase."""
    padded = F.pad(taps, (0, x.taps * x.up - taps.shape[1], 0, y.taps * y.up - taps.shape[0]))
    return [[padded[p :: y.up, q :: x.up].flip(0, 1)[None, None] for q in range(x.up)] for p in range(y.up)]


def down_kernels(taps: Tensor, y: Axis, x: Axis) -> list[list[Tensor]]:
    """Every down-th tap, where the output finds its place in the phase: kernels [1, 1, y.window, x.window] by phase."""
    laid = torch.zeros(y.window * y.down, x.window * x.down)
    top, left = y.shift - y.starts * y.down, x.shift - x.starts * x.down
    laid[top : top + taps.shape[0], left : left + taps.shape[1]] = taps.flip(0, 1)
    return [[laid[a :: y.down, b :: x.down][None, None] for b in range(x.down)] for a in range(y.down)]


def squared(taps: Tensor) -> Tensor:
    """A filter of one axis as one of both."""
    taps = taps.float().cpu()
    return taps[:, None] * taps if taps.dim() == 1 else taps


def window(x: Tensor, rows: tuple[int, int], columns: tuple[int, int]) -> Tensor:
    """A window of x [1, C, H, W] that may reach beyond it, where there are zeros."""
    height, width = x.shape[2:]
    top, bottom = max(rows[0], 0), min(rows[1], height)
    left, right = max(columns[0], 0), min(columns[1], width)
    inside = x[:, :, top:bottom, left:right]
    shape = (1, x.shape[1], rows[1] - rows[0], columns[1] - columns[0])
    if inside.shape == shape:
        return inside
    found = empty(shape, x).zero_()
    found[:, :, top - rows[0] : bottom - rows[0], left - columns[0] : right - columns[0]] = inside
    return found


def empty(shape: tuple[int, ...], like: Tensor) -> Tensor:
    """Memory for a tensor with its channels last."""
    return torch.empty(shape, dtype=like.dtype, device=like.device, memory_format=torch.channels_last)


def depthwise(x: Tensor, kernel: Tensor) -> Tensor:
    """One kernel [1, 1, h, w] on every channel."""
    channels = x.shape[1]
    return F.conv2d(x, kernel.expand(channels, -1, -1, -1), groups=channels)
