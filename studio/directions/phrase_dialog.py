"""The small dialogue that asks for a phrase, or says what learning from words needs."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

LONGEST_PHRASE = 60
WIDTH = 380


class PhraseDialog(QDialog):
    """missing: what is to be got first, or nothing. chosen: the phrase."""

    chosen = Signal(str)

    def __init__(self, missing: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Learn from words")
        self.phrase = QLineEdit(accessibleName="Phrase", maxLength=LONGEST_PHRASE)
        self.phrase.setPlaceholderText("a face with freckles")
        self.phrase.setEnabled(not missing)
        self.phrase.setMinimumHeight(30)
        said = QLabel(
            missing or "Say what a face is to become more of; some hundred faces are looked at.", wordWrap=True
        )
        said.setProperty("muted", True)
        said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        kinds = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(kinds.Close if missing else kinds.Ok | kinds.Cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(12)
        for widget in (self.phrase, said, self.buttons):
            column.addWidget(widget)
        self.setFixedWidth(WIDTH)
        self.buttons.rejected.connect(self.reject)
        if not missing:
            go = self.buttons.button(kinds.Ok)
            go.setText("Learn")
            go.setEnabled(False)
            self.phrase.textChanged.connect(lambda text: go.setEnabled(bool(text.strip())))
            self.buttons.accepted.connect(self.finish)

    def finish(self) -> None:
        """Hand the phrase over."""
        self.accept()
        self.chosen.emit(self.phrase.text().strip())
