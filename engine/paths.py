"""Where things lie: what ships with the program, what it keeps for a person, and how a file is written whole."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import platformdirs

from engine.errors import VisagistError

APP = "visagist"
Writer = Callable[[BinaryIO], object]


def resources() -> Path:
    """The folder of icons, model cards and small bundled files: inside the wheel, or the checkout's."""
    here = Path(__file__).resolve().parent
    bundled = here / "_resources"
    return bundled if bundled.is_dir() else here.parent / "resources"


def data_dir() -> Path:
    """What a person would miss: models, packs, settings. VISAGIST_DATA names another folder."""
    return chosen("VISAGIST_DATA") or platformdirs.user_data_path(APP, appauthor=False)


def models_dir() -> Path:
    """The folder of models in our own format."""
    return data_dir() / "models"


def runs_dir() -> Path:
    """The folder of training runs, one folder each."""
    return data_dir() / "runs"


def is_run(folder: Path) -> bool:
    """Whether a folder is that of a training run: it has events, or is about to have some."""
    begins = (folder / "config.json").is_file() and (folder / "checkpoints").is_dir()
    return begins or (folder / "events.jsonl").is_file()


def is_store(folder: Path) -> bool:
    """Whether a folder is that of a packed data set."""
    return (folder / "dataset.json").is_file() and (folder / "level-4.u8").is_file()


def datasets_dir() -> Path:
    """The folder of packed data sets, one folder each."""
    return data_dir() / "datasets"


def cache_dir() -> Path:
    """What can be made again: compiled kernels, thumbnails. VISAGIST_CACHE names another folder."""
    return chosen("VISAGIST_CACHE") or platformdirs.user_cache_path(APP, appauthor=False)


def log_dir() -> Path:
    """The folder of logs; it lies under VISAGIST_DATA where that is set."""
    own = chosen("VISAGIST_DATA")
    return own / "logs" if own else platformdirs.user_log_path(APP, appauthor=False)


def make_folder(path: Path) -> Path:
    """The folder itself, made with its parents where it was missing; VisagistError when it cannot be."""
    with plain_words(path):
        path.mkdir(parents=True, exist_ok=True)
    return path


def write_atomically(path: Path, content: bytes | Writer) -> None:
    """Write the whole file or leave what was there: temporary name, flush, rename.

    content: the bytes, or a function that writes them to the open file it is given.
    A link is followed; a folder, a device or a pipe is refused. VisagistError when it cannot be written.
    """
    with whole_file(path) as part, open(part, "xb") as file:
        if isinstance(content, bytes):
            file.write(content)
        else:
            content(file)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """As `write_atomically`, for what opens its file by name: the body writes the file of the name that it is given."""
    with plain_words(path):
        target = Path(os.path.realpath(path))
        if target.exists() and not target.is_file():
            raise VisagistError(f"{path}: this is a {kind_of(target)}, so name a file instead")
        part = target.with_name(f".{APP}-{secrets.token_hex(8)}.part")
        try:
            yield part
            with open(part, "r+b") as file:
                os.fsync(file.fileno())
            os.replace(part, target)
        finally:
            part.unlink(missing_ok=True)
        keep_name(target.parent)


def chosen(variable: str) -> Path | None:
    value = os.environ.get(variable, "")
    return Path(value).expanduser().absolute() if value else None


def kind_of(path: Path) -> str:
    return "folder" if path.is_dir() else "device or pipe"


def keep_name(folder: Path) -> None:
    """Flush the folder's entry to the disk, where the system has such a thing."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some network and FUSE file systems have no fsync of a folder; the file itself is already safe.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EROFS):
            raise
    finally:
        os.close(handle)


WORDS = {
    errno.ENOSPC: "the disk is full; free some space and try again",
    errno.EDQUOT: "your share of the disk is used up; free some space and try again",
    errno.EACCES: "it may not be written there; choose another folder or change its permissions",
    errno.EPERM: "it may not be written there; choose another folder or change its permissions",
    errno.EROFS: "the disk is read-only; choose another folder",
    errno.ENOENT: "its folder does not exist; make the folder first",
    errno.ENOTDIR: "a part of this path is a file, not a folder; choose another folder",
    errno.EEXIST: "a file stands where a folder is needed; move it away",
    errno.EISDIR: "this is a folder, so name a file instead",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.EFBIG: "the file would be larger than this disk takes, or than you may write",
    errno.ELOOP: "its links lead in a circle; choose another path",
}


def check_place(path: Path) -> None:
    """VisagistError, before any work, where a file of this name could not be written: a folder, or none around it."""
    if os.path.isdir(path):
        raise VisagistError(f"{path}: {WORDS[errno.EISDIR]}")
    check_around(path)


def check_around(path: Path) -> None:
    """VisagistError where the folder around a path is missing."""
    if not os.path.isdir(path.parent):
        raise VisagistError(f"{path}: {WORDS[errno.ENOENT]}")


@contextmanager
def plain_words(path: Path) -> Iterator[None]:
    """Turn what the system says of a failed write into one sentence about the path."""
    try:
        yield
    except OSError as error:
        why = WORDS.get(error.errno or 0, f"it cannot be written ({error.strerror or error})")
        raise VisagistError(f"{path}: {why}") from error
