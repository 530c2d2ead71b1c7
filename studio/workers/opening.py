"""Opening a model, as a job: torch is imported here, off the main thread, after the window is up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import VisagistError
from engine.job import Job, Progress
from studio.open_model import OpenModel, facts_of

if TYPE_CHECKING:
    from engine.renderer import Renderer

DEFAULT_MODEL = "ffhq"


class ModelMissingError(VisagistError):
    """The model that the window starts with has not been fetched, and none came with the program."""


@dataclass(frozen=True)
class Opened:
    """A model that is ready: the renderer for the render thread, the facts for everyone else."""

    renderer: Renderer
    model: OpenModel
    path: Path


def opening(path: Path | None, number: int, device: str | None = None) -> Job[Opened]:
    """Open a model file; without one the default model, or the one that ships.

    number: which opening this is; device: None is the best one.
    """
    if path is None:
        path = next(iter(defaults()), None)
        if path is None:
            raise ModelMissingError("the face generator is not on this machine yet; fetch it once, 38 MB")
    yield Progress(0, 3, "Waking the engine")
    from engine.devices import choose
    from engine.directions.pack import fitting, known, vectors
    from engine.flatten import flatten
    from engine.models.catalogue import card_of, told_beside
    from engine.models.model import open_model
    from engine.models.own_copy import making
    from engine.models.report import report
    from engine.renderer import Renderer

    yield from making(path)
    yield Progress(1, 3, "Opening the model")
    model = open_model(path, choose(device))
    yield Progress(2, 3, "Reading its directions")
    plan, header = model.generator.plan, model.header
    there = known(model.hash)
    there = replace(there, pack=fitting(there.pack, plan.style_rows, plan.w_dim))
    renderer = Renderer(model, vectors(there.pack))
    facts = OpenModel(
        number=number,
        hash=model.hash,
        name=header.name,
        title=header.title,
        licence=header.licence,
        provenance=header.provenance,
        card=card_of(header.name) or told_beside(path),
        style_rows=plan.style_rows,
        sizes=renderer.sizes,
        device=model.target.label,
        precision=model.generator.precision,
        directions=facts_of(there),
        check=renderer.latents.check,
        noise_resolutions=plan.noise_resolutions,
        label_dim=plan.label_dim,
        facts=tuple(report(model).items()),
        has_w=plan.has_w,
        follows_view=plan.follows_view,
        road=model.generator.road(),
        growth_sides=plan.growth_sides,
        growth=plan.growth,
        explicit=partial(flatten, renderer.latents),
    )
    yield Progress(3, 3, "Ready")
    return Opened(renderer, facts, path)


def defaults() -> list[Path]:
    """The models that a start opens, best first."""
    from engine.models.catalogue import path_of, shipped

    return [path for path in (path_of(DEFAULT_MODEL), *shipped()) if path.is_file()]


def fetching() -> Job[Path]:
    """Fetch the default model from the catalogue."""
    from engine.models.catalogue import add

    return (yield from add(DEFAULT_MODEL))
