"""What `visagist models info` prints of a foreign file, and the report of what a file wanted to import."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from engine.devices import choose
from engine.models.found import FoundFile, FoundNetwork, Import
from engine.models.reading.source import printable
from engine.models.report import told_of_growth
from engine.networks.families import roads

SHOWN = 40  # imports; a hostile file may name a million


def describe(found: FoundFile, path: Path) -> dict[str, str]:
    """Facts about a file, in the order in which a person reads them."""
    network = found.generator
    hyper = network.hyper
    facts = {
        "file": f"{path} ({os.path.getsize(path) / 2**20:.1f} MB)",
        "kind": found.kind,
        "family": network.family or f"none that this program knows ({hyper.get('class', hyper.get('built by', '?'))})",
    }
    if "resolution" in hyper:
        facts["resolution"] = f"{hyper['resolution']} px"
    widths = [f"{name} {hyper[key]}" for name, key in (("z", "z_dim"), ("w", "w_dim")) if key in hyper]
    facts |= {"widths": ", ".join(widths)} if widths else {}
    if "c_dim" in hyper:
        facts["labels"] = str(hyper["c_dim"] or "none")
    if "architecture" in hyper:
        facts["architecture"] = str(hyper["architecture"])
    if isinstance(hyper.get("layers"), str):
        facts["layers"] = ", ".join(layer["name"] for layer in json.loads(str(hyper["layers"])))
    if (sides := sides_of_growth(network)) is not None:
        facts["growth"] = told_of_growth(float(hyper["lod"] or 0), sides)
    target = choose()
    if network.family in (road := roads(target)):
        facts["computed by"] = f"{road[network.family]} {target.precision}"
    if "w_dim" in hyper:
        facts["average w"] = "in the file" if "mapping.w_avg" in network.tensors else "not in the file"
    facts["tensors"] = count(network)
    for name, other in (("raw generator", found.raw_generator), ("discriminator", found.discriminator)):
        facts[name] = count(other) if other is not None else "none"
    return facts | {
        name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in found.facts.items()
    }


def sides_of_growth(network: FoundNetwork) -> list[int] | None:
    """The sides of a network that grew, ascending; None for one that did not, or that stands at no level of its own."""
    lod, resolution = network.hyper.get("lod"), network.hyper.get("resolution")
    if isinstance(lod, str | None) or not isinstance(resolution, int):
        return None
    sides = [4 << level for level in range(max(resolution.bit_length() - 2, 1))]
    return sides if sides[-1] == resolution and 0 <= lod <= len(sides) - 1 else None


def count(network: FoundNetwork) -> str:
    numbers = sum(tensor.numel() for tensor in network.tensors.values())
    return f"{len(network.tensors)} with {numbers:,} numbers"


def import_lines(imports: Iterable[Import]) -> list[str]:
    """What a file wanted to import, the refused names first; nothing of it was."""
    listed = sorted(imports, key=lambda item: (not item.refused, item))
    if not listed:
        return ["it imports nothing"]
    lines = ["it wanted to import (nothing was, and nothing of it was run):"]
    lines += [
        f"  {'REFUSED ' if item.refused else '        '} {printable(f'{item.module} {item.name}'[:120])}"
        for item in listed[:SHOWN]
    ]
    return lines + ([f"  … and {len(listed) - SHOWN} more"] if len(listed) > SHOWN else [])
