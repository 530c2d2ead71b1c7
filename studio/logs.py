"""Where the log goes: a file of the log folder, and the terminal for what went wrong."""

from __future__ import annotations

import logging
import sys
from logging.handlers import RotatingFileHandler
from types import TracebackType

from PySide6.QtCore import QtMsgType, qInstallMessageHandler

from engine.errors import VisagistError
from engine.paths import log_dir, make_folder

log = logging.getLogger(__name__)

FILE_BYTES, FILES = 1_000_000, 3
LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def start() -> None:
    """Log to the file; without a folder that can be written, to the terminal alone."""
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setLevel(logging.ERROR)
    logging.basicConfig(level=logging.INFO, handlers=[terminal])
    try:
        path = make_folder(log_dir()) / "studio.log"
        file = RotatingFileHandler(path, maxBytes=FILE_BYTES, backupCount=FILES, encoding="utf-8")
    except (VisagistError, OSError) as error:
        log.error("there is no log file: %s", error)
    else:
        file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logging.getLogger().addHandler(file)
    qInstallMessageHandler(lambda kind, context, text: logging.getLogger("qt").log(LEVELS[kind], text))
    sys.excepthook = log_crash


def log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A fault in a slot: its traceback belongs in the log, the window lives on."""
    log.critical("a fault in the program", exc_info=(kind, error, trace))
