"""The small dialogues of a direction: its name and heading, and its style rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from engine.checks import parse_rows, rows_text
from engine.directions.headings import DISCOVERED, HEADINGS
from engine.errors import RecipeError
from studio.messages import sentence
from studio.open_model import Band

LONGEST_NAME = 60


class NameDialog(QDialog):
    """A name that no other direction has, and the heading it stands under."""

    chosen = Signal(str, str)

    def __init__(
        self,
        title: str,
        name: str,
        taken: Iterable[str],
        parent: QWidget,
        heading: str = DISCOVERED,
        accept: str = "Save",
    ) -> None:
        super().__init__(parent)
        self.taken = {one.casefold() for one in taken}
        self.setWindowTitle(title)
        self.name = QLineEdit(name, accessibleName="Name", maxLength=LONGEST_NAME)
        self.name.setMinimumWidth(280)
        self.name.selectAll()
        self.heading = QComboBox(accessibleName="Heading")
        self.heading.addItems(HEADINGS)
        self.heading.setCurrentText(heading)
        self.wrong = told()
        form = QFormLayout(self)
        form.addRow("Name", self.name)
        form.addRow("Heading", self.heading)
        form.addRow(self.wrong)
        form.addRow(buttons(self, accept))

    def finish(self) -> None:
        """Take the name, or say what is wrong with it."""
        name = self.name.text().strip()
        if not name or not name.isprintable():
            self.wrong.setText("A name is at least one printable character.")
        elif name.casefold() in self.taken:
            self.wrong.setText(f"There is a direction '{name}' already.")
        else:
            self.chosen.emit(name, self.heading.currentText())
            self.accept()


class RowsDialog(QDialog):
    """Style rows, typed or by their band."""

    chosen = Signal(object)  # tuple[int, ...]

    def __init__(
        self, name: str, rows: tuple[int, ...], bands: Sequence[Band], style_rows: int, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.style_rows = style_rows
        self.setWindowTitle(f"Style rows of {name}")
        self.rows = QLineEdit(rows_text(rows), accessibleName="Style rows")
        self.rows.setPlaceholderText(f"0-{style_rows - 1}")
        self.wrong = told()
        ranges = [(band.name, band.rows) for band in bands] + [("All", tuple(range(style_rows)))]
        quick = QHBoxLayout()
        quick.setSpacing(6)
        for text, some in ranges:
            button = QPushButton(text, toolTip=f"Rows {rows_text(some)}", autoDefault=False)
            button.clicked.connect(lambda _=False, some=some: self.rows.setText(rows_text(some)))
            quick.addWidget(button)
        form = QFormLayout(self)
        form.addRow("Rows", self.rows)
        form.addRow(quick)
        form.addRow(self.wrong)
        form.addRow(buttons(self, "OK"))

    def finish(self) -> None:
        """Take the rows, or say what is wrong with them."""
        try:
            rows = parse_rows(self.rows.text())
        except RecipeError as error:
            self.wrong.setText(f"{sentence(str(error))}.")
            return
        if rows[-1] >= self.style_rows:
            self.wrong.setText(f"This model has the rows 0 to {self.style_rows - 1}.")
            return
        self.chosen.emit(rows)
        self.accept()


def told() -> QLabel:
    """Where a dialogue says what is wrong."""
    label = QLabel(wordWrap=True)
    label.setProperty("muted", True)
    return label


def buttons(dialog: NameDialog | RowsDialog, accept: str) -> QDialogButtonBox:
    """Take it, or leave it."""
    kinds = QDialogButtonBox.StandardButton
    box = QDialogButtonBox(kinds.Ok | kinds.Cancel)
    box.button(kinds.Ok).setText(accept)
    box.accepted.connect(dialog.finish)
    box.rejected.connect(dialog.reject)
    return box
