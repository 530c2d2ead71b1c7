"""The tensors of a safetensors file, memory-mapped.

safetensors' own mapping (0.8.0) never gives back two numbers for each tensor, at each call: 16 kB for a face generator,
which a show that changes models for a month would feel. It still checks the file and says where everything lies.
"""

from __future__ import annotations

import math
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

TYPES = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.int16: "I16",
    torch.int8: "I8",
    torch.uint8: "U8",
    torch.bool: "BOOL",
}
BY_NAME = {name: dtype for dtype, name in TYPES.items()}


def map_tensors(path: Path) -> dict[str, Tensor]:
    """Every tensor on the CPU; what is written to one stays in this process.

    Raises SafetensorError for a broken file, or one with numbers of other types, and OSError.
    """
    with safe_open(path, "np") as file:
        # the format leaves no gap between tensors, nor behind the last
        slices = [(name, file.get_slice(name)) for name in file.offset_keys()]
    tensors = {}
    length = path.stat().st_size
    storage = torch.UntypedStorage.from_file(str(path), False, length)
    for name, told in reversed(slices):
        dtype, shape = BY_NAME.get(told.get_dtype()), told.get_shape()
        if dtype is None:
            raise SafetensorError(f"{name} is of the type {told.get_dtype()}")
        begin = length - math.prod(shape) * dtype.itemsize
        tensors[name] = torch.empty(0, dtype=dtype).set_(storage[begin:length]).view(shape)
        length = begin
    return tensors
