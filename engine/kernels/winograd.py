"""Fused kernel for a 3x3 convolution by Winograd's minimal filtering (Lavin & Gray 2015, 1509.09308).

A strip of tiles is read and transformed, multiplied by the transformed weights, transformed back, and given its scale,
bias, noise and activation before it is written: what lies between stays in the caches. Activations have their channels
next to each other, in float32 or bfloat16; sums are float32.
"""

from __future__ import annotations

import ctypes
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.kernels.compiler import Run, best_precision, host_vectors, loaded
from engine.kernels.emitter import Precision
from engine.kernels.filtering import workers
from engine.kernels.team import default_threads
from engine.kernels.winograd_program import ARGUMENTS, SIDE, WEIGHT, module
from engine.paths import cache_dir

PRECISION: dict[torch.dtype, Precision] = {torch.float32: "f32", torch.bfloat16: "bf16"}
CACHE = 768 * 1024  # bytes of a strip that stay in the second cache
STRIP = 32, 128  # fewest and most tiles of a strip
FEWEST = 32  # channels, below which the transforms cost more than they save; no vector has more lanes
SMALLEST = 16  # side of the input, below which reading the weight costs most, which is larger here


def suits(weight: Tensor, side: int, dtype: torch.dtype) -> bool:
    """Whether a convolution of an input of this side with this weight [O, I, k, k] is faster this way."""
    if dtype not in PRECISION or PRECISION[dtype] not in ("f32", best_precision()):
        return False
    return tuple(weight.shape[2:]) == (3, 3) and min(weight.shape[:2]) >= FEWEST and side >= SMALLEST


class WinogradKernel:
    """weight [O, I, 3, 3], which counts times gain; padding: zeros around the input; dtype: of activations.

    I and O are at least FEWEST.
    """

    def __init__(self, weight: Tensor, padding: int, dtype: torch.dtype, gain: float = 1.0) -> None:
        self.outside, self.inside = weight.shape[:2]
        self.padding, self.dtype, self.tile = padding, dtype, SIDE[PRECISION[dtype]]
        vectors = host_vectors(PRECISION[dtype])
        self.places = (self.tile + 2) ** 2
        self.run = kernel(PRECISION[dtype])
        together = 4 // dtype.itemsize  # channels of one step
        self.deep = -(-self.inside // together) * together
        self.broad = -(-self.outside // vectors.block) * vectors.block
        g = torch.tensor(WEIGHT[self.tile], dtype=torch.float32) * gain**0.5
        filled = weight.float()
        if (self.deep, self.broad) != (self.inside, self.outside):
            filled = F.pad(filled, (0, 0, 0, 0, 0, self.deep - self.inside, 0, self.broad - self.outside))
        filled = filled.contiguous()
        parts = filled.view(self.broad // vectors.block, vectors.block, self.deep // together, together, 9)
        columns = parts.permute(4, 0, 2, 1, 3).reshape(9, -1)  # as the kernel reads them, while they are small
        self.weight = (torch.kron(g, g) @ columns).to(dtype)
        each = self.places * (self.deep * dtype.itemsize + self.broad * 4)
        self.strip = max(STRIP[0], min(STRIP[1], CACHE // each // 8 * 8))
        self.scratch = each * self.strip
        self.zero = torch.zeros(self.inside)

    def __call__(
        self,
        x: Tensor,
        style: Tensor,
        scale: Tensor,
        bias: Tensor,
        noise: Tensor | None = None,
        slope: float = 1.0,
        clamp: float | None = None,
    ) -> Tensor:
        """x [N, I, H, W] times style [N, I], convolved, times scale [N, O] or [N, 1], plus bias [O] and noise [H', W'].

        Then a leaky ReLU of this slope (1: none) and a clamp -> [N, O, H', W'], the channels last. There is noise only
        where H' and W' are multiples of the tile.
        """
        if x.dtype != self.dtype or x.shape[1] != self.inside or x.device.type != "cpu":
            raise ValueError(f"a kernel for {self.inside} channels of {self.dtype} got {tuple(x.shape)} {x.dtype}")
        x = x.contiguous(memory_format=torch.channels_last)
        height, width = (side + 2 * self.padding - 2 for side in x.shape[2:])
        down, across = -(-height // self.tile), -(-width // self.tile)
        out = torch.empty(len(x), down * self.tile, across * self.tile, self.outside, dtype=self.dtype)
        styles = style.float().contiguous()
        scales = scale.float().expand(len(x), self.outside).contiguous()
        biases, numbers = bias.float().contiguous(), torch.tensor([slope, 3.4e38 if clamp is None else clamp])
        if noise is not None:
            if noise.shape != (height, width) or (down * self.tile, across * self.tile) != (height, width):
                raise ValueError(f"noise {tuple(noise.shape)} does not fit an output of {height} x {width}")
            noise = noise.to(self.dtype).contiguous()
        element = self.dtype.itemsize
        for sample in range(len(x)):
            given = {
                "x": x[sample].data_ptr(),
                "out": out[sample].data_ptr(),
                "weight": self.weight.data_ptr(),
                "style": styles[sample].data_ptr(),
                "scale": scales[sample].data_ptr(),
                "bias": biases.data_ptr(),
                "noise": self.zero.data_ptr() if noise is None else noise.data_ptr(),
                "zero": self.zero.data_ptr(),
                "numbers": numbers.data_ptr(),
                "strip": self.strip,
                "height": x.shape[2],
                "width": x.shape[3],
                "inside": self.inside,
                "outside": self.outside,
                "deep": self.deep,
                "broad": self.broad,
                "across": across,
                "padding": self.padding,
                "x_row": x.shape[3] * self.inside * element,
                "x_pixel": self.inside * element,
                "out_row": out.stride(1) * element,
                "out_pixel": self.outside * element,
                "noise_row": 0 if noise is None else noise.stride(0) * element,
                "noise_pixel": 0 if noise is None else element,
            }
            self.work(given, down * across)
        return out.permute(0, 3, 1, 2)[:, :, :height, :width]

    def work(self, given: dict[str, int], tiles: int) -> None:
        """All tiles of a sample, shared among the threads."""
        threads = min(default_threads(), -(-tiles // 8))
        bounds = [tiles * thread // threads for thread in range(threads + 1)]

        def share(thread: int) -> None:
            own = given | {"first": bounds[thread], "last": bounds[thread + 1]}
            arguments = (ctypes.c_int64 * len(ARGUMENTS))(*(own[name] for name in ARGUMENTS))
            scratch = torch.zeros(self.scratch, dtype=torch.uint8)  # the weights of channels that fill up are zero
            self.run(ctypes.addressof(arguments), 0, 0, scratch.data_ptr(), 0)

        others = [workers().submit(share, thread) for thread in range(1, threads)]
        share(0)
        for other in others:
            other.result()


@cache
def kernel(precision: Precision) -> Run:
    """The compiled program: run(arguments, unused, unused, scratch, unused)."""
    return loaded(module(host_vectors(precision)), cache_dir() / "kernels")
