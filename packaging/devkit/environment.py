"""The virtual environment: made, taken over, or made anew when it is half-made or its Python is gone."""

from __future__ import annotations

import csv
import importlib.util
import os
import shutil
import sys
from pathlib import Path

from devkit import debian
from devkit.failure import StepError
from devkit.project import Project
from devkit.terminal import Terminal

SUPPORTED = ("3.11", "3.12", "3.13")


def state(project: Project) -> str:
    """Which Python stands behind the environment of this folder; '' when none can be started."""
    if not project.python.exists() or project.python_version not in SUPPORTED:
        return ""
    # On Windows the environment's own python.exe stays when the Python behind it is gone.
    if not Path(project.environment.get("home", "")).is_dir():
        return ""
    # The folder belongs to it: console scripts carry its path and break when a checkout moves.
    return f"{project.root} {os.path.realpath(project.python)} {project.python_version}"


def make(project: Project, terminal: Terminal) -> None:
    """An environment with pip in .venv; a person's own one is taken over or left alone, never deleted."""
    ours = project.keeping.is_dir()
    if not ours and project.venv.is_dir() and any(project.venv.iterdir()):
        take_over(project)
        return
    if importlib.util.find_spec("ensurepip") is None:
        provide_ensurepip(terminal)
    if ours:
        clear(project)
    project.keeping.mkdir(parents=True, exist_ok=True)
    terminal.tool([sys.executable, "-m", "venv", project.venv])


def take_over(project: Project) -> None:
    if not state(project) or not (project.site_packages / "pip").is_dir():
        raise StepError(
            f"{project.venv} was not made by this set-up and has no Python 3.11 to 3.13 with pip",
            f"move or delete {project.venv}, then run the same command again",
        )
    project.keeping.mkdir()


def clear(project: Project) -> None:
    """Empty the environment: the stamps first, the folder that marks it as ours never."""
    for stamp in project.keeping.iterdir():
        stamp.unlink()
    for child in project.venv.iterdir():
        if child == project.keeping:
            continue
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child)
        else:
            child.unlink()


def provide_ensurepip(terminal: Terminal) -> None:
    """Debian and Ubuntu keep the module that puts pip into an environment in a package of its own."""
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    if debian.may_install():
        debian.install(terminal, [package])
        return
    raise StepError(
        f"this Python ({sys.executable}) cannot make virtual environments: it lacks ensurepip",
        debian.advice({"ensurepip": package}),
    )


def forget_broken(site_packages: Path) -> list[str]:
    """Let pip forget packages whose installation was cut short, so that it installs them again.

    pip takes a package for installed as soon as its metadata lies there. Its RECORD is written last and
    names every file with its size: a package without one, or with a file missing or short, is broken.
    """
    broken = [folder for folder in site_packages.glob("*.dist-info") if not whole(folder)]
    for folder in broken:
        shutil.rmtree(folder)
    return [folder.name.removesuffix(".dist-info") for folder in broken]


def whole(dist_info: Path) -> bool:
    record = dist_info / "RECORD"
    if not record.is_file():
        return False
    with open(record, newline="", encoding="utf-8") as rows:
        for row in csv.reader(rows):
            # Compiled files have no size: a person may have swept them away.
            if len(row) < 3 or not row[2]:
                continue
            path = dist_info.parent / row[0]
            if not path.is_file() or path.stat().st_size < int(row[2]):
                return False
    return True
