"""torch tensors out of a pickle's records, each checked against its storage and the storage against the file."""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from engine.models.reading.arrays import bytes_of, shape_of
from engine.models.reading.machine import Global, Record, Stored
from engine.models.reading.opcodes import run
from engine.models.reading.source import CUT, Source, Span

REBUILD_TENSOR = ("torch._utils", "_rebuild_tensor_v2")
REBUILD_PARAMETER = ("torch._utils", "_rebuild_parameter")
LOAD_BYTES = ("torch.storage", "_load_from_bytes")

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
STORAGES = {
    "FloatStorage": torch.float32,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "DoubleStorage": torch.float64,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "ShortStorage": torch.int16,
    "CharStorage": torch.int8,
    "ByteStorage": torch.uint8,
    "BoolStorage": torch.bool,
}


@dataclass(frozen=True)
class Storage:
    """Numbers of one kind that lie in a span of a file; source: of another one than the tensors' own."""

    span: Span
    dtype: torch.dtype
    source: Source | None = None

    @property
    def count(self) -> int:
        return self.span.size // self.dtype.itemsize


class Tensors:
    """Makes the tensors of one file; a record that is met twice gives the same tensor.

    stored: storages that lie beside the pickle, by key.
    """

    def __init__(self, source: Source, stored: Mapping[str, Storage] | None = None) -> None:
        self.source, self.stored = source, stored or {}
        self.made: dict[Record, Tensor] = {}
        self.nested: dict[Span | bytes, Storage] = {}

    def read(self, value: object, name: str) -> Tensor:
        """float32, contiguous; ModelFileError, with the tensor's name, for anything but a sound tensor."""
        record = parameter_data(value)
        if not is_tensor(record):
            raise self.source.error(f"{name} is not a tensor")
        assert isinstance(record, Record)
        if record not in self.made:
            self.made[record] = self.make(record, name)
        return self.made[record]

    def make(self, record: Record, name: str) -> Tensor:
        if len(record.args) < 4:
            raise self.source.error(f"the tensor {name} lacks its size and stride")
        storage = self.storage(record.args[0], name)
        offset, shape, stride = record.args[1], *(shape_of(self.source, part, name) for part in record.args[2:4])
        if type(offset) is not int or offset < 0 or len(stride) != len(shape):
            raise self.source.error(f"the tensor {name} begins at {offset!r} of its storage, with strides {stride}")
        count = math.prod(shape)
        reach = 1 + sum((size - 1) * step for size, step in zip(shape, stride, strict=True)) if count else 0
        if offset + reach > storage.count:
            over = (offset + reach - storage.count) * storage.dtype.itemsize
            raise self.source.error(f"the tensor {name} reaches {over} bytes past its storage", CUT)
        if count > reach:
            raise self.source.error(f"the tensor {name} shows its storage more than once", "no network's tensor does")
        self.source.spend(max(4 * count, reach * storage.dtype.itemsize), name)
        begin = storage.span.start + offset * storage.dtype.itemsize
        flat = self.flat(storage, Span(begin, begin + reach * storage.dtype.itemsize))
        return flat.as_strided(shape, stride).to(torch.float32).contiguous()

    def flat(self, storage: Storage, span: Span) -> Tensor:
        """All numbers of a span."""
        raw = np.empty(span.size, np.uint8)
        (storage.source or self.source).fill(span, raw)
        return torch.from_numpy(raw).view(storage.dtype) if span.size else torch.empty(0, dtype=storage.dtype)

    def storage(self, value: object, name: str) -> Storage:
        """Of a persistent id, or of the bytes of a whole file within the file."""
        if isinstance(value, Stored):
            key, kind, count = storage_id(self.source, value, name)
            storage = self.stored.get(key)
            if storage is None:
                raise self.source.error(f"the storage {key[:40]} of the tensor {name} is not in the file", CUT)
            if storage.dtype != kind:
                storage = Storage(storage.span, kind)
            if storage.count < count:
                raise self.source.error(f"the storage of {name} has {storage.count} numbers and should have {count}")
            return storage
        if isinstance(value, Record) and value.made_by.pair == LOAD_BYTES and len(value.args) == 1:
            content = bytes_of(self.source, value.args[0], name)
            if content not in self.nested:
                self.nested[content] = self.read_nested(content, name)
            return self.nested[content]
        raise self.source.error(f"the tensor {name} has no storage")

    def read_nested(self, content: Span | bytes, name: str) -> Storage:
        """One storage saved by torch in bytes of its own; protocols up to 2 write them as text."""
        if isinstance(content, Span):
            return read_nested(self.source, content, name)
        self.source.spend(len(content), name)
        inside = Source(self.source.path, io.BytesIO(content), len(content), self.source.imports, self.source.made)
        return replace(read_nested(inside, Span(0, len(content)), name), source=inside)


def parameter_data(value: object) -> object:
    """The tensor inside a parameter; anything else as it is."""
    if isinstance(value, Record) and value.made_by.pair == REBUILD_PARAMETER and value.args:
        return value.args[0]
    return value


def is_tensor(value: object) -> bool:
    """Whether a value is the record of a tensor or of a parameter."""
    value = parameter_data(value)
    return isinstance(value, Record) and value.made_by.pair == REBUILD_TENSOR


def storage_id(source: Source, value: Stored, name: str) -> tuple[str, torch.dtype, int]:
    """Key, type and length out of ("storage", torch's class, key, location[, length[, None]])."""
    parts = value.id
    if isinstance(parts, tuple) and 5 <= len(parts) <= 6 and parts[0] == "storage" and (*parts, None)[5] is None:
        kind, key, count = parts[1], parts[2], parts[4]
        if isinstance(kind, Global) and kind.module == "torch" and isinstance(key, str):
            dtype = STORAGES.get(kind.name)
            if dtype is not None and type(count) is int and count >= 0:
                return key, dtype, count
    raise source.error(f"the storage of the tensor {name} is not described as torch does it")


def read_nested(source: Source, span: Span, name: str) -> Storage:
    """One storage saved by torch in bytes of its own."""
    value, storages, _ = read_stream(source, span)
    if not isinstance(value, Stored):
        raise source.error(f"the storage of the tensor {name} is something else")
    key, _, count = storage_id(source, value, name)
    if key not in storages or storages[key].count != count:
        raise source.error(f"the storage of the tensor {name} is not there", CUT)
    return storages[key]


def read_stream(source: Source, span: Span) -> tuple[object, dict[str, Storage], int]:
    """torch's old layout: five pickles in a row, then a count and raw numbers for each key.

    Returns the object of the fourth pickle, the storages, and the position after the last one.
    """
    magic, at = run(source, span)
    version, at = run(source, Span(at, span.end))
    _, at = run(source, Span(at, span.end))
    if magic != MAGIC or version != PROTOCOL:
        raise source.error(f"the bytes from {span.start} on are not what torch saves", "its layout is not known")
    value, at = run(source, Span(at, span.end), stored=True)
    keys, at = run(source, Span(at, span.end))
    kinds = kinds_of(source, value)
    storages: dict[str, Storage] = {}
    if not isinstance(keys, list):
        raise source.error(f"the storages before byte {at} have no list of keys")
    for key in keys:
        if not isinstance(key, str) or key not in kinds:
            raise source.error(f"the storage at byte {at} belongs to nothing")
        source.check(Span(at, at + 8))
        count = struct.unpack("<q", source.read(Span(at, at + 8)))[0]
        size = count * kinds[key].itemsize
        if count < 0 or size > span.end - at - 8:
            raise source.error(f"the storage at byte {at} of {count} numbers reaches past its end", CUT)
        storages[key] = Storage(Span(at + 8, at + 8 + size), kinds[key])
        at += 8 + size
    return value, storages, at


def kinds_of(source: Source, value: object) -> dict[str, torch.dtype]:
    """The type of every storage that an object refers to; the walk is bounded by the objects that there are."""
    kinds: dict[str, torch.dtype] = {}
    seen: set[int] = set()
    ahead = [value]
    while ahead:
        one = ahead.pop()
        if isinstance(one, Stored):
            key, dtype, _ = storage_id(source, one, "of the object")
            kinds[key] = dtype
            continue
        if not isinstance(one, dict | list | tuple | Record) or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Record):
            ahead += (one.args, one.state, one.items)
        else:
            ahead += one.values() if isinstance(one, dict) else one
    return kinds
