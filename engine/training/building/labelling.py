"""Which labels a source has: those that lie in it or beside it, or that were asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath

from engine.training.building.kinds import SourceError
from engine.training.building.labels import READERS, Labels, from_csv, from_folders, from_json
from engine.training.building.sources import LABEL_LIMIT, Archive, Files, Source

NONE, FOLDERS = "none", "folders"


def find_labels(source: Source, path: Path, choice: str, mirror_negates: tuple[str, ...]) -> Labels:
    """The labels of a source that lies at `path`.

    choice: "" for what there is, "none", "folders", or the path of a file. mirror_negates: besides those of the file.
    """
    labels = chosen(source, path, choice)
    labels = replace(labels, mirror_negates=tuple(dict.fromkeys((*labels.mirror_negates, *mirror_negates))))
    unknown = [name for name in labels.mirror_negates if name not in labels.names]
    if unknown:
        there = ", ".join(labels.names) or "none"
        raise SourceError(f"there is no label '{unknown[0]}' to turn in a mirror; there are: {there}")
    missing = source.total - len(labels.rows)
    if not labels.names or not missing:
        return labels
    some = f"{len(labels.rows)} of {source.total} pictures"
    note = f"{labels.origin} has complete labels for {some}; the others are left out"
    return replace(labels, notes=(*labels.notes, note))


def chosen(source: Source, path: Path, choice: str) -> Labels:
    if choice == NONE:
        return Labels()
    if not isinstance(source, Files):
        if choice:
            raise SourceError("labels go with files of pictures, not with the frames of a video")
        return Labels()
    pictures = source.names()
    if choice == FOLDERS:
        return from_folders(pictures)
    if choice:
        return from_file(Path(choice), pictures)
    inside = source.find_labels()
    if inside is not None:
        return READERS[PurePosixPath(inside).name](source.read_labels(inside), inside, pictures)
    beside = path.parent / "labels.csv"
    if isinstance(source, Archive) and beside.is_file():
        return from_file(beside, pictures)
    return Labels()


def from_file(path: Path, pictures: list[str]) -> Labels:
    """Labels of a file that lies anywhere; its ending tells its form."""
    try:
        if path.stat().st_size > LABEL_LIMIT:
            raise SourceError(f"{path} has more than {LABEL_LIMIT / 2**20:.0f} MB, which is too much")
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror or error}); name a file of labels") from error
    return (from_json if path.suffix.lower() == ".json" else from_csv)(content, path.name, pictures)
