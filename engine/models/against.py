"""A network file against what its original program made of it, array by array: for whoever ports or converts one."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.errors import VisagistError
from engine.job import Job, Progress
from engine.models.reading.opening import generator_of, open_any
from engine.models.recomputed import Case, Compute, MissingError, Truth, computations
from engine.networks.families import FAMILIES

TOLERANCE = 1e-4  # largest difference over largest value; float32 done right reaches about 1e-6


@dataclass(frozen=True)
class Verdict:
    """One array: its relative error, or why it does not apply to the file. layer: the first one that misses."""

    name: str
    error: float | None
    left_out: str = ""
    layer: str = ""

    @property
    def missed(self) -> bool:
        return self.error is not None and not self.error <= TOLERANCE


def check_against(path: Path, reference: Path) -> Job[list[Verdict]]:
    """Compute every array of an npz that applies, in float32 on the CPU, pictures in one batch and one by one.

    Raises VisagistError for a file that cannot be read, and where no array of the reference applies.
    """
    yield Progress(0, 0, "reading the networks")
    truth = read_truth(reference)
    case = Case(open_any(path), path, truth, named_layers(reference))
    if generator_of(case.file, path).family not in FAMILIES:
        raise VisagistError(f"{path}: no network here computes its family '{case.file.generator.family}'")
    known = [(name, compute, match) for name in truth for compute, match in computations(name)]
    if not known:
        raise VisagistError(f"{reference}: none of its arrays is an output that can be computed again")
    verdicts = []
    for done, (name, compute, match) in enumerate(known):
        yield Progress(done, len(known), name)
        verdicts.append(judged(name, truth[name], compute, case, match))
    return verdicts


def judged(name: str, truth: Tensor, compute: Compute, case: Case, match: re.Match[str]) -> Verdict:
    """The worst part of an array decides."""
    if not truth.dim() or not len(truth):
        return Verdict(name, None, "it holds no samples")
    worst, layer = 0.0, ""
    try:
        for part in compute(case, match, truth):
            error = difference(part.found, truth[part.where], part.scale)
            layer = layer or (part.layer if error > TOLERANCE else "")
            worst = max(worst, error)
    except MissingError as missing:
        return Verdict(name, None, str(missing))
    return Verdict(name, worst, layer=layer)


def difference(found: Tensor, truth: Tensor, scale: float | None = None) -> float:
    """Largest difference over the scale, or over the largest value of the truth.

    Infinite for another shape or anything not finite.
    """
    if found.shape != truth.shape or not bool(found.isfinite().all()):
        return float("inf")
    if not truth.numel():
        return 0.0
    if not bool(truth.isfinite().all()):
        return float("inf")
    most = float(truth.double().abs().max()) if scale is None else scale
    return float((found.double() - truth.double()).abs().max()) / max(most, 1e-30)


def read_truth(reference: Path) -> Truth:
    """The arrays of numbers of an npz file."""
    arrays = read_arrays(reference)
    return {name: torch.from_numpy(array) for name, array in arrays.items() if array.dtype.kind in "fiu"}


def named_layers(reference: Path) -> tuple[str, ...]:
    """The names of the layers that an npz file tells of."""
    names = read_arrays(reference).get("act_names", np.zeros(0, str))
    return tuple(map(str, names)) if names.dtype.kind == "U" and names.ndim == 1 else ()


def read_arrays(reference: Path) -> dict[str, np.ndarray]:
    """All arrays of an npz file; objects are never unpickled."""
    try:
        with np.load(reference, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (OSError, ValueError, TypeError, AttributeError, EOFError, zipfile.BadZipFile) as error:
        raise VisagistError(f"{reference}: it is not an npz file of arrays ({error})") from error
