"""The monitor: what may come in, what arrives just now, and what was refused; looked at a few times a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from studio import theme
from studio.exhibition.inputs.arrival_list import ArrivalList
from studio.exhibition.inputs.looking import LookingPanel
from studio.exhibition.inputs.port_rows import Ports
from studio.panels.panel import tool
from studio.training.form import heading

if TYPE_CHECKING:
    from studio.main_window import MainWindow

LOOK_MS = 150  # however much arrives


class MonitorPanel(LookingPanel):
    """Shows `window.inputs`."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(LOOK_MS)
        self.inputs = window.inputs
        self.setAccessibleName("Inputs")
        self.ports = Ports(self.inputs)
        self.list = ArrivalList()
        self.clear = tool("reset", "Forget what has arrived")
        self.clear.clicked.connect(self.forget)
        self.counts = QLabel()
        self.counts.setProperty("muted", True)
        self.refused = QLabel(wordWrap=True)
        self.refused.setStyleSheet(f"color: {theme.WARNING}")
        self.refused.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.lay_out()
        self.looking.timeout.connect(self.show_arrivals)
        self.show_arrivals()

    def lay_out(self) -> None:
        """The ports, then what arrives."""
        top = QHBoxLayout()
        top.addWidget(heading("What arrives"))
        top.addStretch()
        top.addWidget(self.counts)
        top.addWidget(self.clear)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        inside = QWidget()
        inner = QVBoxLayout(inside)
        inner.setContentsMargins(0, 0, 8, 0)
        inner.addWidget(self.list)
        inner.addStretch()
        scroll.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(heading("Inputs"))
        column.addWidget(self.ports)
        column.addSpacing(6)
        column.addLayout(top)
        column.addWidget(scroll, 1)
        column.addWidget(self.refused)

    def show_arrivals(self) -> None:
        """As it is now."""
        inputs = self.inputs
        self.list.show_arrivals(inputs.arrivals.listed(), inputs.clock())
        counts = inputs.osc.counts if inputs.osc is not None else None
        self.counts.setText(f"{counts.refused:,} refused" if counts is not None and counts.refused else "")
        words = inputs.problem
        self.refused.setText(words)
        self.refused.setHidden(not words)

    def forget(self) -> None:
        """Begin again."""
        self.inputs.forget()
        self.show_arrivals()
