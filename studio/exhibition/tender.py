"""Who tends the engine: waits after faults, begins it again when it hangs or fails in a row, and tells of it once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.errors import VisagistError
from engine.show.values import ShowModel
from engine.show.watchdog import PATIENCE_S
from studio import heap
from studio.exhibition.engine import Engine, Order
from studio.exhibition.reports import Once
from studio.messages import sentence, words_of
from studio.workers.pace import Pace

if TYPE_CHECKING:
    from engine.frame import Frame

log = logging.getLogger(__name__)

FIRST_PATIENCE_S = 180.0  # for a model's first face, which may compile its kernels
TRIM_S = 300.0  # between times at which unused memory is given back; a few ms each
FAULTS_IN_A_ROW = 4  # then the engine is begun again
WAIT_S, LONGEST_WAIT_S = 0.1, 5.0  # after a fault; doubled with each further one


class Tender(QObject):
    """fault: a sentence and the error. restarting: the engine begins again, and what is under way is lost."""

    fault = Signal(str, object)
    restarting = Signal()

    def __init__(self, engine: Engine, clock: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.engine, self.clock, self.once, self.pace = engine, clock, Once(clock), Pace(clock)
        self.patience = PATIENCE_S
        self.limit: int | None = None  # of the side of a face, after trouble
        self.proven: set[ShowModel] = set()  # models of which a picture came
        self.faults = self.restarts = self.in_a_row = 0
        self.next_try, self.next_trim = 0.0, clock() + TRIM_S
        engine.made.connect(self.on_made)
        engine.failed.connect(self.on_failed)

    @property
    def is_free(self) -> bool:
        """Whether the engine can be asked for a picture now."""
        return self.engine.order is None and self.clock() >= self.next_try

    @property
    def waiting(self) -> float:
        """Seconds since the picture under way was asked for; 0 for none."""
        order = self.engine.order
        return 0.0 if order is None else max(self.clock() - order.asked, 0.0)

    @property
    def allowed(self) -> float:
        """Seconds that the picture under way may take; a usual one where none is."""
        order = self.engine.order
        if order is None:
            return self.patience
        return (self.patience if order.model in self.proven else FIRST_PATIENCE_S) * len(order.recipes)

    def restart(self, size: int | None, device: str | None) -> None:
        """Begin the engine again. size: the largest side of a face from now on; device: None is the best one."""
        self.restarts += 1
        self.limit, self.in_a_row, self.next_try = size, 0, 0.0
        self.proven.clear()
        self.restarting.emit()
        self.engine.restart(device)

    def look(self) -> None:
        """A picture that takes too long: the render thread hangs, and another takes its place. Memory is given back."""
        if self.clock() >= self.next_trim:
            self.next_trim = self.clock() + TRIM_S
            heap.trim()
        if self.waiting > self.allowed:
            self.tell(VisagistError(f"a picture took longer than {self.allowed:g} s, so that the engine begins again"))
            self.restart(self.limit, self.engine.device)

    def side(self, sizes: Sequence[int], wished: int | None, *, quick: bool) -> int:
        """Of the faces to render: the largest within what is wished and what trouble has left; a quick one: less."""
        limit = min(wished or sizes[-1], self.limit or sizes[-1])
        largest = max((size for size in sizes if size <= limit), default=sizes[0])
        return min(self.pace.draft(sizes), largest) if quick else largest

    def on_made(self, order: Order, frames: list[Frame]) -> None:
        self.in_a_row = 0
        self.proven.add(order.model)
        self.pace.note_draft(frames[0].size, sum(frame.seconds for frame in frames))
        for notice in {frame.notice for frame in frames} - {""}:
            self.tell(VisagistError(notice))

    def on_failed(self, what: Order | ShowModel, error: BaseException) -> None:
        self.tell(error)
        if isinstance(what, Order):
            self.in_a_row += 1
            self.next_try = self.clock() + min(WAIT_S * 2 ** (self.in_a_row - 1), LONGEST_WAIT_S)
            if self.in_a_row >= FAULTS_IN_A_ROW:
                self.restart(self.limit, self.engine.device)

    def tell(self, error: BaseException) -> None:
        """A fault, once in a while."""
        self.faults += 1
        text = sentence(words_of(error))
        if self.once.is_news(text):
            log.warning("%s", text, exc_info=None if isinstance(error, VisagistError) else error)
            self.fault.emit(text, error)
