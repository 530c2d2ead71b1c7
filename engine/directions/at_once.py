"""Directions of a model that nobody has looked at yet: SeFa and PCA as they come, not measured on pictures."""

from __future__ import annotations

from collections import defaultdict

import torch

from engine.directions.calibrate import Candidate
from engine.directions.discover import row_groups, seek
from engine.directions.pack import Direction, DirectionPack, save_pack, user_folder
from engine.job import Job
from engine.models.model import Model
from engine.paths import make_folder

SAMPLES = 2000  # of w: the first components are plain from few
EACH = 3  # of a method and a group of rows
LETTERS = "ABCDEF"  # of two methods; numbers are for those that were measured
REACH = 2.0  # units either way; how far pictures hold was not looked at


def find_at_once(model: Model, seed: int = 0) -> Job[DirectionPack]:
    """The first SeFa (2007.06600) and PCA (GANSpace, 2004.02546) directions of each group of rows, saved and found
    from now on. One unit is one standard deviation of w along it, or of w in the mean where that is more.
    """
    candidates = yield from seek(model, "both", row_groups(model.generator.plan.style_rows), seed, SAMPLES)
    typical = torch.tensor([one.spread for one in candidates]).square().mean().sqrt()
    counts: dict[str, int] = defaultdict(int)
    directions = []
    for one in candidates:
        if one.component < EACH:
            counts[one.group] += 1
            name = f"{one.group} {LETTERS[counts[one.group] - 1]}"
            directions.append(direction_of(one, max(one.spread, float(typical)), name))
    pack = DirectionPack(model.hash, tuple(directions))
    save_pack(make_folder(user_folder()) / f"{model.path.stem}-{model.hash[:8]}-at-once.safetensors", pack)
    return pack


def direction_of(one: Candidate, unit: float, name: str) -> Direction:
    """A candidate as a direction."""
    told = {"component": float(one.component), "unit": unit, "deviations": unit / max(one.spread, 1e-12)}
    vector = (unit * one.axis).float()
    return Direction(name, vector, one.rows, -REACH, REACH, one.group, one.method, told)
