"""What visitors do to the window: that they do something, and a corner that is held by who may leave."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, QTimer, Signal
from PySide6.QtGui import QInputDevice, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from studio.exhibition.output import OutputWindow

SHAKE = 12  # pixels that a mouse may move by itself, on a table that is leant on
SHAKE_S = 1.0
HOLD_MS = 2500
CORNER = 0.12  # of the canvas' shorter side

EVENT = QEvent.Type
DEEDS = (EVENT.MouseButtonPress, EVENT.Wheel, EVENT.KeyPress, EVENT.TouchBegin, EVENT.TouchUpdate, EVENT.TabletPress)


class Senses(QObject):
    """felt: a visitor did something, whether with a mouse; cornered: the upper left corner was held for long."""

    felt = Signal(bool)
    cornered = Signal()

    def __init__(
        self, output: OutputWindow, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self.output, self.clock = output, clock
        self.at: QPointF | None = None  # where the mouse lay still
        self.since = 0.0
        self.hold = QTimer(self, singleShot=True, interval=HOLD_MS)
        self.hold.timeout.connect(self.cornered)
        self.watch(output)

    def watch(self, widget: QWidget) -> None:
        """Feel what is done to a widget, too."""
        widget.setMouseTracking(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        kind = event.type()
        if kind == EVENT.MouseMove:
            self.on_move(event)
        elif kind in DEEDS and not (isinstance(event, QKeyEvent) and event.isAutoRepeat()):
            if kind == EVENT.MouseButtonPress and self.in_corner(event):
                self.hold.start()
            else:
                self.felt.emit(False)
        elif kind in (EVENT.MouseButtonRelease, EVENT.Hide):
            self.hold.stop()
        return False

    def on_move(self, event: QMouseEvent) -> None:
        """A hand moves the mouse, or the table shook."""
        at, now = event.globalPosition(), self.clock()
        if self.hold.isActive() and not self.in_corner(event):
            self.hold.stop()
        if self.at is None or now - self.since > SHAKE_S:
            self.at, self.since = at, now
        elif (at - self.at).manhattanLength() > SHAKE:
            self.since = now
            self.felt.emit(event.device().type() != QInputDevice.DeviceType.TouchScreen)

    def in_corner(self, event: QMouseEvent) -> bool:
        """Whether it is at the upper left of the upright canvas."""
        at = self.output.to_canvas(self.output.mapFromGlobal(event.globalPosition()))
        reach = CORNER * min(self.output.width(), self.output.height())
        return 0 <= at.x() < reach and 0 <= at.y() < reach
