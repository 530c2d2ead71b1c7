"""What is asked before pictures are packed or faces rendered, and the list of pictures that were left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QLabel,
    QListWidget,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from engine.job import Job
from studio.choice import Choice
from studio.training.form import Fold, Row
from studio.training.packing_jobs import Packed, packing_faces, packing_pictures

SIDES = (16, 32, 64, 128, 256, 512, 1024)
FACE_SIDES = (32, 64, 128, 256)
USUAL_SIDE = 64
MOST_SEEN = 5  # lines at once
FEWEST_FACES, USUAL_FACES, MOST_FACES = 100, 5000, 100_000

CROPS = {
    "centre": ("Centre", "The largest square in the middle of a picture"),
    "top": ("Top", "The largest square at the top: right for upright portraits"),
    "pad": ("Whole", "The whole picture, with bars beside it"),
}


class PackingBox(QWidget):
    """Size and crop of pictures that are not packed yet. wanted: the job that packs them."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.source = Path()
        self.crop_now = "centre"
        self.side = side_combo(SIDES)
        self.crop = Choice("Crop", CROPS)
        self.crop.show_choice(self.crop_now)
        self.crop.chosen.connect(self.set_crop)
        self.go = QPushButton("Pack the pictures", toolTip="Make a data set of them; the pictures themselves stay")
        self.go.clicked.connect(lambda: self.wanted.emit(self.job()))
        self.name = QLabel()
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # a long path is cut
        self.source_row = Row("Pictures", self.name)
        column = box(self)
        for widget in (self.source_row, Row("Picture", self.side), Row("Crop", self.crop)):
            column.addWidget(widget)
        column.addWidget(self.go)

    def offer(self, source: Path) -> None:
        """Ask about a folder or an archive."""
        self.source = source
        self.name.setText(source.name)
        self.name.setToolTip(str(source))
        self.show()
        self.go.setFocus()

    def set_crop(self, crop: str) -> None:
        """Which square of a picture is taken."""
        self.crop_now = crop

    def job(self) -> Job[Packed]:
        """Packs as it is asked now."""
        return packing_pictures(self.source, int(self.side.currentData()), self.crop_now)


class FacesBox(QWidget):
    """Number and size of rendered faces. wanted: the job that renders and packs them."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.count = QSpinBox(accessibleName="Number of faces", minimum=FEWEST_FACES, maximum=MOST_FACES)
        self.count.setSingleStep(1000)
        self.count.setValue(USUAL_FACES)
        self.count.setGroupSeparatorShown(True)
        self.side = side_combo(FACE_SIDES)
        self.go = QPushButton("Render the faces", toolTip="Faces of an open parametric head, with labels; free to use")
        self.go.clicked.connect(lambda: self.wanted.emit(self.job()))
        column = box(self)
        column.addWidget(
            Row("Faces", self.count, "Rendered here from an open head model: CC0, and every face is labelled")
        )
        column.addWidget(Row("Picture", self.side))
        column.addWidget(self.go)

    def job(self) -> Job[Packed]:
        """Renders and packs as it is asked now."""
        return packing_faces(self.count.value(), int(self.side.currentData()))


class LeftOut(Fold):
    """The pictures that could not be used, with the reason; hidden where there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.list = QListWidget(accessibleName="Pictures that were left out")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.list.setUniformItemSizes(True)
        super().__init__("Left out", self.list, parent)
        self.hide()

    def show_all(self, lines: Sequence[str]) -> None:
        """A line each."""
        self.list.clear()
        self.list.addItems(list(lines))
        self.list.setFixedHeight(min(len(lines), MOST_SEEN) * max(self.list.sizeHintForRow(0), 1) + 6)
        count = "1 picture was left out" if len(lines) == 1 else f"{len(lines):,} pictures were left out"
        self.heading.setText(count)
        self.setHidden(not lines)


def side_combo(sides: Sequence[int]) -> QComboBox:
    """Powers of two."""
    made = QComboBox(accessibleName="Side of a picture", toolTip="Pixels of a side; a network of any smaller side fits")
    for side in sides:
        made.addItem(f"{side} px", side)
    made.setCurrentIndex(sides.index(USUAL_SIDE))
    return made


def box(widget: QWidget) -> QVBoxLayout:
    """Rows under each other."""
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 4, 0, 8)
    column.setSpacing(6)
    return column
