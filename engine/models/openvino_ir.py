"""Reading the constants of an OpenVINO IR pair (.xml, .bin) as tensors; the graph itself is not run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.errors import ModelFileError
from engine.plain_xml import PlainXMLError, parse_xml


@dataclass(frozen=True)
class Constant:
    """A named f32 constant of the graph, in the file's order, which is the order of computation."""

    name: str
    tensor: Tensor


def read_constants(name: str, xml: bytes, binary: bytes) -> list[Constant]:
    """The f32 constants of one network.

    name: what errors call the file. Raises ModelFileError for anything that is not a whole, sound pair.
    """
    try:
        root = parse_xml(xml)
    except PlainXMLError as error:
        raise ModelFileError(name, str(error)) from error
    constants = []
    for layer in root.iterfind("layers/layer[@type='Const']"):
        data = layer.find("data")
        label = layer.get("name", "?")
        if data is None:
            raise ModelFileError(name, f"constant {label} has no data entry")
        if data.get("element_type") == "f32":
            constants.append(Constant(label, read_tensor(name, label, data.attrib, binary)))
    return constants


def read_tensor(name: str, label: str, data: dict[str, str], binary: bytes) -> Tensor:
    """One little-endian f32 tensor, every bound checked against the file's size."""
    try:
        shape = [int(part) for part in data.get("shape", "").split(",") if part.strip()]
        offset, size = int(data["offset"]), int(data["size"])
    except (KeyError, ValueError) as error:
        raise ModelFileError(name, f"constant {label} has no readable shape, offset and size") from error
    if offset < 0 or size < 0 or offset + size > len(binary):
        raise ModelFileError(
            name, f"constant {label} reaches to byte {offset + size} of {len(binary)}", "the file is probably cut short"
        )
    count = 1
    for length in shape:
        count *= length
    if any(length < 0 for length in shape) or 4 * count != size:
        raise ModelFileError(name, f"constant {label} of shape {shape} does not take {size} bytes")
    values = np.frombuffer(binary, "<f4", count, offset).reshape(shape)
    return torch.from_numpy(values.astype(np.float32))
