"""The log of a show that runs for months: it turns over, and a full disk costs lines, never the show."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from engine.errors import VisagistError
from engine.paths import make_folder

FILE_BYTES, FILES = 1_000_000, 8


class Patient(RotatingFileHandler):
    """Counts the lines that the disk did not take, and says how many when it takes them again."""

    lost = 0

    def emit(self, record: logging.LogRecord) -> None:
        lost, self.lost = self.lost, 0
        if lost:
            words = f"{lost} line{'s' * (lost > 1)} could not be written before this one"
            super().emit(logging.LogRecord(record.name, logging.WARNING, "", 0, words, None, None))
            self.lost = lost if self.lost else 0
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        self.lost += 1


def open_log(folder: Path) -> logging.Logger:
    """`exhibit.log` in a folder; without one that can be written, lines go nowhere."""
    log = logging.getLogger("visagist.exhibit")
    log.setLevel(logging.INFO)
    log.propagate = False  # a terminal that nobody sees would fill a pipe
    close_log()
    try:
        handler = Patient(
            make_folder(folder) / "exhibit.log", maxBytes=FILE_BYTES, backupCount=FILES, encoding="utf-8", delay=True
        )
    except (OSError, VisagistError):
        return log
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    return log


def close_log() -> None:
    """Let go of the file."""
    log = logging.getLogger("visagist.exhibit")
    for handler in list(log.handlers):
        log.removeHandler(handler)
        handler.close()
