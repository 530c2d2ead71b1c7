"""Direction packs: the named directions of one model, their file, and where packs are looked for."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import torch
from msgspec import Struct
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from engine.checks import check_number, check_rows
from engine.directions.headings import DISCOVERED, HEADINGS
from engine.errors import ModelFileError, VisagistError
from engine.models.format import read_metadata
from engine.paths import data_dir, resources, write_atomically

log = logging.getLogger(__name__)

PACK_VERSION = 2  # 1 had no headings, and one tensor "vectors" [K, w_dim] for all directions
KEY = "visagist_directions"
FOLDER = "directions"
LARGEST_FILE = 256 * 2**20
LONGEST_NAME = 60
FURTHEST = 100.0  # what a recipe accepts as an amount


@dataclass(frozen=True, eq=False)
class Direction:
    """A named vector in w.

    vector: [w_dim] float32, one calibrated unit long: one unit of any direction changes a picture as much;
    [style_rows, w_dim] where it is another one in each row. rows: style rows it is added to by default.
    low, high: how many units stay among natural pictures. heading: one of HEADINGS.
    group: which rows it was sought in ("coarse", "middle", "fine", "all"); method: "sefa", "pca" or "merged".
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
    heading: str = DISCOVERED

    @property
    def measured(self) -> bool:
        """Whether it was looked at on pictures; what a search without looking found was not."""
        return "component" not in self.statistics or "change" in self.statistics

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
    """What the file's JSON says of one direction; its vector is the tensor named by its id."""

    name: str
    id: str
    rows: tuple[int, ...]
    low: float
    high: float
    group: str
    method: str
    statistics: dict[str, float]
    heading: str = DISCOVERED


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
        Entry(d.name, d.id, d.rows, d.low, d.high, d.group, d.method, d.statistics, d.heading) for d in pack.directions
    )
    contents = msgspec.json.encode(Contents(PACK_VERSION, pack.model, entries)).decode()
    tensors = {direction.id: direction.vector.float().contiguous() for direction in pack.directions}
    write_atomically(path, save(tensors, metadata={KEY: contents}))


def load_pack(path: Path) -> DirectionPack:
    """Read a pack; every number and name of it is checked.

    Raises ModelFileError for a file that is missing, broken, cut short, or not a direction pack.
    """
    contents = read_contents(path)
    try:
        tensors = load(path.read_bytes())
    except (SafetensorError, OSError, ValueError) as error:
        raise ModelFileError(path, f"its vectors cannot be read ({error})", "discover or fetch it again") from error
    if contents.version == 1:
        tensors = unstacked(path, tensors, contents)
    if not all(tensor.is_floating_point() and bool(torch.isfinite(tensor).all()) for tensor in tensors.values()):
        raise ModelFileError(path, "a vector holds a value that is not a finite number")
    directions = tuple(read_entry(path, entry, tensors.get(entry.id)) for entry in contents.directions)
    if len({direction.vector.shape[-1] for direction in directions}) > 1:
        raise ModelFileError(path, "its vectors are not of one width")
    return DirectionPack(contents.model, directions)


def unstacked(path: Path, tensors: Mapping[str, Tensor], contents: Contents) -> dict[str, Tensor]:
    """The one tensor of version 1 as one tensor for each direction."""
    stacked = tensors.get("vectors")
    if stacked is None or stacked.dim() != 2:
        raise ModelFileError(path, "it lacks the vectors", "it must hold one float32 row for each direction")
    if len(stacked) != len(contents.directions):
        raise ModelFileError(path, f"it names {len(contents.directions)} directions and holds {len(stacked)} vectors")
    return {entry.id: row for entry, row in zip(contents.directions, stacked, strict=True)}


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


def read_entry(path: Path, entry: Entry, vector: Tensor | None) -> Direction:
    """One direction, checked."""
    if vector is None or vector.dtype != torch.float32 or vector.dim() not in (1, 2):
        raise ModelFileError(path, f"it lacks the vector of direction '{entry.name[:LONGEST_NAME]}'")
    try:
        for text in (entry.name, entry.group, entry.method):
            check_name(text)
        check_rows(f"direction '{entry.name}'", entry.rows)
        check_number(f"the low end of direction '{entry.name}'", entry.low, -FURTHEST, 0)
        check_number(f"the high end of direction '{entry.name}'", entry.high, 0, FURTHEST)
    except VisagistError as error:
        raise ModelFileError(path, str(error)) from error
    if entry.heading not in HEADINGS:
        raise ModelFileError(path, f"direction '{entry.name}' stands under none of {', '.join(HEADINGS)}")
    if vector.dim() == 2 and entry.rows[-1] >= len(vector):
        raise ModelFileError(path, f"direction '{entry.name}' uses style row {entry.rows[-1]} of {len(vector)}")
    direction = Direction(
        entry.name,
        vector.clone(),
        entry.rows,
        entry.low,
        entry.high,
        entry.group,
        entry.method,
        entry.statistics,
        entry.heading,
    )
    if direction.id != entry.id:
        raise ModelFileError(path, f"the vector of direction '{entry.name}' is not that of its id", "it was damaged")
    return direction


def check_name(name: str) -> None:
    """A direction's name is one line that is not too long."""
    if not name.isprintable() or not name.strip() or len(name) > LONGEST_NAME:
        raise VisagistError(f"a direction's name must be 1 to {LONGEST_NAME} printable characters")


def packs_for(model_hash: str) -> DirectionPack:
    """All directions of a model: the bundled ones, those in the user's own folder, and what `own_file` says of them."""
    return known(model_hash).pack


@dataclass(frozen=True, eq=False)
class Known:
    """All directions of a model. own: ids that stand in the person's own pack; elsewhere: in another one."""

    pack: DirectionPack
    own: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()


def known(model_hash: str) -> Known:
    """As `packs_for`, with whose each direction is."""
    mine = own_file(model_hash)
    files = [path for folder in (resources() / FOLDER, user_folder()) for path in sorted(folder.glob("*.safetensors"))]
    others = [pack for pack in sound_packs(path for path in files if path != mine) if pack.model == model_hash]
    own = [pack for pack in sound_packs(path for path in files if path == mine) if pack.model == model_hash]
    return Known(
        merged(model_hash, others, own),
        frozenset(direction.id for pack in own for direction in pack.directions),
        frozenset(direction.id for pack in others for direction in pack.directions),
    )


def user_folder() -> Path:
    """Where packs are kept that a person discovered, fetched or made."""
    return data_dir() / FOLDER


def own_file(model_hash: str) -> Path:
    """The one file of directions that a person named or made for a model."""
    return user_folder() / f"own-{model_hash[:16]}.safetensors"


def sound_packs(paths: Iterable[Path]) -> Iterator[DirectionPack]:
    """The packs in these files; a broken file is told in the log and takes no other along."""
    for path in paths:
        try:
            pack = load_pack(path)
        except VisagistError as error:
            log.warning("%s", error)
            continue
        yield pack


def merged(model_hash: str, packs: Iterable[DirectionPack], own: Iterable[DirectionPack] = ()) -> DirectionPack:
    """One pack of several, in their order; a name that is taken gets a number.

    Of equal ids the first stays, unless an own pack says otherwise.
    """
    by_id: dict[str, Direction] = {}
    for pack in packs:
        for direction in pack.directions:
            by_id.setdefault(direction.id, direction)
    by_id.update((direction.id, direction) for pack in own for direction in pack.directions)
    names: set[str] = set()
    for id, direction in by_id.items():
        free = free_name(direction.name, names)
        names.add(free.casefold())
        by_id[id] = replace(direction, name=free)
    return DirectionPack(model_hash, tuple(by_id.values()))


def free_name(name: str, taken: set[str]) -> str:
    """The name itself, or the first of 'name 2', 'name 3', ... that is free."""
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name} {number}"
    return free


def fitting(pack: DirectionPack, style_rows: int, w_dim: int) -> DirectionPack:
    """Without the directions that are not of this size of w; each is told in the log."""
    kept = []
    for direction in pack.directions:
        shape = tuple(direction.vector.shape)
        if shape in ((w_dim,), (style_rows, w_dim)) and direction.rows[-1] < style_rows:
            kept.append(direction)
        else:
            log.warning("direction '%s' does not fit the model: its vector is %s", direction.name, shape)
    return replace(pack, directions=tuple(kept))
