"""A mixing table as one picture: rendered, drawn, then saved or copied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QImage

from engine.errors import VisagistError
from engine.mixing_table import MixingTable
from studio.making import Making
from studio.pictures import Pictures
from studio.progress_line import ProgressLine
from studio.session import Session

if TYPE_CHECKING:
    from engine.frame import Frame
    from engine.job import Job


class TablePictures(QObject):
    """cell, everywhere: side of one picture in pixels."""

    def __init__(self, session: Session, pictures: Pictures, line: ProgressLine, parent: QObject) -> None:
        super().__init__(parent)
        self.session, self.pictures = session, pictures
        self.making = Making(session, line, "making the mixing table's picture", self)

    def ask_where(self, table: MixingTable, cell: int) -> None:
        """A file dialogue, then `save`."""
        self.pictures.ask_where("Save mixing table", "mixing-table.png", lambda path: self.save(table, path, cell))

    def save(self, table: MixingTable, path: Path, cell: int) -> None:
        """The table's picture with all its recipes in it."""
        model = self.session.document.model
        title = "" if model is None else model.title

        def make(frames: list[Frame]) -> Job[None]:
            from engine.export.mixing_tables import save_table

            return save_table(table, frames, path, title, cell, private=self.pictures.private)

        self.make(table, cell, make, lambda _: self.session.messages.note(f"Saved {path.name} in {path.parent}"))

    def copy(self, table: MixingTable, cell: int) -> None:
        """The table's picture on the clipboard."""

        def put(image: QImage) -> None:
            QGuiApplication.clipboard().setImage(image)
            self.session.messages.note("Copied the mixing table")

        self.make(table, cell, lambda frames: drawing(table, frames, cell), put)

    def make(
        self, table: MixingTable, cell: int, make: Callable[[list[Frame]], Job[Any]], done: Callable[[Any], None]
    ) -> None:
        """Render every picture of the table, and make something of them."""
        from engine.export.mixing_tables import check_table

        try:
            check_table(table, cell)
        except VisagistError as error:
            self.session.messages.fail("making the mixing table's picture", error)
            return
        self.making.start(table.recipes, cell, make, done)


def drawing(table: MixingTable, frames: list[Frame], cell: int) -> Job[QImage]:
    """The table's picture as the clipboard takes it."""
    from engine.export.mixing_tables import draw_table

    picture = yield from draw_table(table, frames, cell)
    data = picture.tobytes()
    return QImage(data, picture.width, picture.height, 3 * picture.width, QImage.Format.Format_RGB888).copy()
