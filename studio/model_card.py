"""What is told of a model: where it comes from, its licence, its limits."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from engine.paths import resources
from studio import theme
from studio.messages import sentence
from studio.open_model import OpenModel


class ModelCard(QDialog):
    """The model's card, and the facts of the open file under it."""

    def __init__(self, model: OpenModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(model.title)
        self.text = QTextBrowser(openExternalLinks=True, accessibleName="Model card")
        self.text.setSearchPaths([str(resources() / "models")])  # of the pictures in a card
        self.text.document().setDefaultStyleSheet(f"a {{ color: {theme.SECOND}; }}")
        self.text.setMarkdown("\n\n---\n\n".join(filter(None, (model.card, facts(model)))))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(buttons)
        self.resize(620, 560)


def facts(model: OpenModel) -> str:
    """A few lines of Markdown; what a file says of itself is no markup."""
    return "\n".join(
        f"* **{plain(name)}:** {plain(value)}"
        for name, value in (
            ("Licence", model.licence),
            ("Origin", model.provenance),
            *((sentence(name), value) for name, value in model.facts),
            ("Runs on", f"{model.device}, {model.road} {model.precision}"),
            ("Content hash", model.hash),
        )
    )


def plain(text: str) -> str:
    """Text as Markdown that shows just that."""
    return re.sub(r"([^\w\s,])", r"\\\1", " ".join(text.split()))
