"""A model: a generator opened from a file, with what is known of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from engine.devices import Target, choose
from engine.errors import ModelFileError, VisagistError
from engine.models.format import Header
from engine.models.own_copy import load_any
from engine.models.parts import draft_heads
from engine.networks.families import FAMILIES
from engine.networks.generator import Generator

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Model:
    """A generator with its header, its truncation centre w_mean [w_dim], and where it runs."""

    path: Path
    header: Header
    generator: Generator
    w_mean: Tensor
    target: Target

    @property
    def hash(self) -> str:
        """Content hash, 64 hexadecimal digits."""
        return self.header.hash


def open_model(path: Path, target: Target | None = None) -> Model:
    """Open a model file on a device (the best one by default); a foreign one through its copy in our own format.

    Raises ModelFileError for a file that holds no sound network of a known family.
    """
    chosen = target or choose()
    path, header, tensors = load_any(path)
    family = FAMILIES.get(header.family)
    if family is None:
        raise ModelFileError(path, f"its family '{header.family}' is not known here", "a newer Visagist may open it")
    missing = [name for name in (*family.needs, "w_mean") if name not in tensors]
    if missing:
        raise ModelFileError(path, f"it lacks the tensor {missing[0]}")
    weights = tensors | draft_heads(header.hash)
    try:
        generator = family.build(weights, header.hyper, chosen)
    except VisagistError as error:
        raise ModelFileError(path, str(error)) from error
    log.info("%s is computed on %s by %s %s", path, chosen.label, generator.road(), generator.precision)
    return Model(path, header, generator, tensors["w_mean"], chosen)
