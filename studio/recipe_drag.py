"""Recipes carried by the mouse: from the gallery, the history or a preset onto the picture, the pad or each other."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt
from PySide6.QtGui import QDrag, QPixmap
from PySide6.QtWidgets import QWidget

from engine.errors import RecipeError
from engine.recipe import Recipe, from_json

KIND = "application/x-visagist-recipe"
SIDE = 56


def carry(recipe: Recipe, picture: QPixmap | None, source: QWidget) -> None:
    """Let the mouse carry a recipe until it is dropped."""
    drag = QDrag(source)
    drag.setMimeData(mime_of(recipe))
    if picture is not None:
        small = picture.scaled(QSize(SIDE, SIDE), mode=Qt.TransformationMode.SmoothTransformation)
        drag.setPixmap(small)
        drag.setHotSpot(QPoint(SIDE // 2, SIDE // 2))
    drag.exec(Qt.DropAction.CopyAction)


def mime_of(recipe: Recipe) -> QMimeData:
    """A recipe as something that can be dropped; as text, too, for other programs."""
    data = QMimeData()
    text = recipe.to_json()
    data.setData(KIND, text)
    data.setText(text.decode())
    return data


def carried(data: QMimeData) -> Recipe | None:
    """The recipe that was dragged out of this window or another one of ours; None for anything else."""
    if not data.hasFormat(KIND):
        return None
    try:
        return from_json(bytes(data.data(KIND).data()))
    except RecipeError:
        return None
