"""Training processes: started apart from the window, so that closing it loses no run, and watched until they end."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

import engine
from engine.errors import VisagistError
from engine.paths import make_folder, plain_words

LOG = "log.txt"  # in the run folder: what the process says of itself
LOOK_EVERY_MS = 400
QUIET: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows would open a console
MOST_READ = 2**16  # bytes at the end of a log


@dataclass(frozen=True)
class Watched:
    """A process of ours. said: how long its log was when it began."""

    process: subprocess.Popen[bytes]
    folder: Path
    said: int


class TrainingProcesses(QObject):
    """The processes that this window started and that still run. ended: Watched, once for each."""

    ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.watched: list[Watched] = []
        self.timer = QTimer(self, interval=LOOK_EVERY_MS)
        self.timer.timeout.connect(self.look)

    def start(self, words: Sequence[str], folder: Path) -> None:
        """Run `visagist` with these words; what it says goes into the folder's log. VisagistError: it cannot start."""
        make_folder(folder)
        with plain_words(folder / LOG), open(folder / LOG, "ab") as log:
            said = log.tell()
            try:
                process = subprocess.Popen(
                    [*program(), *words],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=log,
                    cwd=folder,
                    env=os.environ | environment(),
                    start_new_session=True,  # what ends the window's terminal does not end it
                    creationflags=QUIET,
                )
            except OSError as error:
                raise VisagistError(f"the training process could not be started ({error.strerror})") from error
        self.watched.append(Watched(process, folder, said))
        self.timer.start()

    def look(self) -> None:
        """Tell of those that ended."""
        gone = [one for one in self.watched if one.process.poll() is not None]
        self.watched = [one for one in self.watched if one not in gone]
        if not self.watched:
            self.timer.stop()
        for one in gone:
            self.ended.emit(one)

    def let_go(self) -> None:
        """The window closes; the processes go on and are nobody's business here any more."""
        self.timer.stop()
        for one in self.watched:
            if one.process.poll() is None:
                one.process.returncode = 0  # Python would warn of a child that nobody waited for
        self.watched = []


def program() -> list[str]:
    """How `visagist` is started. -P: a file in some working folder must not be taken for a module."""
    return [sys.executable, "-P", "-m", "engine.cli"]


def environment() -> dict[str, str]:
    """What lets Python find the very engine that the window uses."""
    here = str(Path(engine.__file__).parents[1])
    return {"PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH", ""))))}


def resuming(folder: Path) -> list[str]:
    """The words that let a run go on from its last checkpoint."""
    return ["train", "--resume", str(folder)]


def last_words(one: Watched) -> str:
    """The last line that a process wrote of itself; empty where it wrote none."""
    try:
        with (one.folder / LOG).open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(one.said, end - MOST_READ))
            lines = file.read(MOST_READ).decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return ""
    return next((line.strip().removeprefix("visagist: ") for line in reversed(lines) if line.strip()), "")
