"""The person's own pack of a model: directions that were named, merged and saved by hand, in one file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.directions.install import check_model
from engine.directions.pack import Direction, DirectionPack, Known, check_name, known, load_pack, own_file, save_pack
from engine.errors import VisagistError
from engine.paths import make_folder, plain_words


def load_own(model_hash: str) -> DirectionPack:
    """The own pack, empty where there is none yet; VisagistError for one that is broken or of another model."""
    path = own_file(model_hash)
    if not path.exists():
        return DirectionPack(model_hash, ())
    pack = load_pack(path)
    check_model(path, pack, model_hash)
    return pack


def save_own(pack: DirectionPack) -> Known:
    """Write the own pack, an empty one by taking the file away, and read everything again."""
    path = own_file(pack.model)
    if pack.directions:
        make_folder(path.parent)
        save_pack(path, pack)
    else:
        with plain_words(path):
            path.unlink(missing_ok=True)
    return known(pack.model)


def with_direction(pack: DirectionPack, direction: Direction) -> DirectionPack:
    """The pack with a direction in the place of the one with its id, or at the end."""
    check_name(direction.name)
    by_id = {one.id: one for one in pack.directions} | {direction.id: direction}
    return replace(pack, directions=tuple(by_id.values()))


def without_direction(pack: DirectionPack, id: str) -> DirectionPack:
    """The pack without a direction."""
    return replace(pack, directions=tuple(one for one in pack.directions if one.id != id))


def export_own(model_hash: str, path: Path) -> int:
    """Write the own directions to a file for others; gives how many. VisagistError where there are none."""
    pack = load_own(model_hash)
    if not pack.directions:
        raise VisagistError("there are no directions of your own yet; rename, save or merge some first")
    save_pack(path, pack)
    return len(pack.directions)
