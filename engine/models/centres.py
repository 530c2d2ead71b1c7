"""Several centres of w for one model, found by clustering; fixed for known models, else found once and kept on disk."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from engine.errors import VisagistError
from engine.latents import draw_z
from engine.models.format import read_metadata
from engine.models.model import Model
from engine.networks.generator import Generator
from engine.paths import cache_dir, make_folder, resources, write_atomically

log = logging.getLogger(__name__)

CENTRES = 32
SAMPLES = 10_000
BATCH = 500
ROUNDS = 30


def centres_of(model: Model) -> Tensor:
    """Centres [K, w_dim] float32 of multi-modal truncation (Mokady et al. 2022, 2202.12211, section 4).

    For a model that the program knows they are in its resources; for another they take about a second, once.
    """
    for path in (*(resources() / "models").glob("*.centres.safetensors"), kept_at(model)):
        centres = read_centres(path, model)
        if centres is not None:
            return centres
    centres = find_centres(model.generator)
    try:
        make_folder(kept_at(model).parent)
        save_centres(kept_at(model), model, centres)
    except VisagistError as error:
        log.warning("the centres are found again next time: %s", error)
    return centres


def find_centres(generator: Generator, count: int = CENTRES, samples: int = SAMPLES) -> Tensor:
    """The centres of so many w, drawn from seed 0; the same ones each time on one device."""
    z = draw_z(0, samples * generator.plan.z_dim).reshape(samples, -1)
    w = np.concatenate([generator.map(part).numpy() for part in torch.split(z, BATCH)])
    return torch.from_numpy(cluster(w.astype(np.float64), count).astype(np.float32))


def cluster(points: np.ndarray, count: int) -> np.ndarray:
    """k-means [count, D] of points [N, D] in float64 (Lloyd 1982), begun with k-means++ (Arthur & Vassilvitskii 2007).

    Deterministic. Points that are all one place give fewer centres than asked for.
    """
    draw = np.random.RandomState(0)
    squares = np.einsum("nd,nd->n", points, points)
    centres = points[:1]
    nearest = distances(points, squares, centres)[:, 0]
    while len(centres) < count and nearest.any():
        chosen = np.searchsorted(nearest.cumsum(), draw.random_sample() * nearest.sum(), side="right")
        centres = np.concatenate([centres, points[[min(chosen, len(points) - 1)]]])
        nearest = np.minimum(nearest, distances(points, squares, centres[-1:])[:, 0])
    for _ in range(ROUNDS):
        of = distances(points, squares, centres).argmin(1)
        members = np.eye(len(centres))[of]  # [N, K], one 1 a row
        sizes = members.sum(0)
        moved = np.where(sizes[:, None] > 0, members.T @ points / np.maximum(sizes, 1)[:, None], centres)
        if np.array_equal(moved, centres):
            break
        centres = moved
    return centres


def distances(points: np.ndarray, squares: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Squared distances [N, K], never below 0. squares: [N] of the points, summed once."""
    apart: np.ndarray = squares[:, None] - points @ (2 * centres).T + (centres**2).sum(1)
    return apart.clip(min=0.0)


def kept_at(model: Model) -> Path:
    """Where the centres of a model are kept."""
    return cache_dir() / "centres" / f"{model.hash[:32]}.safetensors"


def read_centres(path: Path, model: Model) -> Tensor | None:
    """The centres in a file; None where there is none, it is another model's, or it is broken."""
    if not path.is_file():
        return None
    try:
        if read_metadata(path).get("model") != model.hash:
            return None
        centres = load(path.read_bytes())["centres"].float()
    except (VisagistError, SafetensorError, OSError, KeyError) as error:
        log.warning("the centres in %s cannot be read and are found again: %s", path, error)
        return None
    return centres if centres.dim() == 2 and centres.shape[1] == model.generator.plan.w_dim else None


def save_centres(path: Path, model: Model, centres: Tensor) -> None:
    """Write centres for `read_centres`."""
    write_atomically(path, save({"centres": centres.contiguous()}, metadata={"model": model.hash}))
