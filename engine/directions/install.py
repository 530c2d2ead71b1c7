"""Taking in a direction pack from elsewhere: checked, and copied to where the person's packs are kept."""

from __future__ import annotations

import hashlib
from pathlib import Path

from engine.directions.pack import DirectionPack, load_pack, save_pack, user_folder
from engine.errors import VisagistError
from engine.paths import make_folder

LONGEST_STEM = 40


def install(path: Path, model_hash: str) -> DirectionPack:
    """Copy a pack to the person's own folder, where it is found from now on; the same pack twice is kept once.

    Raises VisagistError where it is broken, was made for another model, or cannot be written.
    """
    pack = load_pack(path)
    check_model(path, pack, model_hash)
    folder = make_folder(user_folder())
    if path.resolve().parent != folder.resolve():
        save_pack(folder / f"{plain(path.stem)}-{digest(pack)}.safetensors", pack)
    return pack


def check_model(path: Path, pack: DirectionPack, model_hash: str) -> None:
    """VisagistError unless the pack is one of this model."""
    if pack.model != model_hash:
        raise VisagistError(
            f"{path.name}: this pack was made for another model ({pack.model[:12]}) and the open model is "
            f"{model_hash[:12]}; open the model it was made for first"
        )


def plain(stem: str) -> str:
    """The letters and figures of a file's name, the rest as hyphens."""
    return "".join(letter if letter.isalnum() else "-" for letter in stem)[:LONGEST_STEM].strip("-") or "pack"


def digest(pack: DirectionPack) -> str:
    """Eight figures that tell packs of the same name apart, and find the same pack again."""
    said = "\n".join(f"{one.id} {one.name} {one.heading}" for one in pack.directions)
    return hashlib.sha256(said.encode()).hexdigest()[:8]
