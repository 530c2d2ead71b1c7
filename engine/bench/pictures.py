"""Our own engine: full frames, drafts, partial changes, a drag, and what stands around them."""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from msgspec.structs import replace

from engine.bench.report import Measurement, median_ratio, medians, percentile, seconds_of
from engine.export.images import save_frame
from engine.job import Job, Progress
from engine.latents import draw_z
from engine.models.model import Model, open_model
from engine.recipe import Mix, Recipe, SeedLatent, Truncation
from engine.renderer import Renderer

LATE_ROWS, ALL_ROWS = (13, 16, 19, 21), 22  # of a network of 1024 px; others are measured at the same shares
DRAG_STEPS = 60
DRAG_SIZE = 256


def measure_pictures(model: Model, repeats: int) -> Job[list[Measurement]]:
    """Every round measures each thing once, so that a busy moment of the machine falls on all of them."""
    renderer = Renderer(model)
    fresh = recipes()
    full = f"full frame, {renderer.sizes[-1]} px"
    rows = {f"after a change of style row {row}": row for row in late_rows(model)}
    drafts = {f"draft, {size} px": size for size in renderer.sizes[:-1]}
    times: dict[str, list[float]] = {name: [] for name in (full, *rows, *drafts, "mapping, one z", "saving a PNG")}
    renderer.render(next(fresh))  # the first one compiles, captures and allocates
    for done in range(repeats):
        yield Progress(done, repeats, "pictures")
        recipe = next(fresh)
        times[full].append(seconds_of(renderer.render, recipe))
        for name, row in rows.items():
            changed = replace(recipe, mixes=(Mix(SeedLatent(9), (row,)),))
            times[name].append(seconds_of(renderer.render, changed))
        for name, size in drafts.items():
            times[name].append(seconds_of(renderer.render, next(fresh), size))
        z = draw_z(done, model.generator.plan.z_dim)[None]
        times["mapping, one z"].append(seconds_of(model.generator.map, z))
        with tempfile.TemporaryDirectory() as folder:
            frame, path = renderer.render(recipe), Path(folder) / "face.png"
            times["saving a PNG"].append(seconds_of(save_frame, frame, path))
    shares = {name: 1 / median_ratio(times[full], times[name]) for name in rows}
    yield Progress(repeats, repeats, "dragging")
    return [
        *medians(times),
        *(Measurement(f"{name}, of a full frame", share, "x", repeats, "<= 0.4") for name, share in shares.items()),
        *drag(renderer, fresh),
    ]


def measure_opening(model: Model, repeats: int) -> list[Measurement]:
    """Opening the file once more, with a warm disk; kernels come out of their cache."""
    times = [seconds_of(open_model, model.path, model.target) for _ in range(repeats)]
    return [Measurement("opening the model", statistics.median(times), "s", repeats)]


def drag(renderer: Renderer, fresh: Iterator[Recipe]) -> list[Measurement]:
    """psi moved in small steps: what a person who drags a slider waits for, from intent to picture."""
    size = renderer.model.generator.plan.output(DRAG_SIZE).size
    times = [seconds_of(renderer.render, recipe, DRAG_SIZE) for recipe in (next(fresh) for _ in range(DRAG_STEPS))]
    return [
        Measurement(
            f"dragging psi at {size} px: 95 of 100 pictures within",
            percentile(times, 0.95),
            "s",
            DRAG_STEPS,
            "< 120 ms",
        ),
        Measurement(f"dragging psi at {size} px: pictures", DRAG_STEPS / sum(times), "per second", DRAG_STEPS, ">= 12"),
    ]


def recipes() -> Iterator[Recipe]:
    """One face at ever new values of psi: no two pictures share a stage."""
    for step in count():
        yield Recipe(latent=SeedLatent(7), truncation=Truncation(psi=0.2 + 0.6 * (step * 0.618 % 1)))


def late_rows(model: Model) -> list[int]:
    """Style rows that only the larger half of the blocks read."""
    return list(dict.fromkeys(row * model.generator.plan.style_rows // ALL_ROWS for row in LATE_ROWS))


def peak_memory() -> list[Measurement]:
    """The most memory that this process has held; nothing where the system does not tell."""
    if sys.platform == "win32":
        import psutil

        return [Measurement("peak memory", psutil.Process().memory_info().peak_wset / 2**20, "MB")]
    listing = Path("/proc/self/status")
    held = re.search(r"VmHWM:\s+(\d+) kB", listing.read_text()) if listing.is_file() else None
    if held:  # getrusage counts what the process that started this one held, too
        return [Measurement("peak memory", int(held[1]) / 1024, "MB")]
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return [Measurement("peak memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20, "MB")]
