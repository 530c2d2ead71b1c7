"""The reference files: the small copies of tests/data, and the whole set where it lies beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parents[1]
DATA = Path(__file__).parent / "data"


def whole_set() -> Path | None:
    """The folder of the whole set: VISAGIST_REFERENCE, or ../shared/reference; None where there is none."""
    said = os.environ.get("VISAGIST_REFERENCE")
    folder = Path(said) if said else ROOT.parent / "shared" / "reference"
    return folder if folder.is_dir() else None


def networks() -> list[Path]:
    """Every network file there is, the small copies included."""
    folders = [folder for folder in (whole_set(), DATA) if folder is not None]
    kinds = ("pkl", "tf", "rosinality", "safetensors")
    return [path for folder in folders for kind in kinds for path in sorted((folder / kind).glob("*"))]


def hostile() -> list[Path]:
    """Every hostile file there is: the whole set is small enough to be kept."""
    return sorted((DATA / "hostile").glob("*"))


def truth_of(path: Path) -> Path:
    """The npz with what the original program made of a network."""
    return path.parents[1] / "npz" / f"{path.name.split('.')[0]}.npz"
