"""Device and dtype policy: where a network runs and in what precision."""

from __future__ import annotations

from dataclasses import dataclass

import psutil
import torch

from engine.errors import VisagistError

PRECISIONS = ("f32", "fp16", "bf16")
LABELS = {"cuda": "CUDA", "mps": "MPS", "cpu": "CPU"}


@dataclass(frozen=True)
class Target:
    """Where synthesis runs: device "cuda", "mps" or "cpu"; precision "f32", "fp16" or "bf16"."""

    device: str
    precision: str

    @property
    def label(self) -> str:
        """What a person reads."""
        return LABELS[self.device]


def choose(device: str | None = None, precision: str | None = None) -> Target:
    """The best target of this machine, or the one asked for.

    CUDA computes in fp16 on tensor cores. The CPU computes in bf16 where the processor multiplies it
    (AVX512-BF16, AMX) and a fast kernel exists, else in f32. MPS computes in f32.
    Raises VisagistError for a device or a precision that is not there.
    """
    device = device or ("cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu")
    if device not in LABELS:
        raise VisagistError(f"there is no device '{device}'; choose one of {', '.join(LABELS)}")
    if (device == "cuda" and not torch.cuda.is_available()) or (
        device == "mps" and not torch.backends.mps.is_available()
    ):
        raise VisagistError(f"this machine or this build of torch has no {LABELS[device]}; leave the device out")
    if precision is None:
        precision = {"cuda": "fp16", "mps": "f32"}.get(device) or cpu_precision()
    if precision not in PRECISIONS:
        raise VisagistError(f"there is no precision '{precision}'; choose one of {', '.join(PRECISIONS)}")
    if precision == "fp16" and device == "cpu":
        raise VisagistError("the CPU computes in f32 or bf16, not in fp16")
    return Target(device, precision)


def memory_in_use(label: str) -> int:
    """Bytes that this program holds where a target of this label computes: on the GPU, or of the machine's own."""
    if label == LABELS["cuda"]:
        return int(torch.cuda.memory_reserved())
    if label == LABELS["mps"]:
        return int(torch.mps.driver_allocated_memory())
    return int(psutil.Process().memory_info().rss)


def cpu_precision() -> str:
    """What the CPU computes fastest in."""
    from engine.kernels import best_precision, supported  # llvmlite is slow to import

    return best_precision() if supported() is None else "f32"


def is_out_of_memory(error: BaseException) -> bool:
    """torch says it in its own class on CUDA, and in words from its CPU allocator and from MPS."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    text = str(error).lower()
    return "out of memory" in text or "can't allocate memory" in text
