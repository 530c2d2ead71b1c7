"""A known package's members -> our own model file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from torch import Tensor

from engine.models import ffhq
from engine.models.format import Header, content_hash, save_model
from engine.models.known import Entry
from engine.models.openvino_ir import read_constants
from engine.models.parts import mean_of
from engine.networks import mobile_stylegan
from engine.networks.mobile_stylegan import make_plan, synthesis_of


def convert(entry: Entry, members: Mapping[str, bytes], path: Path) -> None:
    """Read the members, and write the model file whole or not at all."""
    family, read = READERS[entry.name]
    tensors = read(members) | {"w_mean": mean_of(entry.name)}
    plan = make_plan(synthesis_of(tensors))
    header = Header(
        family=family,
        name=entry.name,
        title=entry.title,
        provenance=entry.provenance,
        licence=entry.licence,
        hash=content_hash(family, tensors),
        hyper={"resolution": plan.resolution, "style_rows": plan.style_rows, "z_dim": plan.z_dim, "w_dim": plan.w_dim},
    )
    save_model(path, header, tensors)


def read_ffhq(members: Mapping[str, bytes]) -> dict[str, Tensor]:
    """Two OpenVINO IR pairs: mapping and synthesis."""
    mapping, synthesis = (
        read_constants(f"{part}.xml", members[f"{part}.xml"], members[f"{part}.bin"])
        for part in ("mapping", "synthesis")
    )
    return ffhq.name_tensors(mapping, synthesis)


# name in the catalogue -> family and reader
READERS: dict[str, tuple[str, Callable[[Mapping[str, bytes]], dict[str, Tensor]]]] = {
    "ffhq": (mobile_stylegan.FAMILY, read_ffhq),
}
