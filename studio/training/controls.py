"""The buttons that steer the run on show: pause or resume, stop, and what else can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from studio.panels.panel import tool
from studio.training.training import Training

HEIGHT = 30


class RunControls(QWidget):
    """One row; it follows the run on show."""

    def __init__(self, training: Training, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.training = training
        self.setAccessibleName("Steer the run")
        self.pause = QPushButton()
        self.pause.clicked.connect(training.pause_or_resume)
        self.stop = QPushButton("Stop", toolTip="Keep a checkpoint and end; it can go on later")
        self.stop.setAccessibleName("Stop training")
        self.stop.clicked.connect(training.stop)
        self.add = QPushButton("Add to my models", toolTip="Put the best snapshot among your models, with a card")
        self.add.clicked.connect(training.publish)
        self.more = tool("more", "More about this run")
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        self.to_models = self.menu.addAction("Add to my models", training.publish)
        self.menu.addAction("New run from its newest snapshot…", training.fork_newest)
        self.menu.addAction("Open run folder", training.open_folder)
        self.more.clicked.connect(self.pop_up)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for widget in (self.pause, self.stop, self.add, self.more):
            widget.setFixedHeight(HEIGHT)
            row.addWidget(widget)
        self.more.setFixedWidth(HEIGHT)
        training.changed.connect(self.show_state)
        self.show_state()

    def show_state(self) -> None:
        """Only what can be done now."""
        training = self.training
        words = "Resume" if training.can_resume else "Pause"
        self.pause.setText(f"{training.under_way.capitalize()}…" if training.under_way else words)
        self.pause.setToolTip(
            "Go on from where it was" if training.can_resume else "Hold on, and go on at once when you wish"
        )
        self.pause.setAccessibleName(f"{words} training")
        self.pause.setEnabled(not training.under_way)
        self.pause.setVisible(training.goes or training.can_resume)
        self.stop.setVisible(training.goes)
        self.stop.setEnabled(training.under_way != "stopping")
        self.add.setVisible(training.state == "finished")
        self.to_models.setVisible(training.state != "finished")
        self.setVisible(training.run is not None)

    def pop_up(self) -> None:
        """Under the button."""
        self.menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height() + 2)))
