"""The middle of the workspace: the picture, and under it the line that plays it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.animate.commands import Commands
from studio.animate.preview import Preview
from studio.animate.transport import Transport
from studio.canvas import Canvas
from studio.settings import Settings

SMALLEST, WIDEST = 200, 1040  # pixels


class Stage(QWidget):
    """A canvas of its own, so that Explore's keeps its picture, its zoom and its place."""

    def __init__(
        self, commands: Commands, settings: Settings, actions: Mapping[str, QAction], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.canvas = Canvas(settings)
        self.canvas.setMinimumSize(SMALLEST, SMALLEST)
        self.canvas.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys to the timeline
        self.preview = Preview(commands.session, commands.animation, self.canvas, self)
        self.transport = Transport(commands, actions)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.canvas, 1)
        self.transport.setMaximumWidth(WIDEST)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self.transport, 1000)
        line.addStretch(1)
        column.addLayout(line)
