"""The small dialogue in which faces are given tags."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.errors import RecipeError
from engine.project import check_name
from studio.gallery.stars import tags_in

OFFERED, IN_A_ROW = 12, 4


class TagsDialog(QDialog):
    """Tags with commas between; the ones used before can be pressed. chosen: the tags."""

    chosen = Signal(object)  # tuple[str, ...]

    def __init__(self, tags: tuple[str, ...], known: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Tags")
        self.field = QLineEdit(", ".join(tags), accessibleName="Tags", placeholderText="glasses, summer, …")
        self.field.setMinimumWidth(280)
        self.field.textChanged.connect(self.show_tags)
        self.wrong = QLabel(wordWrap=True, visible=False)
        self.buttons = {tag: QPushButton(tag.replace("&", "&&"), checkable=True) for tag in known[:OFFERED]}
        kinds = QDialogButtonBox.StandardButton
        ends = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        ends.accepted.connect(self.finish)
        ends.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        grid = QGridLayout()
        for number, (tag, button) in enumerate(self.buttons.items()):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, tag=tag: self.toggle(tag))
            grid.addWidget(button, *divmod(number, IN_A_ROW))
        column.addLayout(grid)
        column.addWidget(self.wrong)
        column.addWidget(ends)
        self.show_tags()

    def show_tags(self) -> None:
        """Which of the buttons are in the field."""
        written = tags_in(self.field.text())
        for tag, button in self.buttons.items():
            button.setChecked(tag in written)

    def toggle(self, tag: str) -> None:
        """Put a tag into the field, or take it out."""
        written = tags_in(self.field.text())
        kept = [word for word in written if word != tag] if tag in written else [*written, tag]
        self.field.setText(", ".join(kept))

    def finish(self) -> None:
        """Take the tags, or say what is wrong with one."""
        tags = tags_in(self.field.text())
        try:
            for tag in tags:
                check_name("a tag", tag)
        except RecipeError as error:
            self.wrong.setText(f"{error}.")
            self.wrong.show()
            return
        self.chosen.emit(tags)
        self.accept()
