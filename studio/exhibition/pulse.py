"""The line between a show and its supervisor: signs of life go out, orders come in, and pictures are kept."""

from __future__ import annotations

import json
import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO, Protocol

from PySide6.QtCore import QObject, QThreadPool, Signal
from PySide6.QtGui import QImage

from engine.errors import VisagistError
from studio.exhibition import keepsakes
from studio.exhibition.reports import Beat

log = logging.getLogger(__name__)

KEEP_S = 10.0  # between pictures that are kept
SETTLED_S = 20.0  # after which the film is gathered
MOST_WAITING = 8  # lines; a supervisor that does not read loses them, and the show goes on


class Shows(Protocol):
    """What a pulse needs of a runner."""

    beat: Signal  # Beat
    frame_shown: Signal
    image: QImage | None
    dark: bool

    def restart_engine(self, size: int | None = None, device: str | None = None) -> None:
        """Begin the engine again beside the last picture."""


class Pulse(QObject):
    """`left`: the supervisor wants the show to end, or is gone. Its words come as lines of JSON, as ours go."""

    left = Signal()
    ordered = Signal(dict)

    def __init__(
        self,
        runner: Shows,
        folder: Path,
        listens: BinaryIO,
        speaks: BinaryIO,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self.runner, self.folder, self.clock = runner, folder, clock
        self.pool = QThreadPool(self, maxThreadCount=1)
        self.kept_at = self.frame_at = self.began = clock()
        self.frame = 0 if keepsakes.needs_film(folder) else keepsakes.FRAMES
        self.refused = False
        self.lines: queue.Queue[bytes] = queue.Queue(MOST_WAITING)
        self.ordered.connect(self.obey)
        runner.beat.connect(self.tell)
        self.listening = threading.Thread(target=self.listen, args=(listens,), name="visagist-orders", daemon=True)
        self.speaking = threading.Thread(target=self.speak, args=(speaks,), name="visagist-pulse", daemon=True)
        self.listening.start()
        self.speaking.start()

    # signs of life

    def tell(self, beat: Beat) -> None:
        """One line a second; what takes time is done by other threads."""
        with suppress(queue.Full):
            self.lines.put_nowait(json.dumps({"beat": asdict(beat)}).encode() + b"\n")
        self.keep()

    def speak(self, out: BinaryIO) -> None:
        while line := self.lines.get():
            try:
                out.write(line)
                out.flush()
            except (OSError, ValueError):
                return  # the other thread hears that the supervisor is gone

    # orders

    def listen(self, lines: BinaryIO) -> None:
        for line in lines:
            try:
                order = json.loads(line)
            except ValueError:
                continue
            if isinstance(order, dict):
                self.ordered.emit(order)
        self.ordered.emit({"do": "end"})

    def obey(self, order: dict[str, object]) -> None:
        """What the supervisor says."""
        if order.get("do") == "end":
            self.left.emit()
        elif order.get("do") == "restart engine":
            size, device = order.get("size"), order.get("device")
            self.runner.restart_engine(
                size if isinstance(size, int) else None, device if isinstance(device, str) else None
            )

    # pictures for bad times

    def keep(self) -> None:
        """The newest picture now and then, and early on the frames of a film.

        A disk that is still at the last ones gets no more: pictures that wait for it would fill the memory.
        """
        now = self.clock()
        is_last_due = now - self.kept_at >= KEEP_S or not (self.folder / keepsakes.LAST).exists()
        is_frame_due = self.frame < keepsakes.FRAMES and now - self.began >= SETTLED_S
        if self.runner.dark or self.pool.activeThreadCount() or not (is_last_due or is_frame_due):
            return
        image = self.runner.image
        if image is None or image.isNull():
            return
        if is_last_due:
            self.kept_at = now
            self.later(lambda: keepsakes.keep_last(self.folder, image))
        if is_frame_due:
            number = self.frame
            self.frame += 1
            self.later(lambda: keepsakes.keep_frame(self.folder, number, image))

    def later(self, write: Callable[[], None]) -> None:
        def run() -> None:
            try:
                write()
                self.refused = False
            except (OSError, VisagistError) as error:
                if not self.refused:
                    log.warning("a picture for bad times could not be kept: %s", error)
                self.refused = True

        self.pool.start(run)

    def end(self) -> None:
        """Say no more, and wait for what is being written."""
        with suppress(queue.Full):
            self.lines.put_nowait(b"")
        self.pool.waitForDone()
