"""How fast this machine trains: measured by a short process of its own as soon as the hand rests, and remembered."""

from __future__ import annotations

import logging

import msgspec
from msgspec import Struct
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from studio.training.draft import Draft
from studio.workers.training import environment, program

log = logging.getLogger(__name__)

REST_MS = 900  # a hand that tries sizes has one of them measured
MEASURING = "measuring this machine…"
UNKNOWN = "how long is not known"


class Rate(Struct, frozen=True):
    """A line of the process: images a second at one side."""

    side: int
    rate: float


class Probe(QObject):
    """rates: images a second by side, of the draft that was wanted last. measured: there are more, or it ended."""

    measured = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.known: dict[object, dict[int, float]] = {}
        self.draft: Draft | None = None
        self.process: QProcess | None = None
        self.failed: set[object] = set()
        self.timer = QTimer(self, singleShot=True, interval=REST_MS)
        self.timer.timeout.connect(self.begin)

    @property
    def rates(self) -> dict[int, float]:
        """Images a second, by side; empty where nothing was measured."""
        return {} if self.draft is None else self.known.get(key(self.draft), {})

    @property
    def words(self) -> str:
        """What there is to say instead of a time."""
        if self.draft is None:
            return ""
        return UNKNOWN if key(self.draft) in self.failed else MEASURING

    def want(self, draft: Draft) -> None:
        """Measure what this draft would train, unless that is known."""
        if self.draft is not None and key(draft) == key(self.draft):
            self.draft = draft
            return
        self.stop()
        self.draft = draft
        if not self.is_known:
            self.timer.start()

    @property
    def is_known(self) -> bool:
        """Whether all sides of the draft were measured, or cannot be."""
        assert self.draft is not None
        sides = {level.side for level in self.draft.config.levels}
        return sides <= self.rates.keys() or key(self.draft) in self.failed

    def begin(self) -> None:
        """Start the process."""
        assert self.draft is not None
        process = self.process = QProcess(self)
        first, *rest = program()
        process.setProgram(first)
        process.setArguments([*rest, *self.draft.measuring()])
        whole = QProcessEnvironment.systemEnvironment()
        for name, value in environment().items():
            whole.insert(name, value)
        process.setProcessEnvironment(whole)
        process.setStandardInputFile(QProcess.nullDevice())
        process.readyReadStandardOutput.connect(self.read)
        process.finished.connect(self.end)
        process.errorOccurred.connect(self.end)
        process.start()

    def read(self) -> None:
        """What it has measured by now."""
        assert self.process is not None
        assert self.draft is not None
        while self.process.canReadLine():
            line = self.process.readLine().data()
            try:
                rate = msgspec.json.decode(line, type=Rate)
            except msgspec.DecodeError:
                log.warning("the probe said %r", line[:200])
                continue
            self.known.setdefault(key(self.draft), {})[rate.side] = rate.rate
        self.measured.emit()

    def end(self) -> None:
        """It has ended; what it could not measure is not tried again."""
        process, self.process = self.process, None
        if process is None or self.draft is None:
            return
        if not self.is_known:
            log.warning("measuring failed: %s", process.readAllStandardError().data().decode("utf-8", "replace")[-500:])
            self.failed.add(key(self.draft))
        process.deleteLater()
        self.measured.emit()

    def stop(self) -> None:
        """Nobody waits for it any more."""
        self.timer.stop()
        process, self.process, self.draft = self.process, None, None
        if process is not None:
            process.kill()
            process.waitForFinished(1000)
            process.deleteLater()


def key(draft: Draft) -> object:
    """What decides how fast a run goes."""
    c = draft.config
    sizes = (c.architecture, c.side, c.widest, c.base, c.z_dim, c.w_dim, c.mapping_layers, c.precision)
    return (*sizes, c.labels, c.augment, tuple((level.side, level.batch) for level in c.levels))
