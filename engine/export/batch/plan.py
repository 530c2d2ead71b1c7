"""What a batch is made of: the order, the shards, the latents, and the file that says so beside the pictures."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from engine.checks import SEED_LIMIT
from engine.errors import RecipeError, VisagistError
from engine.paths import write_atomically
from engine.recipe import ExplicitLatent, Recipe, SeedLatent
from engine.recipe_file import read_as

MOST = 10**9
LIMIT = 2**22  # bytes of a plan
A_FOLDER = 1000  # pictures
VERSION = 1


class BatchPlan(Struct, frozen=True, forbid_unknown_fields=True):
    """count pictures of recipe, with the latents of seeds from first_seed on, or of a file.

    latents: its path and hash; size: side in pixels; suffix: of a picture; shards: into how many parts it is divided;
    archive: one zip a shard instead of folders.
    """

    count: int
    model: str
    title: str
    recipe: Recipe
    first_seed: int
    size: int
    suffix: str
    shards: int = 1
    archive: bool = False
    private: bool = False
    latents: str = ""
    latents_hash: str = ""
    version: int = VERSION

    def indices(self, shard: int) -> range:
        """The pictures of a shard, counted from 0: as many as of any other, but for one."""
        return range(self.count * shard // self.shards, self.count * (shard + 1) // self.shards)

    def name(self, index: int) -> str:
        """Of a picture inside the folder or the archive."""
        return f"{index // A_FOLDER:05d}/img{index:08d}{self.suffix}"

    def recipe_of(self, index: int, latents: Latents | None) -> Recipe:
        """The recipe of a picture."""
        if latents is not None:
            return replace(self.recipe, latent=latents[index])
        return replace(self.recipe, latent=SeedLatent(self.first_seed + index))


def check_batch(count: int, first_seed: int) -> None:
    """VisagistError for a number of pictures that there are no seeds for."""
    if not 1 <= count <= MOST:
        raise VisagistError(f"a batch has 1 to {MOST} pictures, not {count}")
    if first_seed + count > SEED_LIMIT:
        raise VisagistError(f"{count} seeds from {first_seed} on go beyond 2^64 - 1; begin lower")


@dataclass(frozen=True)
class Shard:
    """One part of so many, counted from 0."""

    index: int
    count: int

    @property
    def label(self) -> str:
        """In file names; empty where there is only one."""
        return "" if self.count == 1 else f"-{self.index + 1}-of-{self.count}"


def parse_shard(text: str) -> Shard:
    """A shard written like 3/8, the third of eight."""
    first, slash, last = text.partition("/")
    digits = all(part.isascii() and part.isdecimal() and len(part) < 7 for part in (first, last))
    if not slash or not digits or not 1 <= int(first) <= int(last):
        raise VisagistError(f"a shard is written like 3/8, the third of eight, not '{text[:40]}'")
    return Shard(int(first) - 1, int(last))


def shard_of_rank() -> tuple[Shard, int] | None:
    """The shard of this process and its GPU where torchrun started it (one process a GPU), else None."""
    rank, world = os.environ.get("RANK"), os.environ.get("WORLD_SIZE")
    if rank is None or world is None:
        return None
    if not rank.isdecimal() or not world.isdecimal() or not int(rank) < int(world):
        raise VisagistError(f"RANK is '{rank}' of WORLD_SIZE '{world}'; start it with torchrun, or unset both")
    local = os.environ.get("LOCAL_RANK", "0")
    return Shard(int(rank), int(world)), int(local) if local.isdecimal() else 0


class Latents:
    """The latents of an .npy file, w [N, width] or w+ [N, rows, width] of float numbers, read as they are asked for."""

    def __init__(self, path: Path) -> None:
        try:
            found: NDArray[np.float32] = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise VisagistError(f"{path}: it is no array of numbers (.npy) that can be read ({error})") from error
        if not isinstance(found, np.ndarray) or found.ndim not in (2, 3) or found.dtype.kind != "f" or not found.size:
            raise VisagistError(f"{path}: latents are w [N, width] or w+ [N, rows, width] of floating-point numbers")
        self.path, self.values = path, found

    def __len__(self) -> int:
        return int(self.values.shape[0])

    def __getitem__(self, index: int) -> ExplicitLatent:
        row = np.atleast_2d(np.asarray(self.values[index], "<f4"))
        try:
            return ExplicitLatent(row.shape[0], row.shape[1], row.tobytes())
        except RecipeError as error:
            raise RecipeError(f"{self.path}, row {index}: {error}") from error


def settle(folder: Path, plan: BatchPlan) -> None:
    """Write the plan into an empty folder, or find the same one there; VisagistError where another batch lies there."""
    path = folder / "batch.json"
    if not path.exists():
        if any(entry.name != "batch.json" and not entry.name.startswith(".") for entry in folder.iterdir()):
            raise VisagistError(f"{folder}: there are other files in it; choose a new or an empty folder")
        write_atomically(path, msgspec.json.format(msgspec.json.encode(plan), indent=2))
        return
    there = read_as(path, LIMIT, "plan of a batch", plan_from_json)
    if there.model != plan.model:
        raise VisagistError(
            f"{folder}: its pictures are of another model ({there.title or 'unnamed'}, {there.model[:12]}); choose "
            "another folder"
        )
    for name in plan.__struct_fields__:
        if getattr(there, name) != getattr(plan, name):
            raise VisagistError(
                f"{folder}: a batch with another {WORDS.get(name, name)} lies there; go on with the same settings, or "
                "choose another folder"
            )


WORDS = {"latents_hash": "content of its latents", "first_seed": "first seed", "suffix": "format", "shards": "division"}


def plan_from_json(text: bytes) -> BatchPlan:
    try:
        return msgspec.json.decode(text, type=BatchPlan)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecipeError(f"the plan of the batch cannot be followed ({error})") from error
