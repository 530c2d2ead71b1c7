"""The jobs of projects: writing one with its preview, keeping unsaved work, finding what was kept."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from engine.job import Job, Progress
from engine.project import Project
from engine.project_file import write_project
from studio.projects import recovery_files
from studio.projects.recovery_files import Kept

if TYPE_CHECKING:
    from engine.frame import Frame

PREVIEW_SIDE, PREVIEW_QUALITY = 256, 85


def writing(path: Path, project: Project, frame: Frame | None) -> Job[None]:
    """Write a project file, the picture on show as its preview."""
    yield Progress(0, 1, f"Saving {path.name}")
    write_project(path, with_preview(project, frame))


def keeping(id: str, project: Project, frame: Frame | None, file: Path | None) -> Job[str]:
    """Keep the unsaved work of a window of this process; gives its id."""
    yield Progress(0, 1, "Keeping your work")
    recovery_files.keep(id, with_preview(project, frame), file)
    return id


def leaving(id: str, project: Project, frame: Frame | None, file: Path | None) -> Job[str]:
    """Keep unsaved work and let go of it, so that it can be offered; gives its id."""
    yield from keeping(id, project, frame, file)
    recovery_files.let_go(id, file)
    return id


def finding() -> Job[list[Kept]]:
    """The unsaved work that can be offered."""
    yield Progress(0, 1, "Looking for unsaved work")
    return recovery_files.find()


def with_preview(project: Project, frame: Frame | None) -> Project:
    """With a small JPEG of the picture."""
    if frame is None:
        return project
    from PIL import Image  # a start must not wait for it

    side = min(PREVIEW_SIDE, frame.size)
    small = Image.fromarray(frame.rgb()).resize((side, side), Image.Resampling.LANCZOS)
    buffer = BytesIO()
    small.save(buffer, "JPEG", quality=PREVIEW_QUALITY)
    return replace(project, preview=buffer.getvalue())
