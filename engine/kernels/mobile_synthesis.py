"""MobileStyleGAN's synthesis network (2104.04767) on the CPU, stage by stage, with the fused kernels."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.kernels.activation import Activation, BufferPool
from engine.kernels.compiler import compiled, host_vectors
from engine.kernels.emitter import Precision, Vectors
from engine.kernels.layers import Dense, Head, Separable, Weights
from engine.kernels.program import scratch_bytes
from engine.kernels.team import Team, default_threads

Hook = Callable[[str, Tensor], Tensor]


class FusedSynthesis:
    """The synthesis network, a convolution a stage: 0 is the learned input's, 2i + 1 and 2i + 2 are those of block i.

    weights: f32, named and shaped as in the model file: input, conv1.*, blocks.{i}.{up,conv1,conv2}.*,
    heads.{size}.*; channels and resolutions are taken from their shapes.
    threads: the processor's cores, at most 16, when None. Any number of threads gives the same bits.
    """

    def __init__(
        self,
        weights: Weights,
        precision: Precision,
        threads: int | None = None,
        *,
        vectors: Vectors | None = None,
        cache: Path | None = None,
    ) -> None:
        v = vectors or host_vectors(precision)
        self.precision = precision
        blocks = sum(name.endswith(".conv1.depthwise") for name in weights)
        self._first = Dense(weights, v, bands=blocks > 0)
        self._layers: list[Separable] = []  # two a block; the first of them has the inverse Haar step
        order = self._first.order
        for block in range(blocks):
            for conv, up, bands in (
                ("conv1", f"blocks.{block}.up.modulation", False),
                ("conv2", None, block + 1 < blocks),
            ):
                name = f"blocks.{block}.{conv}"
                side: int = weights[f"{name}.noise"].shape[-1]
                self._layers.append(Separable(weights, name, order, v, resolution=side, up=up, bands=bands))
                order = self._layers[-1].order
        sizes = {2 * layer.resolution: block for block, layer in enumerate(self._layers[1::2])}
        self._heads = {
            size: (block, Head(weights, size, self._layers[2 * block + 1].order, v))
            for size, block in sizes.items()
            if f"heads.{size}.weight" in weights
        }
        self._pool = BufferPool(v)
        hidden = [head.hidden for _, head in self._heads.values() if head.hidden is not None]
        room = max(scratch_bytes(v, layer.strip, layer.channels) for layer in (*self._layers, *hidden))
        self._lock = threading.RLock()  # the layers hold one style at a time
        self._team = Team(compiled(v, cache), threads or default_threads(), room)

    @property
    def stages(self) -> int:
        return 1 + len(self._layers)

    @property
    def sizes(self) -> list[int]:
        """The pictures it has heads for, pixels a side."""
        return sorted(self._heads)

    @torch.no_grad()
    def stage(
        self, index: int, x: Activation | None, styles: Tensor, noise: Tensor | None, hook: Hook | None = None
    ) -> Activation:
        """One stage; x is the output of the one before and is never changed.

        styles f32 [rows, w]: stage 0 reads row 0, block i's two read rows 3i + 1 (with its `up`) and 3i + 2.
        noise: map [R, R], None for no noise. hook(name, f32 [1, C, R, R]) may replace the convolution's output.
        """
        with self._lock:
            out = self._learned(styles, noise) if index == 0 else self._layer(index - 1, x, styles, noise)
            if hook is not None:
                name = "conv1" if index == 0 else f"blocks.{(index - 1) // 2}.conv{2 - index % 2}"
                out.replace(hook(name, out.tensor()))
            return out

    @torch.no_grad()
    def picture(self, size: int, x: Activation, styles: Tensor, colours: Tensor | None = None) -> Tensor:
        """f32 [3, size, size], red, green, blue in about [-1, 1]; block i's head reads style row 3i + 3.

        colours: f32 [3, 4], a colour matrix and an offset that the picture goes through.
        """
        made = torch.empty(size, size, 4)
        self._draw(size, x, styles, made.data_ptr(), colours, display=False)
        return made[..., :3].permute(2, 0, 1).contiguous()

    @torch.no_grad()
    def pixels(
        self,
        size: int,
        x: Activation,
        styles: Tensor,
        out: np.ndarray | None = None,
        colours: Tensor | None = None,
    ) -> np.ndarray:
        """uint8 [size, size, 4] in the order blue, green, red, 255: clamp(round((x + 1) * 127.5))."""
        if out is None:
            out = np.empty((size, size, 4), np.uint8)
        elif out.shape != (size, size, 4) or out.dtype != np.uint8 or not out.flags.c_contiguous:
            raise ValueError(f"out must be contiguous uint8 [{size}, {size}, 4]")
        self._draw(size, x, styles, out.ctypes.data, colours, display=True)
        return out

    def trim(self) -> None:
        """Frees the buffers that no activation holds."""
        self._pool.trim()

    def _learned(self, styles: Tensor, noise: Tensor | None) -> Activation:
        rows = _rows(styles)
        self._team.run(self._first.entries(rows[0], noise))
        out = self._pool.lend(self._first.resolution, self._first.order)
        out.buffer[1:-1, 1:-1] = self._first.made
        return out

    def _layer(self, index: int, x: Activation | None, styles: Tensor, noise: Tensor | None) -> Activation:
        layer, second = self._layers[index], index % 2
        if x is None or x.resolution * (1 if second else 2) != layer.resolution or x.channels != layer.takes:
            raise ValueError(f"stage {index + 1} needs the output of stage {index}")
        out = self._pool.lend(layer.resolution, layer.order)
        rows = _rows(styles)
        row = rows[3 * (index // 2) + 1 + second]
        self._team.run([*layer.styled(row), layer.entry(x, out, noise)])
        return out

    def _draw(
        self, size: int, x: Activation, styles: Tensor, target: int, colours: Tensor | None, *, display: bool
    ) -> None:
        if size not in self._heads:
            raise ValueError(f"there is no head for {size} pixels, only for {self.sizes}")
        block, head = self._heads[size]
        if 2 * x.resolution != size:
            raise ValueError(f"the head for {size} pixels needs the output of stage {2 * block + 2}")
        row = _rows(styles)[3 * block + 3]
        with self._lock:
            entries, source = [head.styled(row, colours)], x
            if head.hidden is not None:
                source = self._pool.lend(x.resolution, head.hidden.order)
                entries += [*head.hidden.styled(row), head.hidden.entry(x, source, None)]
            self._team.run(entries)
            self._team.run([head.entry(source, target, display=display)])
            if source is not x:
                source.release()


def _rows(styles: Tensor) -> Tensor:
    """Styles as the kernels read them; the caller holds them while a program runs."""
    return styles.detach().to("cpu", torch.float32).contiguous()
