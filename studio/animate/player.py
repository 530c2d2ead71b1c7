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
    """Moves the playhead in real time from where it stands. running: whether it plays. clock: seconds, ever rising."""

    running = Signal(bool)

    def __init__(
        self, animation: Animation, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self.animation, self.clock = animation, clock
        self.began = 0.0  # when the in point was passed, or would have been
        self.timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.tick)

    @property
    def is_running(self) -> bool:
        """Whether it plays."""
        return self.timer.isActive()

    def toggle(self) -> None:
        """Play, or stop where it is."""
        self.stop() if self.is_running else self.start()

    def start(self) -> None:
        """Play on from the playhead; from the in point where it stands at the end, or outside."""
        if self.animation.empty:
            self.animation.messages.warn("there is nothing to play yet; put a face on the timeline first")
            return
        shown, at = self.animation.shown, self.animation.at
        at_end = shown.loop == "none" and at >= shown.stop - 0.5 / shown.fps
        since = 0.0 if at_end or not shown.start <= at <= shown.stop else at - shown.start
        self.began = self.clock() - since
        self.timer.start(max(FASTEST_MS, round(1000 / shown.fps)))
        self.running.emit(True)
        self.tick()

    def stop(self) -> None:
        """Stay where it is; the picture there is finished."""
        if self.is_running:
            self.timer.stop()
            self.running.emit(False)
            self.animation.go(self.animation.at)

    def tick(self) -> None:
        """The moment that it is now."""
        shown = self.animation.shown
        seconds = self.clock() - self.began
        if shown.loop == "none" and seconds >= shown.stop - shown.start:
            self.animation.go(shown.stop, resting=False)
            self.stop()
        else:
            self.animation.go(frame_at(shown, seconds), resting=False, exact=True)


def frame_at(timeline: Timeline, seconds: float) -> float:
    """The time of the frame that a film player would show so long after the in point."""
    count = int(seconds * timeline.fps)
    return played(timeline, float(count / timeline.fps))
