"""Checks of a file's tensors against what a network needs, before any of them computes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from torch import Tensor

from engine.errors import VisagistError

Shape = tuple[int, ...]


def check(weights: Mapping[str, Tensor], wanted: Iterable[tuple[str, Shape]]) -> set[str]:
    """The names that were asked for. Raises VisagistError with half a sentence for one that is missing or misshapen."""
    names = set()
    for name, shape in wanted:
        tensor = take(weights, name)
        if tuple(tensor.shape) != shape and not (shape == () and tensor.numel() == 1):
            raise VisagistError(f"tensor {name} is {written(tuple(tensor.shape))} and should be {written(shape)}")
        if not tensor.is_floating_point():
            raise VisagistError(f"tensor {name} is {tensor.dtype} and should hold real numbers")
        names.add(name)
    return names


def take(weights: Mapping[str, Tensor], name: str, dimensions: int | None = None) -> Tensor:
    """The tensor of a name; VisagistError where it is missing or has not so many dimensions."""
    if name not in weights:
        raise VisagistError(f"it lacks the tensor {name}")
    tensor = weights[name]
    if dimensions is not None and (tensor.dim() != dimensions or tensor.numel() == 0):
        raise VisagistError(f"tensor {name} is {written(tuple(tensor.shape))} and should have {dimensions} dimensions")
    return tensor


def written(shape: Sequence[int | str]) -> str:
    """A shape as people read it."""
    return " x ".join(map(str, shape)) or "a single number"
