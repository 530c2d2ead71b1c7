"""Our own model file: safetensors with a JSON header, and a hash of its content."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import torch
from msgspec import Struct
from safetensors import SafetensorError
from torch import Tensor

from engine.errors import ModelFileError
from engine.models.mapped import TYPES, map_tensors
from engine.paths import write_atomically

FORMAT_VERSION = 1
KEY = "visagist"
HEADER_LIMIT = 100_000_000  # the safetensors format's own bound on its JSON header


class Origin(Struct, frozen=True, forbid_unknown_fields=True):
    """What the foreign file said that a model was converted from.

    facts: of its making; imports: names that it asked for, REFUSED before those that no network needs; more: how many
    others it asked for.
    """

    facts: dict[str, str] = {}
    imports: tuple[str, ...] = ()
    more: int = 0


class Header(Struct, frozen=True, forbid_unknown_fields=True):
    """What a model file says of itself.

    name: short name of the catalogue; family: which network computes it; hash: content hash of all tensors;
    provenance: where it came from; licence: in plain words; hyper: numbers the tensors do not show.
    origin: what the foreign file said that it was converted from.
    """

    family: str
    name: str
    title: str
    provenance: str
    licence: str
    hash: str
    format: int = FORMAT_VERSION
    hyper: dict[str, float | int | str | bool | None] = {}
    origin: Origin | None = None


def content_hash(family: str, tensors: Mapping[str, Tensor]) -> str:
    """SHA-256 over family, names, types, shapes and bytes, in the order of names: 64 hexadecimal digits."""
    digest = hashlib.sha256(family.encode())
    for name in sorted(tensors):
        tensor = tensors[name]
        digest.update(f"\0{name}\0{tensor.dtype}\0{tuple(tensor.shape)}\0".encode())
        digest.update(bytes_of(tensor))
    return digest.hexdigest()


def save_model(path: Path, header: Header, tensors: Mapping[str, Tensor]) -> None:
    """Write a model file whole or not at all; the header's hash must be that of the tensors."""
    save_tensors(path, {KEY: msgspec.json.encode(header).decode()}, tensors)


def save_tensors(path: Path, metadata: Mapping[str, str], tensors: Mapping[str, Tensor]) -> None:
    """Write a safetensors file whole or not at all.

    Tensors go to the disk one by one, so that a model needs no second time its size of memory. The widest types come
    first, as safetensors wants it, so that each lies where its type may lie.
    """
    names = sorted(tensors, key=lambda name: (-tensors[name].element_size(), name))
    table: dict[str, Any] = {"__metadata__": dict(metadata)}
    at = 0
    for name in names:
        size = tensors[name].numel() * tensors[name].element_size()
        entry = {
            "dtype": TYPES[tensors[name].dtype],
            "shape": list(tensors[name].shape),
            "data_offsets": [at, at + size],
        }
        table[name] = entry
        at += size
    head = json.dumps(table, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)

    def write(file: BinaryIO) -> None:
        file.write(struct.pack("<Q", len(head)) + head)
        for name in names:
            file.write(bytes_of(tensors[name]))

    write_atomically(path, write)


def bytes_of(tensor: Tensor) -> memoryview:
    """The raw bytes of a tensor, in C order."""
    flat = tensor.contiguous().reshape(-1)
    return memoryview(flat.view(torch.uint8).numpy().data if flat.numel() else b"")


def read_header(path: Path) -> Header:
    """The header alone, without reading the tensors.

    Raises ModelFileError for a file that is missing, broken, cut short, or not a Visagist model.
    """
    raw = read_metadata(path).get(KEY)
    if not isinstance(raw, str):
        raise ModelFileError(path, "it is a safetensors file without a Visagist header", "convert it first")
    try:
        version = msgspec.json.decode(raw.encode(), type=dict[str, Any]).get("format")
        if isinstance(version, int) and version > FORMAT_VERSION:
            raise ModelFileError(path, f"it is format {version} and this program reads up to {FORMAT_VERSION}")
        return msgspec.json.decode(raw.encode(), type=Header)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise ModelFileError(path, f"its header cannot be read ({error})") from error


def load_model(path: Path) -> tuple[Header, dict[str, Tensor]]:
    """Header and tensors, memory-mapped, the content checked against its hash.

    Raises ModelFileError.
    """
    header, tensors = read_model(path)
    check_content(path, header, tensors)
    return header, tensors


def read_model(path: Path) -> tuple[Header, dict[str, Tensor]]:
    """As `load_model`, the content not yet checked."""
    header = read_header(path)
    try:
        return header, map_tensors(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise ModelFileError(path, f"its tensors cannot be read ({error})", "fetch or convert it again") from error


def check_content(path: Path, header: Header, tensors: Mapping[str, Tensor]) -> None:
    """Raises ModelFileError where the tensors are not those that the header's hash was made from."""
    if content_hash(header.family, tensors) != header.hash:
        raise ModelFileError(path, "its content does not match its hash", "it was damaged; fetch or convert it again")


def read_metadata(path: Path) -> dict[str, Any]:
    """The `__metadata__` entry of a safetensors file; every length is checked against the file's size."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(8)
            length = struct.unpack("<Q", start)[0] if len(start) == 8 else -1
            if not 2 <= length <= min(size - 8, HEADER_LIMIT):
                raise ModelFileError(path, "it is not a safetensors file, or is cut short")
            header = json.loads(file.read(length))
    except OSError as error:
        raise ModelFileError(path, f"it cannot be read ({error.strerror or error})") from error
    except (ValueError, RecursionError) as error:
        raise ModelFileError(path, "its safetensors header is not JSON", "the file is broken") from error
    if not isinstance(header, dict):
        raise ModelFileError(path, "its safetensors header is not a JSON object", "the file is broken")
    ends = [e["data_offsets"][1] for e in header.values() if isinstance(e, dict) and is_pair(e.get("data_offsets"))]
    if ends and max(ends) > size - 8 - length:
        raise ModelFileError(
            path,
            f"its tensors reach to byte {max(ends) + 8 + length} of {size}",
            "the file is cut short; fetch it again",
        )
    metadata = header.get("__metadata__", {})
    return metadata if isinstance(metadata, dict) else {}


def is_pair(value: object) -> bool:
    """Whether a value is a list of two whole numbers."""
    return isinstance(value, list) and len(value) == 2 and all(isinstance(item, int) for item in value)
