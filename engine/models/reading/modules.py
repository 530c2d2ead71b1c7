"""The tree of modules in a persistence pickle (stylegan2-ada-pytorch, stylegan3), as plain values."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor

from engine.models.reading.arrays import Number, finite
from engine.models.reading.machine import Record
from engine.models.reading.source import Source
from engine.models.reading.tensors import Tensors, is_tensor

RECONSTRUCT = ("torch_utils.persistence", "_reconstruct_persistent_obj")
DEPTH = 12  # of modules within modules; a network has 5
PARTS = 20_000  # modules and tensors of one network; StyleGAN3 has 250
ITEMS = 1_000  # of one module


@dataclass(frozen=True, eq=False)
class Module:
    """One module: its class, plain attributes, own tensors (as records) and children.

    has_code: whether it brings the source text of its class along, which is never looked at.
    """

    source: Source
    path: str
    class_name: str
    attributes: dict[object, object]
    tensors: dict[str, object]
    children: dict[str, Module]
    has_code: bool

    def walk(self) -> Iterator[Module]:
        """This module and all below it."""
        yield self
        for child in self.children.values():
            yield from child.walk()

    def find(self, path: str) -> Module | None:
        """A module below this one, by its dotted path."""
        found: Module | None = self
        for part in path.split("."):
            found = found.children.get(part) if found else None
        return found

    def number(self, name: str) -> Number | None:
        """A numeric attribute; None where it is missing or None."""
        value = self.attributes.get(name)
        return None if value is None else finite(self.source, value, f"{self.path}.{name}")

    def text(self, name: str) -> str | None:
        value = self.attributes.get(name)
        return value if isinstance(value, str) else None

    def tensor_records(self) -> dict[str, object]:
        """Dotted name -> record of every tensor of this module and those below it; names start below this module."""
        start = len(self.path) + 1 if self.path else 0
        return {
            f"{module.path}.{name}"[start:] if module.path else name: record
            for module in self.walk()
            for name, record in module.tensors.items()
        }

    def read(self, tensors: Tensors) -> dict[str, Tensor]:
        """All tensors; ModelFileError with the name of one that is not sound."""
        return {name: tensors.read(record, name) for name, record in self.tensor_records().items()}


def is_module(value: object) -> bool:
    return isinstance(value, Record) and value.made_by.pair == RECONSTRUCT


def module_of(source: Source, value: object, path: str = "", depth: int = 0, budget: list[int] | None = None) -> Module:
    """The module of a record, and all below it."""
    budget = [PARTS] if budget is None else budget
    budget[0] -= 1
    if depth > DEPTH or budget[0] < 0:
        raise source.error("its modules lie deeper, or are more, than those of a network")
    meta = value.args[0] if isinstance(value, Record) and is_module(value) and len(value.args) == 1 else None
    state = meta.get("state") if isinstance(meta, dict) else None
    if not isinstance(meta, dict) or not isinstance(state, dict):
        raise source.error(f"its module {path or 'at the top'} has no state")
    version, class_name = meta.get("version"), meta.get("class_name")
    if version not in (1, 2, 3, 4, 5, 6):
        raise source.error(
            f"its modules are saved in layout {version if isinstance(version, int) else '?'}", "6 is read"
        )
    children = {
        name: module_of(source, child, f"{path}.{name}" if path else name, depth + 1, budget)
        for name, child in entries(source, state, "_modules", path)
        if child is not None
    }
    tensors: dict[str, object] = {}
    for part in ("_parameters", "_buffers"):
        for name, record in entries(source, state, part, path):
            if record is None:
                continue
            if not is_tensor(record):
                raise source.error(f"{path}.{name} is not a tensor")
            tensors[name] = record
    budget[0] -= len(tensors)
    name = class_name if isinstance(class_name, str) else "?"
    return Module(source, path, name, state, tensors, children, meta.get("module_src") not in (None, ""))


def entries(source: Source, state: dict[object, object], part: str, path: str) -> Iterator[tuple[str, object]]:
    """Items of one of torch's own dicts in a module's state."""
    found = state.get(part, {})
    if not isinstance(found, dict) or len(found) > ITEMS:
        raise source.error(f"{part} of its module {path or 'at the top'} is not a dict of at most {ITEMS}")
    for name, value in found.items():
        if not isinstance(name, str) or not name or "." in name or len(name) > 200:
            raise source.error(f"{part} of its module {path or 'at the top'} has an odd name")
        yield name, value


def fold_gains(network: Module, tensors: dict[str, Tensor], rate: float) -> None:
    """Bring weights whose gain is not the usual one to the usual one: learning rate / sqrt(fan-in).

    rate: the learning rate of the mapping's layers (fc{i}); it is 1 everywhere else. bias_gain is the rate.
    """
    for module in network.walk():
        usual = rate if module.path.startswith("mapping.fc") else 1.0
        weight = tensors.get(f"{module.path}.weight")
        gain, bias_gain = module.number("weight_gain"), module.number("bias_gain")
        if weight is not None and gain is not None and weight.dim() > 1:
            ratio = float(gain) * math.sqrt(math.prod(weight.shape[1:])) / usual
            if not math.isclose(ratio, 1, rel_tol=1e-5):
                tensors[f"{module.path}.weight"] = weight * ratio
        bias = tensors.get(f"{module.path}.bias")
        if bias is not None and bias_gain is not None and not math.isclose(float(bias_gain), usual, rel_tol=1e-5):
            tensors[f"{module.path}.bias"] = bias * (float(bias_gain) / usual)
