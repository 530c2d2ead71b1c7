"""Contact sheets from the window: which columns and size, then a file, then a line of progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QSpinBox, QWidget

from engine.errors import VisagistError
from engine.recipe import Recipe
from studio.making import Making
from studio.pictures import Pictures
from studio.progress_line import FloatingProgress
from studio.session import Session

if TYPE_CHECKING:
    from engine.frame import Frame
    from engine.job import Job

MOST_COLUMNS = 100
USUAL_SIZE = 256


class Sheets(QObject):
    """choose: gives the recipes of the next sheet."""

    def __init__(self, session: Session, pictures: Pictures, window: QWidget) -> None:
        super().__init__(window)
        self.session, self.pictures, self.window = session, pictures, window
        self.making = Making(session, FloatingProgress(session.canvas), "saving the contact sheet", self)
        self.choose: Callable[[], list[Recipe]] = lambda: [star.recipe for star in session.document.board.stars]

    def ask(self) -> None:
        """The small dialogue, then a file dialogue, then `save`."""
        model = self.session.document.model
        recipes = self.choose()
        if model is None:
            self.session.messages.warn("no model is open yet; try again when the first face is there")
        elif not recipes:
            self.session.messages.warn(
                "choose some faces first: a contact sheet shows those that are chosen or starred"
            )
        else:
            dialog = SheetDialog(len(recipes), model.sizes, self.window)
            dialog.finished.connect(dialog.deleteLater)
            dialog.chosen.connect(lambda cell, columns: self.ask_where(recipes, cell, columns))
            dialog.open()

    def ask_where(self, recipes: Sequence[Recipe], cell: int, columns: int | None) -> None:
        """A file dialogue, then `save`."""
        self.pictures.ask_where(
            "Save contact sheet", "contact-sheet.png", lambda path: self.save(recipes, path, cell, columns)
        )

    def save(self, recipes: Sequence[Recipe], path: Path, cell: int, columns: int | None = None) -> None:
        """Render and save. cell: side of one picture in pixels; columns: None for a wide sheet."""
        model = self.session.document.model
        title = "" if model is None else model.title

        def make(frames: list[Frame]) -> Job[list[str]]:
            from engine.export.sheets import save_frames

            private = self.pictures.private
            return save_frames(frames, recipes, path, title, cell=cell, columns=columns, private=private)

        def done(notices: list[str]) -> None:
            for notice in notices:
                self.session.messages.warn(notice)
            self.session.messages.note(f"Saved {len(recipes)} pictures as {path.name} in {path.parent}")

        self.making.start(recipes, cell, make, done)


class SheetDialog(QDialog):
    """Columns and the size of a picture; says how large the sheet becomes."""

    chosen = Signal(int, object)  # side of a picture, columns or None

    def __init__(self, count: int, sizes: Sequence[int], parent: QWidget) -> None:
        super().__init__(parent)
        self.count = count
        self.setWindowTitle("Contact sheet")
        self.columns = QSpinBox(accessibleName="Columns", minimum=0, maximum=min(count, MOST_COLUMNS))
        self.columns.setSpecialValueText("automatic")
        self.cell = QComboBox(accessibleName="Size of a picture")
        for size in sizes:
            self.cell.addItem(f"{size} px", size)
        self.cell.setCurrentIndex(min(range(len(sizes)), key=lambda index: abs(sizes[index] - USUAL_SIZE)))
        self.outcome = QLabel(wordWrap=True)
        self.outcome.setProperty("muted", True)
        kinds = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(kinds.Save | kinds.Cancel)
        self.buttons.button(kinds.Save).setText("Save…")
        self.buttons.accepted.connect(self.finish)
        self.buttons.rejected.connect(self.reject)
        form = QFormLayout(self)
        form.setContentsMargins(18, 16, 18, 16)
        form.setSpacing(10)
        form.addRow("Columns", self.columns)
        form.addRow("Picture", self.cell)
        form.addRow(self.outcome)
        form.addRow(self.buttons)
        for field in (self.columns, self.cell):
            for widget in (field, form.labelForField(field)):
                widget.setMinimumHeight(28)
        self.setMinimumWidth(320)
        self.columns.valueChanged.connect(self.show_outcome)
        self.cell.currentIndexChanged.connect(self.show_outcome)
        self.show_outcome()

    @property
    def wanted(self) -> tuple[int, int | None]:
        """Side of a picture, and columns or None."""
        return int(self.cell.currentData()), self.columns.value() or None

    def show_outcome(self) -> None:
        """How large the sheet becomes, or why it cannot be."""
        from engine.export.sheets import check_sheet, grid_of  # with torch, which is there once a model is open

        cell, columns = self.wanted
        try:
            check_sheet(self.count, cell, columns)
            grid = grid_of(self.count, cell, columns)
            width, height = grid.size
            pictures = "1 picture" if self.count == 1 else f"{self.count} pictures"
            words, possible = f"{pictures}, {grid.across} × {grid.down}: {width} × {height} px", True
        except VisagistError as error:
            words, possible = str(error), False
        self.outcome.setText(words)
        self.buttons.button(QDialogButtonBox.StandardButton.Save).setEnabled(possible)

    def finish(self) -> None:
        """Hand the choice over."""
        self.accept()
        self.chosen.emit(*self.wanted)
