"""What is told of a model: where it comes from, its licence, its limits."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from studio import theme
from studio.open_model import OpenModel


class ModelCard(QDialog):
    """The model's card, and the facts of the open file under it."""

    def __init__(self, model: OpenModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(model.title)
        self.text = QTextBrowser(openExternalLinks=True, accessibleName="Model card")
        self.text.document().setDefaultStyleSheet(f"a {{ color: {theme.SECOND}; }}")
        self.text.setMarkdown(f"{model.card}\n\n---\n\n{facts(model)}")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(buttons)
        self.resize(620, 560)


def facts(model: OpenModel) -> str:
    """A few lines of Markdown."""
    return "\n".join(
        f"* **{name}:** {value}"
        for name, value in (
            ("Licence", model.licence),
            ("Origin", model.provenance),
            ("Picture", f"{model.resolution} x {model.resolution} px, {model.style_rows} style rows"),
            ("Runs on", f"{model.device}, {model.precision}"),
            ("Content hash", f"`{model.hash}`"),
        )
    )
