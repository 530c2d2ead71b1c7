"""The folder of unsaved work: for each window a project, and beside it a ticket that says whose it is."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec import Struct

from engine.errors import VisagistError
from engine.paths import data_dir, make_folder, plain_words, write_atomically
from engine.project import Project
from engine.project_file import SUFFIX, read_project, write_project

log = logging.getLogger(__name__)

TICKET = ".ticket"
SAME_START_S = 2.0  # a process' start is told in ticks of its own clock


class Ticket(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose work it is.

    pid, started: the living process, 0 where it was let go of; file: the project's own, may be empty.
    """

    pid: int = 0
    started: float = 0.0
    file: str = ""


@dataclass(frozen=True)
class Kept:
    """Unsaved work that nobody has open. when: last written, seconds since 1970; file: the project's own, or None."""

    id: str
    project: Project
    when: float
    file: Path | None


def folder() -> Path:
    """Where unsaved work is kept."""
    return data_dir() / "recovery"


def keep(id: str, project: Project, file: Path | None) -> None:
    """Write the work of a window of this process; the ticket first, so that nobody takes it for left behind."""
    make_folder(folder())
    write_ticket(id, file, ours=True)
    write_project(work_of(id), project)


def let_go(id: str, file: Path | None) -> None:
    """The window is no longer at this work, so that it can be offered."""
    write_ticket(id, file, ours=False)


def take_over(id: str, file: Path | None) -> None:
    """A window of this process goes on with it; VisagistError where another one already does, or it is gone."""
    if not work_of(id).is_file() or is_open(id):
        raise VisagistError("this work has been brought back in another window, or discarded")
    write_ticket(id, file, ours=True)


def forget(id: str) -> None:
    """It is saved, or not wanted. VisagistError where it cannot be removed."""
    for path in (work_of(id), ticket_of(id)):
        with plain_words(path):
            path.unlink(missing_ok=True)


def find() -> list[Kept]:
    """What can be offered, newest first; a file that cannot be read is told in the log and left where it is."""
    found = []
    for path in folder().glob(f"*{SUFFIX}"):
        ticket = read_ticket(path.stem)
        if lives(ticket):
            continue
        try:
            found.append(Kept(path.stem, read_project(path), path.stat().st_mtime, file_of(ticket)))
        except (VisagistError, OSError) as error:
            log.warning("unsaved work cannot be offered: %s", error)
    return sorted(found, key=lambda one: one.when, reverse=True)


def is_open(id: str) -> bool:
    """Whether a living window is at this work."""
    return lives(read_ticket(id))


def lives(ticket: Ticket) -> bool:
    """Whether the process of a ticket still runs, and is not another one that got its number."""
    if not ticket.pid:
        return False
    import psutil  # a start must not wait for it

    with suppress(psutil.Error):
        return abs(psutil.Process(ticket.pid).create_time() - ticket.started) < SAME_START_S
    return False


def read_ticket(id: str) -> Ticket:
    """The ticket; one that is missing or broken is nobody's."""
    try:
        return msgspec.json.decode(ticket_of(id).read_bytes(), type=Ticket)
    except FileNotFoundError:
        return Ticket()
    except (OSError, msgspec.DecodeError) as error:
        log.warning("%s cannot be read: %s", ticket_of(id), error)
        return Ticket()


def write_ticket(id: str, file: Path | None, *, ours: bool) -> None:
    import psutil

    name = "" if file is None else str(file)
    ticket = Ticket(os.getpid(), psutil.Process().create_time(), name) if ours else Ticket(file=name)
    if not ticket_of(id).is_file() or read_ticket(id) != ticket:
        write_atomically(ticket_of(id), msgspec.json.encode(ticket))


def file_of(ticket: Ticket) -> Path | None:
    return Path(ticket.file) if ticket.file else None


def work_of(id: str) -> Path:
    return folder() / f"{id}{SUFFIX}"


def ticket_of(id: str) -> Path:
    return folder() / f"{id}{TICKET}"
