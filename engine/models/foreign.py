"""A foreign network file -> our own model file: generator, truncation centre, and the discriminator beside them."""

from __future__ import annotations

import math
import re
from pathlib import Path

import msgspec
import torch
from torch import Tensor

from engine.errors import ModelFileError, VisagistError
from engine.models.format import Header, Origin, content_hash, load_model, read_header, save_model
from engine.models.found import FoundFile, FoundNetwork, Hyper, joined
from engine.models.own_copy import is_own
from engine.models.reading.opening import generator_of, open_any
from engine.models.reading.source import printable
from engine.networks.mapping import MappingNetwork
from engine.paths import make_folder, models_dir

MOST_TOLD, LONGEST = 40, 120  # of a file's own words: how many are kept, and characters of each
SAMPLES = 2**14  # of z, where a file does not tell the average w
UNKNOWN_LICENCE = "The file does not tell; ask whoever made it before you publish or sell its pictures"


def convert_file(path: Path, out: Path) -> Header:
    """Write a foreign file as our own; the name is that of the new file.

    Raises ModelFileError for a file that holds no known network, VisagistError where it cannot be written.
    """
    header, tensors = own_parts(path, plain_name(out.stem))
    save_model(out, header, tensors)
    return header


def add_file(path: Path) -> tuple[Path, bool]:
    """Put a foreign file's network into the models folder: its path there, and whether it was already there.

    The name is the file's; another model of that name is left alone, which is an error.
    """
    header, tensors = own_parts(path, plain_name(path.stem))
    out = make_folder(models_dir()) / f"{header.name}.safetensors"
    if out.exists():
        if has_hash(out, header.hash):
            return out, True
        raise VisagistError(f"a model named {header.name} is already in {out.parent}; rename {path} and add it again")
    save_model(out, header, tensors)
    return out, False


def own_parts(path: Path, name: str) -> tuple[Header, dict[str, Tensor]]:
    """Header and tensors of our own file; one that is ours already gets the name and nothing else."""
    if is_own(path):
        header, tensors = load_model(path)
        return msgspec.structs.replace(header, name=name), tensors
    return converted(open_any(path), path, name)


def converted(found: FoundFile, path: Path, name: str) -> tuple[Header, dict[str, Tensor]]:
    """What is kept of a foreign file; the generator in training is not."""
    generator = generator_of(found, path)
    both = joined(generator, found.discriminator)
    tensors = both.tensors | {"w_mean": centre(generator, path)}
    hyper: Hyper = {key: value for key, value in both.hyper.items() if key != "w_avg_missing"}
    if isinstance(found.facts.get("kimg"), float):
        hyper["kimg"] = found.facts["kimg"]
    header = Header(
        family=generator.family,
        name=name,
        title=name,
        provenance=f"{plain_text(found.kind)}, converted from {plain_text(path.name)}",
        licence=UNKNOWN_LICENCE,
        hash=content_hash(generator.family, tensors),
        hyper=hyper,
        origin=origin_of(found),
    )
    return header, tensors


def origin_of(found: FoundFile) -> Origin:
    """What is kept of the file itself: words of its own are cut, and can be shown anywhere."""
    listed = sorted(found.imports, key=lambda item: (not item.refused, item))
    return Origin(
        facts={plain_text(name): plain_text(in_words(value)) for name, value in list(found.facts.items())[:MOST_TOLD]},
        imports=tuple(
            plain_text(f"{'REFUSED ' if item.refused else ''}{item.module}.{item.name}") for item in listed[:MOST_TOLD]
        ),
        more=max(0, len(listed) - MOST_TOLD),
    )


def in_words(value: float | int | str | bool) -> str:
    """A fact as a person reads it."""
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def plain_text(text: str) -> str:
    """A file's own words, cut and printable."""
    return printable(text[:LONGEST])


def centre(generator: FoundNetwork, path: Path) -> Tensor:
    """The truncation centre: the file's average w, else the mean over random z.

    Where there is no w, it is the origin of what takes its place: z, and the label behind it.
    """
    if "w_mean" in generator.tensors:
        return generator.tensors["w_mean"]
    if "mapping.w_avg" in generator.tensors:
        return generator.tensors["mapping.w_avg"].reshape(-1).clone()
    if "mapping.fc0.weight" not in generator.tensors:
        return torch.zeros(int(generator.hyper.get("z_dim") or 0) + int(generator.hyper.get("c_dim") or 0))
    if generator.hyper.get("c_dim"):
        raise ModelFileError(path, "it has labels and does not tell its average w (mapping.w_avg)")
    rate = float(generator.hyper["mapping_lr"] or 0)
    weights: dict[str, Tensor] = {}
    for name, tensor in generator.tensors.items():
        if name.startswith("mapping.fc"):
            gain = rate / math.sqrt(tensor.shape[1]) if name.endswith(".weight") else rate
            weights[name] = tensor * gain
    z = torch.randn(SAMPLES, weights["mapping.fc0.weight"].shape[1], generator=torch.Generator().manual_seed(0))
    return MappingNetwork(weights)(z).mean(0).clone()


def has_hash(path: Path, hash: str) -> bool:
    """Whether our own file at a path names this content hash; a file that says nothing readable does not."""
    try:
        return read_header(path).hash == hash
    except ModelFileError:
        return False


def plain_name(stem: str) -> str:
    """A file's stem as a name in the models folder."""
    return re.sub(r"[^\w.+-]+", "-", stem).strip("-.")[:80] or "model"
