"""The jobs of opening files: telling what they are, reading them, and finding the model that they were made with."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import ModelFileError, VisagistError
from engine.file_kind import FILM_SUFFIXES, Kind, kind_of
from engine.job import Job, Progress
from engine.project import Project
from engine.project_file import begins_like_film, project_in, read_project
from engine.recipe import Recipe
from engine.recipe_file import read_recipe

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """What a file turned out to be, or what came without one.

    model: content hash of the model it was made with, None where any will do; title, model_path: to find that model by.
    kept: it is unsaved work; its path is that of the project's own file. film: a video carries it.
    error: why it cannot be opened. then: called once it is on show.
    """

    path: Path | None
    kind: Kind
    model: str | None = None
    title: str = ""
    model_path: str = ""
    recipe: Recipe | None = None
    project: Project | None = None
    kept: bool = False
    film: bool = False
    error: VisagistError | None = None
    then: Callable[[], None] = lambda: None

    @property
    def name(self) -> str:
        """What a person knows it by."""
        if self.path is not None:
            return self.path.name
        return "this work" if self.kept else "what was pasted"


def looking(paths: Sequence[Path]) -> Job[list[Found]]:
    """What these files are, in the order in which they are best opened; a broken one takes no other along."""
    found = []
    for number, path in enumerate(paths):
        yield Progress(number, len(paths), f"Reading {path.name}")
        try:
            found.append(look(path))
        except VisagistError as error:
            found.append(Found(path, Kind.PICTURE, error=error))
    order = list(Kind)
    return sorted(found, key=lambda one: order.index(one.kind))


def look(path: Path) -> Found:
    """What one file is; VisagistError where it cannot be read."""
    path = project_in(path)
    kind = kind_of(path)
    if kind in (Kind.MODEL, Kind.PACK, Kind.LABELS, Kind.RUN, Kind.DATASET):
        return Found(path, kind)
    film = (kind is Kind.PROJECT or path.suffix.lower() in FILM_SUFFIXES) and begins_like_film(path)
    if kind is Kind.PROJECT or film:
        return replace(of_project(path, read_project(path)), film=film)
    if kind is Kind.RECIPE:
        recipe = read_recipe(path)
        return Found(path, kind, recipe.model, recipe=recipe)
    from engine.export.images import read_provenance  # brings Pillow and torch, which a start must not wait for

    provenance = read_provenance(path)
    return Found(path, kind, provenance.recipe.model or provenance.model, provenance.title, recipe=provenance.recipe)


def of_project(path: Path | None, project: Project) -> Found:
    """A project that has been read."""
    model = project.model
    return Found(path, Kind.PROJECT, model.hash, model.title, model.path, project=project)


def locating(model: str, candidates: Sequence[Path]) -> Job[Path | None]:
    """The file of the model with this content hash: one of the candidates, or one in the models folder.

    A foreign file is known by the copy that was made when it was opened.
    """
    yield Progress(0, 1, "Looking for the model")
    from engine.models.catalogue import find_by_hash
    from engine.models.format import read_header
    from engine.models.own_copy import known_form

    for path in candidates:
        try:
            form = known_form(path) if os.path.isfile(path) else None
            if form is not None and read_header(form).hash == model:
                return path
        except ModelFileError as error:
            log.warning("%s", error)
    return find_by_hash(model)


def checking(path: Path, model: str) -> Job[Path]:
    """The path itself where it is the model with this hash; VisagistError with what it is instead."""
    yield Progress(0, 1, f"Reading {path.name}")
    from engine.models.format import read_header
    from engine.models.own_copy import making

    header = read_header((yield from making(path)))
    if header.hash != model:
        raise VisagistError(
            f"the file {path.name} is another model ({header.title}, {header.hash[:12]}); "
            f"the one needed is {model[:12]}"
        )
    return path


def naming(paths: Sequence[Path]) -> Job[dict[Path, str]]:
    """The titles of model files; one that cannot be read has none, a foreign one without a copy its file's name."""
    yield Progress(0, 1, "Reading the models' names")
    from engine.models.format import read_header, read_metadata
    from engine.models.own_copy import known_form

    titles = {}
    for path in paths:
        try:
            form = known_form(path)
            if form is None and path.suffix == ".safetensors":
                read_metadata(path)  # a broken one says so here
            titles[path] = path.stem if form is None else read_header(form).title
        except ModelFileError as error:
            log.warning("%s", error)
    return titles
