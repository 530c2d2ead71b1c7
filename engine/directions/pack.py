"""Direction packs: the named directions of one model, their file, and where packs are looked for."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import torch
from msgspec import Struct
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from engine.checks import check_number, check_rows
from engine.errors import ModelFileError, RecipeError, VisagistError
from engine.models.format import read_metadata
from engine.paths import data_dir, resources, write_atomically

log = logging.getLogger(__name__)

PACK_VERSION = 1
KEY = "visagist_directions"
FOLDER = "directions"
LARGEST_FILE = 256 * 2**20
LONGEST_NAME = 60
FURTHEST = 100.0  # what a recipe accepts as an amount


@dataclass(frozen=True, eq=False)
class Direction:
    """A named vector in w.

    vector: [w_dim] float32, one calibrated unit long: one unit of any direction changes a picture as much.
    rows: style rows it is added to by default. low, high: how many units stay among natural pictures.
    group: which rows it was sought in ("coarse", "middle", "fine", "all"); method: "sefa" or "pca".
    statistics: numbers of its calibration, for people to read.
    """

    name: str
    vector: Tensor
    rows: tuple[int, ...]
    low: float
    high: float
    group: str
    method: str
    statistics: dict[str, float] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Content id: the first 16 hexadecimal digits of SHA-256 over the vector's bytes and the rows."""
        digest = hashlib.sha256(self.vector.float().contiguous().numpy().astype("<f4").tobytes())
        digest.update(",".join(map(str, self.rows)).encode())
        return digest.hexdigest()[:16]


@dataclass(frozen=True, eq=False)
class DirectionPack:
    """The directions of one model, best first; model: its content hash."""

    model: str
    directions: tuple[Direction, ...]

    def find(self, name: str) -> Direction:
        """The direction of this name, in capitals or not; VisagistError with what there is where there is none."""
        for direction in self.directions:
            if direction.name.casefold() == name.strip().casefold():
                return direction
        there = ", ".join(direction.name for direction in self.directions)
        raise VisagistError(
            f"there is no direction '{name}'; "
            + (f"this model has {there}" if there else "this model has none yet: discover some first")
        )


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """What the file's JSON says of one direction; its vector is the same row of the tensor."""

    name: str
    id: str
    rows: tuple[int, ...]
    low: float
    high: float
    group: str
    method: str
    statistics: dict[str, float]


class Contents(Struct, frozen=True, forbid_unknown_fields=True):
    """The file's JSON."""

    version: int
    model: str
    directions: tuple[Entry, ...]


def vectors(pack: DirectionPack) -> dict[str, Tensor]:
    """id -> vector of one unit, as `Latents` and `Renderer` take them."""
    return {direction.id: direction.vector for direction in pack.directions}


def save_pack(path: Path, pack: DirectionPack) -> None:
    """Write a pack whole or not at all; VisagistError when it cannot be written."""
    if not pack.directions:
        raise VisagistError(f"{path}: there is no direction to save")
    entries = tuple(
        Entry(d.name, d.id, d.rows, d.low, d.high, d.group, d.method, d.statistics) for d in pack.directions
    )
    contents = msgspec.json.encode(Contents(PACK_VERSION, pack.model, entries)).decode()
    stacked = torch.stack([direction.vector.float() for direction in pack.directions])  # [K, w_dim]
    write_atomically(path, save({"vectors": stacked}, metadata={KEY: contents}))


def load_pack(path: Path) -> DirectionPack:
    """Read a pack; every number and name of it is checked.

    Raises ModelFileError for a file that is missing, broken, cut short, or not a direction pack.
    """
    contents = read_contents(path)
    try:
        stacked = load_file(path).get("vectors")
    except (SafetensorError, OSError, ValueError) as error:
        raise ModelFileError(path, f"its vectors cannot be read ({error})", "discover or fetch it again") from error
    if stacked is None or stacked.dtype != torch.float32 or stacked.dim() != 2:
        raise ModelFileError(path, "it lacks the vectors", "it must hold one float32 row for each direction")
    if len(stacked) != len(contents.directions):
        raise ModelFileError(path, f"it names {len(contents.directions)} directions and holds {len(stacked)} vectors")
    if not bool(torch.isfinite(stacked).all()):
        raise ModelFileError(path, "a vector holds a value that is not a finite number")
    directions = tuple(read_entry(path, e, row) for e, row in zip(contents.directions, stacked, strict=True))
    return DirectionPack(contents.model, directions)


def read_contents(path: Path) -> Contents:
    """The JSON alone, without the vectors."""
    raw = read_metadata(path).get(KEY)
    if not isinstance(raw, str):
        raise ModelFileError(path, "it is not a direction pack")
    if path.stat().st_size > LARGEST_FILE:
        raise ModelFileError(path, f"it is larger than {LARGEST_FILE // 2**20} MB, which no direction pack is")
    try:
        version = msgspec.json.decode(raw.encode(), type=dict[str, msgspec.Raw]).get("version")
        number = msgspec.json.decode(version or b"0", type=int)
        if number > PACK_VERSION:
            raise ModelFileError(path, f"it is version {number} and this program reads up to {PACK_VERSION}")
        return msgspec.json.decode(raw.encode(), type=Contents)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeError, RecursionError) as error:
        raise ModelFileError(path, f"what it says of its directions cannot be read ({error})") from error


def read_entry(path: Path, entry: Entry, vector: Tensor) -> Direction:
    """One direction, checked."""
    for text in (entry.name, entry.group, entry.method):
        if not text.isprintable() or not 0 < len(text) <= LONGEST_NAME:
            raise ModelFileError(path, f"a direction's name must be 1 to {LONGEST_NAME} printable characters")
    try:
        check_rows(f"direction '{entry.name}'", entry.rows)
        check_number(f"the low end of direction '{entry.name}'", entry.low, -FURTHEST, 0)
        check_number(f"the high end of direction '{entry.name}'", entry.high, 0, FURTHEST)
    except RecipeError as error:
        raise ModelFileError(path, str(error)) from error
    direction = Direction(
        entry.name, vector.clone(), entry.rows, entry.low, entry.high, entry.group, entry.method, entry.statistics
    )
    if direction.id != entry.id:
        raise ModelFileError(path, f"the vector of direction '{entry.name}' is not that of its id", "it was damaged")
    return direction


def packs_for(model_hash: str) -> DirectionPack:
    """All directions of a model: the bundled ones, then those in the user's own folder; a repeat counts once."""
    folders = (resources() / FOLDER, user_folder())
    return merged(model_hash, (pack for pack in sound_packs(folders) if pack.model == model_hash))


def user_folder() -> Path:
    """Where packs are kept that a person discovered or fetched."""
    return data_dir() / FOLDER


def sound_packs(folders: Sequence[Path]) -> Iterator[DirectionPack]:
    """The packs of these folders; a broken file is told in the log and takes no other along."""
    for folder in folders:
        for path in sorted(folder.glob("*.safetensors")):
            try:
                pack = load_pack(path)
            except VisagistError as error:
                log.warning("%s", error)
                continue
            yield pack


def merged(model_hash: str, packs: Iterable[DirectionPack]) -> DirectionPack:
    """One pack of several; of equal ids the first stays, a name that is taken gets a number."""
    by_id: dict[str, Direction] = {}
    names: set[str] = set()
    for pack in packs:
        for direction in pack.directions:
            if direction.id not in by_id:
                free = free_name(direction.name, names)
                names.add(free.casefold())
                by_id[direction.id] = replace(direction, name=free)
    return DirectionPack(model_hash, tuple(by_id.values()))


def free_name(name: str, taken: set[str]) -> str:
    """The name itself, or the first of 'name 2', 'name 3', ... that is free."""
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name} {number}"
    return free
