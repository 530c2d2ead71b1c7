"""What is done to the mappings of the project: each an intent to the document, so that it can be undone."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from engine.errors import VisagistError
from engine.show.mapping import MOST, Mapping
from studio.document import Document
from studio.messages import Messages


class Edits(QObject):
    """mapped: a mapping was added; refused: what was wished cannot be, which is told."""

    mapped = Signal(object)
    refused = Signal()

    def __init__(self, document: Document, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document, self.messages = document, messages

    def add(self, mapping: Mapping, instead: Mapping | None = None) -> None:
        """One more, or one in the place of another; never two from one source to one control."""
        ends = (mapping.source, mapping.address)
        others = [
            mapping if one == instead else one
            for one in self.document.board.mappings
            if one == instead or (one.source, one.address) != ends
        ]
        if mapping not in others:
            others.append(mapping)
        if len(others) > MOST:
            self.messages.warn(f"there are {MOST} mappings already; remove one first")
            return
        self.document.arrange("Map a control", mappings=tuple(others))
        self.mapped.emit(mapping)

    def change(self, index: int, **changes: object) -> None:
        """Other fields of a mapping. What it cannot be is told, and changes nothing."""
        mappings = list(self.document.board.mappings)
        try:
            mappings[index] = replace(mappings[index], **changes)
        except VisagistError as error:
            self.messages.warn(str(error))
            self.refused.emit()
            return
        self.document.arrange("Change a mapping", mappings=tuple(mappings))

    def remove(self, index: int) -> None:
        """One mapping less."""
        mappings = self.document.board.mappings
        self.document.arrange("Remove a mapping", mappings=(*mappings[:index], *mappings[index + 1 :]))
