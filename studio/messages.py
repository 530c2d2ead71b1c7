"""The one route by which a person is told something: a toast in the window and a line in the log."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal

from engine.errors import VisagistError

log = logging.getLogger(__name__)

NOTE, WARNING = "note", "warning"


class Messages(QObject):
    """Says sentences; whoever shows them listens to `said`."""

    said = Signal(str, str)  # the sentence, NOTE or WARNING

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.last = ""

    def note(self, text: str) -> None:
        """Something went as wished."""
        log.info(text)
        self.last = ""
        self.said.emit(sentence(text), NOTE)

    def warn(self, text: str) -> None:
        """Something a person can mend."""
        # a control that is dragged can fail alike twenty times a second; the log needs it once
        if text != self.last:
            log.warning(text)
        self.last = text
        self.said.emit(sentence(text), WARNING)

    def fail(self, doing: str, error: BaseException) -> None:
        """An error: its own sentence where it is for people, else that it is a bug and where its traceback stands."""
        if isinstance(error, VisagistError):
            self.warn(str(error))
        else:
            log.error("%s failed", doing, exc_info=error)
            self.said.emit(sentence(f"{doing} failed: {words_of(error)}"), WARNING)


def words_of(error: BaseException) -> str:
    """What a person is told of an error: its sentence, or that it is a fault of the program."""
    return str(error) if isinstance(error, VisagistError) else "this is a fault in the program; the log has the details"


def sentence(text: str) -> str:
    """Begins with a capital where it begins with a word."""
    return text[:1].upper() + text[1:] if text[:2].isalpha() else text
