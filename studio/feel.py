"""How the window feels under a restless hand, for the benchmark: real mouse events, 120 a second, on real widgets."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterator

import numpy as np
import psutil
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from studio.main_window import MainWindow
from studio.track import Track
from studio.workers.render_worker import Result

HAND_MS = 1000 / 120
BEAT_MS = 4
WARM_GESTURES = 200  # caches fill, pools grow
PATIENCE_S = 20
CARD_S = 1.0  # how long one control is dragged


class Feel(QObject):
    """Drags, scrolls and switches models for some seconds, then makes many short gestures; prints one line of JSON."""

    def __init__(self, window: MainWindow, seconds: float, gestures: int) -> None:
        super().__init__(window)
        self.window, self.seconds, self.gestures = window, seconds, gestures
        self.numbers: dict[str, float] = {}
        self.gaps: list[float] = []
        self.waits: list[float] = []  # of drafts, from the intent to the picture
        self.last_beat = 0.0
        self.beat = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self.beat.timeout.connect(self.on_beat)
        self.script: Iterator[None] = iter(())
        self.hand = QTimer(self, interval=round(HAND_MS), timerType=Qt.TimerType.PreciseTimer)
        self.hand.timeout.connect(self.on_hand)
        window.session.result_shown.connect(self.on_result)
        window.session.failed.connect(self.on_failed)
        window.canvas.painted.connect(self.on_painted)

    def on_painted(self, frame: object) -> None:
        if frame is not None:
            self.window.canvas.painted.disconnect(self.on_painted)
            self.script = self.whole()
            self.hand.start()

    def on_hand(self) -> None:
        if next(self.script, self) is self:
            self.hand.stop()
            sys.stdout.write(json.dumps(self.numbers) + "\n")
            sys.stdout.flush()
            self.window.close()

    def on_beat(self) -> None:
        now = time.perf_counter()
        if self.last_beat:
            self.gaps.append(now - self.last_beat)
        self.last_beat = now

    def on_result(self, result: Result) -> None:
        if self.beat.isActive() and result.frame is not None and result.frame.draft:
            self.waits.append(result.waited)

    def on_failed(self, sentence: str) -> None:
        sys.stderr.write(f"visagist: {sentence}\n")
        self.window.close()
        QApplication.exit(1)

    def whole(self) -> Iterator[None]:
        """Everything, a step of the hand at a time."""
        yield from self.settle()
        yield from self.play()
        yield from self.settle()
        yield from self.soak()

    def play(self) -> Iterator[None]:
        """The restless hand, with a clock on the event loop."""
        began, turn = time.perf_counter(), 0
        self.beat.start()
        while time.perf_counter() - began < self.seconds:
            controls = list(self.controls())
            yield from controls[turn % len(controls)]
            turn += 1
        self.beat.stop()
        spent = time.perf_counter() - began
        gaps = np.array(self.gaps)
        self.numbers |= {
            "gap_p99_s": float(np.percentile(gaps, 99)),
            "gap_longest_s": float(gaps.max()),
            "share_in_long_gaps": float(gaps[gaps > 0.016].sum() / gaps.sum()),
            "drafts_per_s": len(self.waits) / spent,
            "draft_wait_p95_s": float(np.percentile(self.waits, 95)) if self.waits else math.nan,
        }

    def settle(self) -> Iterator[None]:
        """Until the final of the last recipe is on show."""
        began = time.perf_counter()
        while not self.is_settled() and time.perf_counter() - began < PATIENCE_S:
            yield
        self.numbers["final_arrives"] = min(self.numbers.get("final_arrives", 1.0), float(self.is_settled()))

    def is_settled(self) -> bool:
        """Whether what is on show is the final of the document's recipe."""
        frame = self.window.canvas.frame
        return frame is not None and not frame.draft and frame.recipe == self.window.document.recipe

    def soak(self) -> Iterator[None]:
        """Many short gestures; memory before and after."""
        tracks = self.tracks()
        process = psutil.Process()
        warm, before = min(WARM_GESTURES, self.gestures), 0
        for number in range(warm + self.gestures):
            if number == warm:
                yield from self.settle()
                before = process.memory_full_info().uss
            yield from drag(tracks[number % len(tracks)], steps=3, phase=number)
        yield from self.settle()
        if before:
            self.numbers["memory_growth"] = process.memory_full_info().uss / before - 1
            self.numbers["memory_mb"] = process.memory_full_info().uss / 2**20

    def tracks(self) -> list[Track]:
        """The sliders that can be seen."""
        return [track for track in self.window.inspector.findChildren(Track) if track.isVisible() and track.isEnabled()]

    def controls(self) -> Iterator[Iterator[None]]:
        """What the hand does, one after the other."""
        for track in self.tracks()[:6]:
            yield drag(track, steps=round(CARD_S * 1000 / HAND_MS))
        yield self.roam(self.window.latent.pad)
        yield self.scroll(self.window.gallery.faces.grid)
        yield self.switch()

    def roam(self, pad: QWidget) -> Iterator[None]:
        """Once around the pad."""
        steps = round(CARD_S * 1000 / HAND_MS)
        middle = QPointF(pad.rect().center())
        for step in range(steps):
            angle = 2 * math.pi * step / steps
            at = middle + QPointF(math.cos(angle), math.sin(angle)) * 0.3 * pad.height()
            mouse(pad, QEvent.Type.MouseButtonPress if step == 0 else QEvent.Type.MouseMove, at)
            yield
        mouse(pad, QEvent.Type.MouseButtonRelease, middle)
        yield

    def scroll(self, grid: QWidget) -> Iterator[None]:
        """Down the gallery and up again."""
        steps = round(2 * CARD_S * 1000 / HAND_MS)
        for step in range(steps):
            wheel(grid, -30 if step < 0.7 * steps else 40)
            yield

    def switch(self) -> Iterator[None]:
        """Open the model anew while a slider is dragged."""
        before = self.window.session.model_number
        self.window.session.open_model(self.window.session.renderer.model.path)
        began = time.perf_counter()
        while self.window.session.model_number == before and time.perf_counter() - began < PATIENCE_S:
            tracks = self.tracks()
            yield from drag(tracks[0], steps=12)


def drag(track: Track, steps: int, phase: int = 0) -> Iterator[None]:
    """Press, sweep and let go."""
    width, y = track.width(), track.height() / 2
    for step in range(steps):
        x = width * (0.5 + 0.45 * math.sin(phase + 2 * math.pi * step / max(steps, 12)))
        mouse(track, QEvent.Type.MouseButtonPress if step == 0 else QEvent.Type.MouseMove, QPointF(x, y))
        yield
    mouse(track, QEvent.Type.MouseButtonRelease, QPointF(x, y))
    yield


def mouse(widget: QWidget, kind: QEvent.Type, at: QPointF) -> None:
    """An event of the left button, by Qt's queue as the window system would send it."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = none if kind == QEvent.Type.MouseMove else left
    held = none if kind == QEvent.Type.MouseButtonRelease else left
    place = QPointF(widget.mapToGlobal(at))
    QApplication.postEvent(widget, QMouseEvent(kind, at, place, button, held, Qt.KeyboardModifier.NoModifier))


def wheel(widget: QWidget, delta: int) -> None:
    """A small turn of the wheel over the widget's middle."""
    at = QPointF(widget.rect().center())
    event = QWheelEvent(
        at,
        QPointF(widget.mapToGlobal(at)),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.postEvent(widget, event)
