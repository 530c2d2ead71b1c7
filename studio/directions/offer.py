"""What the Directions section offers for a model whose directions nobody has named: ways to learn some."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

SHORT = {"by_eye": "By your eye", "learn_labels": "From labels"}


class Offer(QWidget):
    """A sentence, and a button for each way that most people have."""

    def __init__(self, sentence: str, ways: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        label = QLabel(sentence, wordWrap=True)
        label.setProperty("muted", True)
        row = QHBoxLayout()
        row.setSpacing(6)
        for way in ways:
            if way.objectName() in SHORT:
                button = QToolButton(text=SHORT[way.objectName()], toolTip=way.toolTip())
                button.setProperty("option", True)
                button.setMinimumHeight(26)
                button.clicked.connect(lambda _checked, way=way: way.trigger())
                row.addWidget(button)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 6)
        column.setSpacing(6)
        column.addWidget(label)
        column.addLayout(row)
        self.hide()
