"""The file of a project: its JSON in and out, older versions migrated, everything else refused in one sentence."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import RecipeError, VisagistError
from engine.paths import is_run, is_store, write_atomically
from engine.project import VERSION, Project
from engine.recipe import migrated
from engine.recipe_file import read_as

SUFFIX = ".visagist"
LIMIT = 128 * 2**20  # bytes; a thousand steps of the largest w+ of any known model fit into it
FILMS = (b"\x1a\x45\xdf\xa3", b"GIF8", b"\x89PNG\r\n\x1a\n")  # Matroska and WebM, GIF, PNG and APNG


def without_a_timeline(raw: dict[str, Any]) -> dict[str, Any]:
    """Version 1 -> 2: a board can hold a timeline; none did, which is the default."""
    return raw


def without_a_show(raw: dict[str, Any]) -> dict[str, Any]:
    """Version 2 -> 3: a board can hold a show, mappings and answers; none did, which is the default."""
    return raw


# version n -> n + 1, each on plain JSON values; the list grows, old steps never change
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: without_a_timeline, 2: without_a_show}


def read_project(path: Path) -> Project:
    """The project of a file, or the one that a video was made of.

    VisagistError that names the file where it cannot be read or followed.
    """
    return read_as(path, LIMIT, "project", project_from_json) if not begins_like_film(path) else read_carried(path)


def project_in(path: Path) -> Path:
    """The one project in a folder, as a video of single pictures keeps it beside them; else the path itself."""
    plain = os.path.isdir(path) and not is_run(path) and not is_store(path)
    inside = list(path.glob(f"*{SUFFIX}")) if plain else []
    return inside[0] if len(inside) == 1 else path


def begins_like_film(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return is_film(file.read(12))
    except OSError as error:
        raise VisagistError(f"{path}: it cannot be read ({error.strerror or error})") from error


def is_film(head: bytes) -> bool:
    """Whether a file that begins so may be a video or a moving picture that carries a project."""
    return head[4:8] == b"ftyp" or head.startswith(FILMS) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")


def read_carried(path: Path) -> Project:
    """The project that a video carries; VisagistError where it carries none."""
    from engine.export.video.marks import find_project  # Pillow and torch come along

    text = find_project(path)
    if text is None:
        raise VisagistError(f"{path}: this video carries no Visagist project")
    try:
        return project_from_json(text)
    except RecipeError as error:
        raise RecipeError(f"{path}: {error}") from error


def write_project(path: Path, project: Project) -> None:
    """Write the file whole or leave what was there; VisagistError when it cannot be written."""
    text = msgspec.json.encode(project)
    if len(text) > LIMIT:
        raise VisagistError(
            f"{path}: the project has grown to {len(text) // 2**20} MB and {LIMIT // 2**20} MB is the most; "
            "remove some stars or presets"
        )
    write_atomically(path, text)


def project_from_json(text: bytes | str) -> Project:
    """Raises RecipeError with one sentence for anything that is not a project this version can follow."""
    try:
        raw = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecipeError(f"the project is not JSON, or is cut short ({error})") from error
    if not isinstance(raw, dict):
        raise RecipeError("the project must be a JSON object")
    version = raw.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise RecipeError("this is not a project: it has no version")
    if version > VERSION:
        raise RecipeError(
            f"the project is version {version} and this program reads up to {VERSION}; a newer Visagist opens it"
        )
    for step in range(version, VERSION):
        raw = MIGRATIONS[step](raw)
    raw["version"] = VERSION
    migrate_recipes(raw)
    try:
        return msgspec.convert(raw, Project)
    except (msgspec.ValidationError, RecursionError) as error:
        raise RecipeError(f"the project cannot be followed: {error}") from error


def migrate_recipes(raw: dict[str, Any]) -> None:
    """Bring every recipe in a project up to date, in place; what has the wrong shape is left for the check."""
    board = raw.get("board")
    holders = [(raw, "recipe")]
    if isinstance(board, dict):
        holders.append((board, "compared"))
        holders += [(item, "recipe") for name in ("stars", "presets") for item in listed(board.get(name))]
        holders += timeline_recipes(board.get("timeline")) + show_recipes(board.get("show"))
    holders += [(item, "recipe") for item in listed(raw.get("history"))]
    for holder, key in holders:
        if holder.get(key) is not None:
            holder[key] = migrated(holder[key])


def timeline_recipes(timeline: object) -> list[tuple[dict[str, Any], str]]:
    """Where a timeline holds recipes: its keyframes, and the base of its random walk."""
    track = timeline.get("recipes") if isinstance(timeline, dict) else None
    if not isinstance(track, dict):
        return []
    walk = track.get("walk")
    return [(key, "recipe") for key in listed(track.get("keys"))] + ([(walk, "base")] if isinstance(walk, dict) else [])


def show_recipes(show: object) -> list[tuple[dict[str, Any], str]]:
    """Where a show holds recipes: the bases and timelines of its scenes, and what visitors begin with."""
    if not isinstance(show, dict):
        return []
    scenes, visitors = listed(show.get("scenes")), show.get("visitors")
    inside = [one for scene in scenes for one in timeline_recipes(scene.get("timeline"))]
    start = [(visitors, "start")] if isinstance(visitors, dict) else []
    return [(scene, "base") for scene in scenes] + inside + start


def listed(value: object) -> list[dict[str, Any]]:
    """The objects of a list; nothing for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
