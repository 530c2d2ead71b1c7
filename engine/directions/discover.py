"""Discovery of directions without labels: sought with SeFa and GANSpace, calibrated on pictures, the best kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import torch
from torch import Tensor

from engine.checks import SEED_LIMIT, check_rows, check_seed
from engine.directions.calibrate import Calibrated, Candidate, Ruler, select
from engine.directions.ganspace import Covariance, sample_w
from engine.directions.looks import Viewer
from engine.directions.pack import Direction, DirectionPack
from engine.directions.sefa import factorize, gain_axes, without
from engine.errors import VisagistError
from engine.job import Job, Progress
from engine.models.format import load_model
from engine.models.model import Model
from engine.networks.families import FAMILIES
from engine.networks.generator import Output, Plan

Method = Literal["both", "sefa", "pca"]

SAMPLES_OF_W = 20_000
FACES = 8
NATURAL = 96
PSI = 0.7  # of the base faces; the natural range is taken from 0.5 to 1
DRAFT = 128  # pixels: enough to see what coarse and middle rows do
SOUGHT = 8  # candidates of each method and group


def discover(
    model: Model,
    *,
    method: Method = "both",
    rows: Sequence[int] | None = None,
    count: int = 24,
    seed: int = 0,
) -> Job[DirectionPack]:
    """Directions of an open model, best first, named after their group ("coarse 1").

    rows: seek in these style rows only; None seeks in the coarse, middle and fine ones and, with PCA, in all.
    Equal arguments give equal packs on one device. Raises VisagistError where nothing can be sought.
    """
    check_seed(seed)
    if method not in get_args(Method):
        raise VisagistError(f"there is no method '{method}'; choose one of {', '.join(get_args(Method))}")
    if count < 1:
        raise VisagistError(f"{count} directions were asked for; ask for at least one")
    groups = chosen_groups(model.generator.plan, rows)
    candidates = yield from seek(model, method, groups, seed)
    found = yield from measure(model, candidates, seed)
    chosen = select(found, count)
    if not chosen:
        raise VisagistError(
            f"none of the {len(candidates)} directions that were tried changes pictures without breaking them; "
            "try other style rows"
        )
    return DirectionPack(model.hash, tuple(named(chosen)))


def chosen_groups(plan: Plan, rows: Sequence[int] | None) -> dict[str, tuple[int, ...]]:
    """Groups of style rows in which directions are sought."""
    if rows is None:
        return row_groups(plan.style_rows)
    given = tuple(rows)
    check_rows("the search", given)
    if given[-1] >= plan.style_rows:
        raise VisagistError(f"style row {given[-1]} was asked for; this model's rows are 0 to {plan.style_rows - 1}")
    return {"chosen": given}


def row_groups(rows: int) -> dict[str, tuple[int, ...]]:
    """Coarse, middle, fine and all rows; in the shares that hold for a network of 22 rows (0-4, 5-8, 9-21)."""
    coarse, middle = round(rows * 5 / 22), round(rows * 9 / 22)
    bounds = {"coarse": (0, coarse), "middle": (coarse, middle), "fine": (middle, rows), "all": (0, rows)}
    return {name: tuple(range(*ends)) for name, ends in bounds.items() if ends[0] < ends[1]}


def seek(
    model: Model, method: Method, groups: dict[str, tuple[int, ...]], seed: int, samples: int = SAMPLES_OF_W
) -> Job[list[Candidate]]:
    """Candidates of each group, those of greatest gain kept out of all of them."""
    covariance = Covariance()
    for batch in sample_w(model.generator, samples, seed):
        covariance.add(batch)
        yield Progress(covariance.count, samples, "sampling w")
    main, _ = covariance.components(SOUGHT)
    modulations = FAMILIES[model.header.family].modulations
    weights = load_model(model.path)[1] if modulations else {}
    candidates: list[Candidate] = []
    for group, rows in groups.items():
        axes: dict[str, Tensor] = {}
        layers = modulations(weights, model.header.hyper, rows) if modulations else []
        loud = gain_axes(layers, model.w_mean) if layers else None
        # over all rows the modulation weights agree on nothing but gain
        if method != "pca" and layers and group != "all":
            axes["sefa"], _ = factorize(torch.cat([weight for weight, _ in layers]), SOUGHT)
        if method != "sefa":
            axes["pca"] = main
        for name, found in axes.items():
            kept = found if loud is None else without(found, loud)
            for component, axis in enumerate(kept):
                spread = covariance.deviation(axis)
                candidates.append(Candidate(axis, rows, group, name, component, spread))
    if not candidates:
        raise VisagistError(f"SeFa finds nothing in the {model.header.family} family; use the method pca")
    return candidates


def measure(model: Model, candidates: Sequence[Candidate], seed: int) -> Job[list[Calibrated]]:
    """Calibrate each candidate at the smallest picture that shows its rows."""
    plan = model.generator.plan
    rulers: dict[int, Ruler] = {}
    found = []
    for done, candidate in enumerate(candidates):
        what = f"measuring {candidate.group} {candidate.method} {candidate.component + 1}"
        yield Progress(done, len(candidates), what)
        output = seen_at(plan, candidate.rows)
        if output.size not in rulers:
            rulers[output.size] = make_ruler(model, output, seed)
        calibrated = rulers[output.size].calibrate(candidate)
        if calibrated is not None:
            found.append(calibrated)
    return found


def seen_at(plan: Plan, rows: Sequence[int]) -> Output:
    """The smallest output from DRAFT px on that every one of these rows takes part in."""
    for output in plan.outputs:
        read = {row for stage in plan.stages[: output.stage + 1] for row in stage.rows} | set(output.rows)
        if output.size >= min(DRAFT, plan.resolution) and rows[-1] <= max(read):
            return output
    return plan.outputs[-1]


def make_ruler(model: Model, output: Output, seed: int) -> Ruler:
    """Base faces and natural range for one output; pictures that take long are measured on half as many."""
    share = 1 if output.size <= DRAFT else 2
    faces, natural = FACES // share, NATURAL // share
    generator = model.generator
    w = torch.cat(list(sample_w(generator, FACES + NATURAL, (seed + 1) % SEED_LIMIT)))
    # the natural range is that of faces as people make them, from tame to untruncated
    psi = torch.linspace(0.5, 1.0, NATURAL)[:, None]
    bases = torch.lerp(model.w_mean, w[:FACES], PSI)[:faces]
    others = torch.lerp(model.w_mean.expand(NATURAL, -1), w[FACES:], psi)[::share][:natural]
    rows = generator.plan.style_rows
    bases, others = (one[:, None].expand(-1, rows, -1) for one in (bases, others))  # [N, style_rows, w_dim]
    return Ruler(Viewer(generator, output), bases, others)


def named(chosen: Sequence[Calibrated]) -> list[Direction]:
    """Directions named after their group and their place in it."""
    directions: list[Direction] = []
    counts: dict[str, int] = {}
    for one in chosen:
        candidate = one.candidate
        counts[candidate.group] = counts.get(candidate.group, 0) + 1
        directions.append(
            Direction(
                name=f"{candidate.group} {counts[candidate.group]}",
                vector=(one.unit * candidate.axis).float(),
                rows=candidate.rows,
                low=one.low,
                high=one.high,
                group=candidate.group,
                method=candidate.method,
                statistics={
                    "component": float(candidate.component),
                    "unit": one.unit,
                    "change": one.change,
                    "deviations": one.unit / candidate.spread,
                },
            )
        )
    return directions
