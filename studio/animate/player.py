"""Playing: the clock decides which moment is seen; what could not be drawn in time is left out, so nothing lags."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from engine.timeline.playing import played
from engine.timeline.values import Timeline
from studio.animate.animation import Animation

FASTEST_MS = 8  # no screen shows more


class Player(QObject):
    """Moves the playhead in real time from where it stands. clock: seconds, ever rising.

    running: whether it plays; turned: it plays from elsewhere, or a hand holds the playhead. late: gives the seconds
    that what is heard is behind the clock, so that the pictures are as well.
    """

    running = Signal(bool)
    turned = Signal()

    def __init__(
        self, animation: Animation, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self.animation, self.clock = animation, clock
        self.late: Callable[[], float] = lambda: 0.0
        self.began = 0.0  # when the in point was passed, or would have been
        self.held = False  # by a hand that scrubs
        self.going = False  # the playhead is being moved from here
        animation.moved.connect(self.on_moved)
        self.timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.tick)

    @property
    def is_running(self) -> bool:
        """Whether it plays."""
        return self.timer.isActive()

    @property
    def is_moving(self) -> bool:
        """Whether it plays, and no hand holds the playhead."""
        return self.is_running and not self.held

    def toggle(self) -> None:
        """Play, or stop where it is."""
        self.stop() if self.is_running else self.start()

    def start(self) -> None:
        """Play on from the playhead; from the in point where it stands at the end, or outside."""
        if self.animation.empty:
            self.animation.messages.warn("there is nothing to play yet; put a face on the timeline first")
            return
        self.held = False
        self.set_clock()
        self.timer.start(max(FASTEST_MS, round(1000 / self.animation.shown.fps)))
        self.running.emit(True)
        self.tick()

    def set_clock(self) -> None:
        """So that it is now the moment of the playhead."""
        shown, at = self.animation.shown, self.animation.at
        at_end = shown.loop == "none" and at >= shown.stop - 0.5 / shown.fps
        since = 0.0 if at_end or not shown.start <= at <= shown.stop else at - shown.start
        self.began = self.clock() - since

    def stop(self) -> None:
        """Stay where it is; the picture there is finished."""
        if self.is_running:
            self.timer.stop()
            self.running.emit(False)
            self.animation.go(self.animation.at)

    def on_moved(self) -> None:
        """A hand that moves the playhead stops it as long as it holds it; then it plays on from there."""
        if self.is_running and not self.going:
            self.held = not self.animation.resting
            if not self.held:
                self.set_clock()
            self.turned.emit()

    def tick(self) -> None:
        """The moment that it is now."""
        if self.held:
            return
        shown = self.animation.shown
        seconds = self.clock() - self.began - self.late()
        self.going = True
        if shown.loop == "none" and seconds >= shown.stop - shown.start:
            self.animation.go(shown.stop, resting=False)
            self.stop()
        else:
            self.animation.go(frame_at(shown, max(seconds, 0.0)), resting=False, exact=True)
        self.going = False


def frame_at(timeline: Timeline, seconds: float) -> float:
    """The time of the frame that a film player would show so long after the in point."""
    count = int(seconds * timeline.fps)
    return played(timeline, float(count / timeline.fps))
