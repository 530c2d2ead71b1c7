"""Several processes that train as one, started by torchrun; one process alone is the usual case.

Gradients are averaged as they are, without a wrapper round the networks: these grow, and are differentiated twice.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor


@dataclass(frozen=True)
class Together:
    """This process among all: rank 0 writes the run folder."""

    rank: int = 0
    world: int = 1

    def average(self, gradients: Sequence[Tensor]) -> None:
        """Mean over the processes, in place: all in one message."""
        if self.world == 1 or not gradients:
            return
        flat = torch.cat([gradient.reshape(-1) for gradient in gradients])
        dist.all_reduce(flat)
        flat /= self.world
        at = 0
        for gradient in gradients:
            gradient.copy_(flat[at : at + gradient.numel()].view_as(gradient))
            at += gradient.numel()

    def mean(self, numbers: Tensor) -> Tensor:
        """Mean over the processes."""
        if self.world > 1:
            dist.all_reduce(numbers)
            numbers = numbers / self.world
        return numbers

    def agree(self, word: int) -> int:
        """What rank 0 says, everywhere."""
        if self.world == 1:
            return word
        said = torch.tensor([word])
        dist.broadcast(said, 0)
        return int(said)


def processes() -> int:
    """How many torchrun has started."""
    return int(os.environ.get("WORLD_SIZE", "1"))


@contextmanager
def joined(device: str) -> Iterator[Together]:
    """The group that torchrun made, or this process alone."""
    if processes() == 1:
        yield Together()
        return
    if device == "cuda":
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    # numbers and gradients lie on the GPUs, and what the processes agree on does not
    dist.init_process_group("cpu:gloo,cuda:nccl" if device == "cuda" else "gloo")
    try:
        yield Together(dist.get_rank(), dist.get_world_size())
    finally:
        dist.destroy_process_group()
