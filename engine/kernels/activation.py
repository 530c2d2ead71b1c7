"""What lies between two stages: one padded NHWC buffer, lent from a pool."""

from __future__ import annotations

from contextlib import suppress

import torch
from torch import Tensor

from engine.kernels import packing
from engine.kernels.emitter import Vectors


class Activation:
    """The output of a stage; give it back by `release` or by forgetting it."""

    def __init__(self, pool: BufferPool, buffer: Tensor, order: Tensor) -> None:
        self._pool = pool
        self._buffer: Tensor | None = buffer
        self._order = order
        self.resolution: int = buffer.shape[0] - 2
        self.channels = int((order >= 0).sum())
        self.nbytes: int = buffer.nbytes

    @property
    def buffer(self) -> Tensor:
        """[R + 2, R + 2, stored channels], zero around."""
        if self._buffer is None:
            raise ValueError("this activation was released")
        return self._buffer

    def tensor(self) -> Tensor:
        """A copy, f32 [1, C, R, R], the channels in the network's order."""
        inside = self.buffer[1:-1, 1:-1].permute(2, 0, 1)[None]
        return inside.index_select(1, packing.inverse(self._order)).float()

    def replace(self, values: Tensor) -> None:
        """Other values in the same place: [1, C, R, R]."""
        if values.shape != (1, self.channels, self.resolution, self.resolution):
            raise ValueError(
                f"a hook must keep the shape {(1, self.channels, self.resolution, self.resolution)}, "
                f"not make it {tuple(values.shape)}"
            )
        self.buffer[1:-1, 1:-1] = packing.arranged(values[0].cpu().float(), self._order).permute(1, 2, 0)

    def release(self) -> None:
        """Gives the buffer back to the pool; the activation cannot be read any more."""
        buffer, self._buffer = self._buffer, None
        if buffer is not None:
            self._pool.give_back(buffer)

    def __del__(self) -> None:
        self.release()


IDLE_BYTES = 192 * 2**20  # a full 1024 px frame takes 150 MB in bf16


class BufferPool:
    """Buffers by shape, so that a frame allocates nothing after the first; what idles beyond a limit is let go.

    No lock: the collector may give a buffer back while one is being lent, and single list operations are atomic.
    """

    def __init__(self, v: Vectors) -> None:
        self._kind = packing.storage(v)
        self._free: dict[tuple[int, ...], list[Tensor]] = {}

    def lend(self, resolution: int, order: Tensor) -> Activation:
        """An activation of unknown content inside its zero border."""
        shape = (resolution + 2, resolution + 2, len(order))
        try:
            buffer = self._free.setdefault(shape, []).pop()
        except IndexError:
            with torch.inference_mode(mode=False):  # it is lent again, to whoever may be in another mode
                buffer = torch.zeros(shape, dtype=self._kind)
        return Activation(self, buffer, order)

    def give_back(self, buffer: Tensor) -> None:
        """Keep it for the next frame; where too much idles, the shape that idles most gives its oldest."""
        self._free.setdefault(tuple(buffer.shape), []).append(buffer)
        while True:
            idle = {shape: sum(one.nbytes for one in list(kept)) for shape, kept in list(self._free.items())}
            if sum(idle.values()) <= IDLE_BYTES:
                return
            with suppress(IndexError):  # lent meanwhile
                self._free[max(idle, key=lambda shape: idle[shape])].pop(0)

    def trim(self) -> None:
        """Frees the buffers that nobody holds."""
        self._free.clear()
