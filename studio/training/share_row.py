"""How much of this machine the training may have: a slider, and whether it rests while somebody works."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.choice import toggle
from studio.scale import Scale
from studio.slider import Slider
from studio.training.sharing import LEAST
from studio.training.training import Training

SHARE = Scale(LEAST, 1.0, 1.0, step=0.05, decimals=0, factor=100, suffix=" %")


class ShareRow(QWidget):
    """Shows what is set, and sets it."""

    def __init__(self, training: Training, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sharing = sharing = training.sharing
        self.rests = toggle("Pause while I work", "The training rests while you change a face, and some seconds longer")
        self.rests.setChecked(sharing.yields)
        self.rests.toggled.connect(sharing.set_yields)
        self.slider = Slider("Share for training", SHARE, beside=(self.rests,))
        self.slider.setToolTip("How much of the time the training may compute")
        self.slider.show_value(sharing.share)
        self.slider.moved.connect(sharing.set_share)
        self.slider.refused.connect(training.messages.warn)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.slider)
