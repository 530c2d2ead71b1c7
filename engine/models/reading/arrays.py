"""NumPy values out of a pickle's records: arrays and scalars of plain numbers, nothing else."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from engine.models.reading.machine import QUOTED, Record, decoded
from engine.models.reading.source import Source, Span

MULTIARRAY = ("numpy.core.multiarray", "numpy._core.multiarray")
RECONSTRUCT = frozenset((module, "_reconstruct") for module in MULTIARRAY)
NUMERIC = ("numpy.core.numeric", "numpy._core.numeric")
FROM_BUFFER = frozenset((module, "_frombuffer") for module in NUMERIC)  # how protocol 5 writes arrays
SCALAR = frozenset((module, "scalar") for module in MULTIARRAY)
DTYPE = ("numpy", "dtype")
NDARRAY = ("numpy", "ndarray")
ENCODE = ("_codecs", "encode")
CODES = frozenset({"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"})
ORDERS = frozenset("<>|=")
DIMENSIONS = 8  # of an array

Number = float | int | bool


def is_array(value: object) -> bool:
    """Whether a value is the record of an array or a scalar."""
    return isinstance(value, Record) and value.made_by.pair in RECONSTRUCT | SCALAR | FROM_BUFFER


def check_arrays(source: Source) -> None:
    """Raises ModelFileError where an array of the file is a trap, be it one that no network reads."""
    for record in source.made:
        if isinstance(record, Record) and record.made_by.pair == DTYPE:
            dtype_of(source, record, "one of its arrays")
        elif isinstance(record, Record) and record.made_by.pair in RECONSTRUCT:
            check_empty(source, record, "one of its arrays")


def tensor_of(source: Source, value: object, name: str) -> Tensor:
    """An array, a NumPy scalar or a plain number as float32, in C order; name is for errors."""
    if isinstance(value, int | float):
        return torch.tensor(float(value))
    if not is_array(value):
        raise source.error(f"{name} is not an array")
    array = read(source, value, name)
    return torch.from_numpy(np.ascontiguousarray(array, np.float32).reshape(array.shape))


def number_of(source: Source, value: object, name: str) -> Number:
    """A number, be it a plain one or a NumPy scalar."""
    if isinstance(value, int | float):
        return value
    if is_array(value):
        array = read(source, value, name)
        if array.size == 1:
            found: Number = array.reshape(()).item()
            return found
    raise source.error(f"{name} is not a number")


def finite(source: Source, value: object, name: str) -> Number:
    """A number that is neither infinite nor none at all."""
    number = number_of(source, value, name)
    if not math.isfinite(number):
        raise source.error(f"{name} is {number}")
    return number


def numbers_of(source: Source, value: object, name: str) -> list[Number]:
    """A few numbers: a list, a tuple or an array of them; a single number is a list of one."""
    if isinstance(value, list | tuple):
        return [finite(source, item, name) for item in value[:64]]
    if is_array(value):
        array = read(source, value, name)
        return [finite(source, item, name) for item in array.reshape(-1)[:64].tolist()]
    return [finite(source, value, name)]


def read(source: Source, value: object, name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.generic]]:
    """The array of a record, its shape checked against its bytes."""
    assert isinstance(value, Record)
    fortran: object = False
    if value.made_by.pair in SCALAR:
        shape: tuple[int, ...] = ()
        if len(value.args) != 2:
            raise source.error(f"{name} is a scalar without a value")
        dtype, data = dtype_of(source, value.args[0], name), value.args[1]
    elif value.made_by.pair in FROM_BUFFER:
        if len(value.args) != 4 or value.args[3] not in ("C", "F"):
            raise source.error(f"{name} is an array without content")
        data, kind, sizes, order = value.args
        shape, dtype, fortran = shape_of(source, sizes, name), dtype_of(source, kind, name), order == "F"
    else:
        check_empty(source, value, name)
        if not isinstance(value.state, tuple) or len(value.state) != 5:
            raise source.error(f"{name} is an array without content")
        _, sizes, kind, fortran, data = value.state
        shape, dtype = shape_of(source, sizes, name), dtype_of(source, kind, name)
    content = bytes_of(source, data, name)
    size = math.prod(shape) * dtype.itemsize
    there = content.size if isinstance(content, Span) else len(content)
    if size != there:
        raise source.error(f"{name} of shape {list(shape)} takes {size} bytes and has {there}")
    source.spend(math.prod(shape) * 4, name)
    raw = np.empty(size, np.uint8)
    if isinstance(content, Span):
        source.fill(content, raw)
    else:
        raw[:] = np.frombuffer(content, np.uint8)
    return raw.view(dtype).reshape(shape, order="F" if fortran is True else "C")


def check_empty(source: Source, value: Record, name: str) -> None:
    """An array is first made empty: (ndarray, (0,), b"b"). Any other beginning is a trap for the memory."""
    maker, sizes = (*value.args, None, None)[:2]
    if getattr(maker, "pair", None) != NDARRAY or sizes != (0,):
        raise source.error(f"{name} is an array that does not begin empty", "the file is broken, or made to do harm")


def shape_of(source: Source, sizes: object, name: str) -> tuple[int, ...]:
    """A tuple of sizes, each plain and at least 0."""
    if not isinstance(sizes, tuple) or len(sizes) > DIMENSIONS:
        raise source.error(f"{name} has no readable shape")
    found = [size for size in sizes if type(size) is int and 0 <= size < 2**40]
    if len(found) != len(sizes):
        raise source.error(f"{name} has no readable shape")
    return tuple(found)


def dtype_of(source: Source, value: object, name: str) -> np.dtype[np.generic]:
    """One of the plain types of number; objects, strings and structures are refused."""
    code = value.args[0] if isinstance(value, Record) and value.made_by.pair == DTYPE and value.args else None
    if not isinstance(value, Record) or not isinstance(code, str) or code not in CODES:
        raise source.error(f"{name} is not made of plain numbers ({code if isinstance(code, str) else 'no type'})")
    order = value.state[1] if isinstance(value.state, tuple) and len(value.state) > 1 else "<"
    if not isinstance(order, str) or order not in ORDERS:
        raise source.error(f"{name} has no readable byte order")
    return np.dtype(order.replace("|", "=") + code)


def bytes_of(source: Source, value: object, name: str) -> Span | bytes:
    """Raw bytes: a span of the file, a string of Python 2, or text that stands for bytes (protocol 2)."""
    if isinstance(value, Record) and value.made_by.pair == ENCODE and value.args and value.args[1:] == ("latin1",):
        value = value.args[0]
        if isinstance(value, Span):
            value = text_of(source, value, name)
    if isinstance(value, Span) and value.encoding == QUOTED:
        value = text_of(source, value, name)
    if isinstance(value, Span):
        return value
    if isinstance(value, str):
        return value.encode("latin-1", "replace")
    raise source.error(f"{name} has no bytes")


def text_of(source: Source, span: Span, name: str) -> str:
    """A long text that was left in the file."""
    source.spend(span.size, name)
    try:
        return decoded(source.read(span), span.encoding or "utf-8")
    except (ValueError, KeyError) as error:
        raise source.error(f"{name} has no readable bytes") from error
