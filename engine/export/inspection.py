"""Everything that a finished file says of itself: synthetic or not, by which program and model, of which recipe."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.errors import RecipeError, VisagistError
from engine.export import containers
from engine.export.credentials import Credentials, read_credentials
from engine.export.images import read_provenance
from engine.export.provenance import Provenance, alternative_of, field_of
from engine.export.video.marks import find_xmp
from engine.project import Project
from engine.project_file import is_film, project_from_json
from engine.synthetic import SYNTHETIC


@dataclass(frozen=True)
class Inspection:
    """source: where the content comes from, as an address of the IPTC; empty where it does not say so.

    provenance: of a picture that carries recipes; project: of a video; credentials: None where it has none.
    unread: why what it carries cannot be read.
    """

    source: str = ""
    program: str = ""
    description: str = ""
    provenance: Provenance | None = None
    project: Project | None = None
    credentials: Credentials | None = None
    unread: str = ""

    @property
    def synthetic(self) -> bool:
        """Whether it says that a trained model made it."""
        return self.source == SYNTHETIC


def inspect(path: Path) -> Inspection:
    """Look at a picture or a video; VisagistError where the file cannot be read or is neither."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
            if containers.kind_of(head) is None and not is_film(head):
                raise VisagistError(f"{path}: this is no picture and no video of a kind that is made here")
            file.seek(0)
            xmp = find_xmp(file)
    except OSError as error:
        raise VisagistError(f"{path}: it cannot be read ({error.strerror or error})") from error
    except containers.ContainerError as error:
        raise VisagistError(f"{path}: {error}; the file is damaged or cut short") from error
    if xmp is None:
        return Inspection(credentials=credentials_of(path))
    provenance, project, unread = None, None, ""
    try:
        carried = field_of(xmp, "project", "visagist")
        project = None if carried is None else project_from_json(carried)
        if project is None and containers.kind_of(head) is not None:
            provenance = read_provenance(path)
    except RecipeError as error:
        unread = str(error)
    except VisagistError:  # a picture without a recipe says so by having none
        provenance = None
    return Inspection(
        source=field_of(xmp, "DigitalSourceType", "Iptc4xmpExt") or "",
        program=field_of(xmp, "CreatorTool", "xmp") or "",
        description=alternative_of(xmp, "description", "dc"),
        provenance=provenance,
        project=project,
        credentials=credentials_of(path),
        unread=unread,
    )


def credentials_of(path: Path) -> Credentials | None:
    """As `read_credentials`; None where the library that reads them is not installed."""
    try:
        import c2pa  # noqa: F401
    except ImportError:
        return None
    return read_credentials(path)
