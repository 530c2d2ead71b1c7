"""Small parts that the program brings along for a known model: its truncation centre and draft heads."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from safetensors.torch import load
from torch import Tensor

from engine.models.format import read_metadata
from engine.networks.mobile_stylegan import PREFIX
from engine.paths import resources


def draft_heads(model_hash: str) -> dict[str, Tensor]:
    """Draft output heads fitted for the model of this hash ("synthesis.heads.{size}.*"); empty where there are none."""
    path = heads_by_model().get(model_hash)
    return {} if path is None else {PREFIX + name: tensor.float() for name, tensor in load(path.read_bytes()).items()}


@cache
def heads_by_model() -> dict[str, Path]:
    """Model hash -> file of draft heads in the resources."""
    return {
        str(read_metadata(path).get("model")): path for path in (resources() / "models").glob("*.drafts.safetensors")
    }


def mean_of(name: str) -> Tensor:
    """The truncation centre of a catalogued model, fixed once so that its content hash is the same everywhere."""
    return load((resources() / "models" / f"{name}.mean.safetensors").read_bytes())["w_mean"]
