"""Following a run from its folder while it goes on, wherever it was started: what happened until now, as values."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.lock import is_held
from engine.training.events import (
    AnyEvent,
    Checkpoint,
    Lines,
    Metric,
    Note,
    PhaseBegins,
    PlannedPhase,
    Samples,
    Snapshot,
    Start,
    State,
    Tick,
    inside,
    read_event,
)
from engine.training.run import EVENTS, LOCK
from engine.training.series import Growing, Series

SLICE = 2**14  # bytes at a time: about 40 ticks, taken in within a millisecond
QUIET_S = 3.0  # a run whose lock is free and that says nothing for so long has ended
CURVES = tuple(name for name in Tick.__struct_fields__ if name not in ("images", "time", "step", "side", "left"))
AT_WORK = ("running", "paused")


@dataclass(frozen=True)
class Sheet:
    """A picture of the fixed latents at one time: `columns` x `rows` tiles of `side` px."""

    images: int
    file: Path
    side: int
    alpha: float
    columns: int
    rows: int


@dataclass(frozen=True)
class Kept:
    """A model file of one time."""

    images: int
    file: Path
    side: int
    alpha: float


@dataclass(frozen=True)
class Told:
    """One sentence about what happened; level: "info", "warning" or "error"; time: unix seconds."""

    time: float
    images: int
    level: str
    text: str


@dataclass(frozen=True)
class Run:
    """A run as it is known by now; nothing in it changes any more.

    state: "waiting" before the first event, "reading" while old ones still wait to be read, then "running", "paused",
    "stopped", "finished", "failed", or "interrupted" where the process is gone without a word; why: a sentence about
    that. left: seconds to the end. alpha: how far the newest level shows. series: by the names of a tick's numbers,
    then "swd/16" and so on for each level.
    lines: that were read; torn: that could not be.
    """

    folder: Path
    state: str = "waiting"
    why: str = ""
    images: int = 0
    total: int = 0
    side: int = 0
    alpha: float = 1.0
    left: float | None = None
    start: Start | None = None
    phase: PlannedPhase | None = None
    plan: tuple[PlannedPhase, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    snapshots: tuple[Kept, ...] = ()
    notes: tuple[Told, ...] = ()
    series: Mapping[str, Series] = field(default_factory=dict)
    torn: int = 0
    lines: int = 0

    def last(self, name: str) -> float | None:
        """The newest value of a series."""
        return self.series[name].last if name in self.series else None

    @property
    def next_phase(self) -> PlannedPhase | None:
        """What comes after the present phase."""
        return next((phase for phase in self.plan if phase.begins > self.images), None)

    @property
    def levels(self) -> tuple[int, ...]:
        """Sides of the pyramid whose distances were measured, the finest first."""
        named = (name.removeprefix("swd/") for name in self.series if name.startswith("swd/"))
        return tuple(sorted((int(side) for side in named if side.isdecimal()), reverse=True))


class RunFollower:
    """Reads a run folder in slices; `run` is what is known. Never writes, never waits for the lock."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self.folder, self.clock = folder, clock
        self.lines = Lines(folder / EVENTS)
        self.taken = 0
        self.behind = False
        self.handlers: dict[type, Callable[[Any], None]] = {
            Start: self.on_start,
            PhaseBegins: self.on_phase,
            Tick: self.on_tick,
            Samples: self.on_samples,
            Snapshot: self.on_snapshot,
            Metric: self.on_metric,
            Note: self.on_note,
            State: self.on_state,
            Checkpoint: self.on_event,
        }
        self.forget()

    def forget(self) -> None:
        """Know nothing of the run."""
        self.growing: dict[str, Growing] = {}
        self.sheets: list[Sheet] = []
        self.snapshots: list[Kept] = []
        self.notes: list[Told] = []
        self.start: Start | None = None
        self.phase: PlannedPhase | None = None
        self.tick: Tick | None = None
        self.state, self.why = "waiting", ""
        self.images = self.torn = 0
        self.heard = 0.0  # when the last event was written

    def read(self, most: int = SLICE) -> bool:
        """Take in a slice of at most so many bytes; whether more waits."""
        try:
            lines, more, anew = self.lines.read(most)
        except OSError:  # not there yet, or on a disk that comes back: what is known stays
            self.behind = False
            return False
        self.behind = more
        if anew:
            self.forget()
        for line in lines:
            self.take(line)
        return more

    def take(self, line: bytes) -> None:
        """One line of the file."""
        self.taken += 1
        event = read_event(line)
        if event is None:
            self.torn += bool(line.strip())
            return
        self.handlers[type(event)](event)
        self.heard = max(self.heard, event.time)

    # what happened

    def on_event(self, event: AnyEvent) -> None:
        self.images = event.images

    def on_start(self, event: Start) -> None:
        begun = self.start is not None
        self.go_back(event.resumed_from or 0)
        self.start, self.state, self.why = event, "running", ""
        self.images = event.resumed_from or 0
        if event.resumed_from is not None:
            self.tell(event, f"goes on from {event.resumed_from:,} pictures".replace(",", " "))
        elif begun:
            self.tell(event, "begins again")

    def go_back(self, images: int) -> None:
        """Forget what came after a checkpoint; what was written just before it, at the same number, stays."""
        for growing in self.growing.values():
            growing.cut(images + 1 if images else 0)
        self.sheets = [sheet for sheet in self.sheets if 0 < images >= sheet.images]
        self.snapshots = [kept for kept in self.snapshots if 0 < images >= kept.images]

    def on_phase(self, event: PhaseBegins) -> None:
        self.on_event(event)
        self.phase = PlannedPhase(event.side, event.kind, event.begins, event.ends, event.batch)
        does = "begins to fade in" if event.kind == "fade" else "learns"
        self.tell(event, f"{event.side} px {does}" + (f", batch {event.batch}" if event.batch else ""))

    def on_tick(self, event: Tick) -> None:
        self.on_event(event)
        self.tick = event
        for name in CURVES:
            self.add(name, event.images, getattr(event, name))
        if event.gap is None and event.real is not None and event.fake is not None:
            self.add("gap", event.images, event.real - event.fake)

    def add(self, name: str, images: int, value: float | None) -> None:
        """One more value of a series, where there is one."""
        if value is not None:
            self.growing.setdefault(name, Growing()).add(images, value)

    def on_samples(self, event: Samples) -> None:
        self.on_event(event)
        file = inside(self.folder, event.file)
        if file is not None:
            while self.sheets and self.sheets[-1].images >= event.images:
                self.sheets.pop()
            self.sheets.append(Sheet(event.images, file, event.side, event.alpha, event.columns, event.rows))

    def on_snapshot(self, event: Snapshot) -> None:
        self.on_event(event)
        file = inside(self.folder, event.file)
        if file is not None:
            while self.snapshots and self.snapshots[-1].images >= event.images:
                self.snapshots.pop()
            self.snapshots.append(Kept(event.images, file, event.side, event.alpha))

    def on_metric(self, event: Metric) -> None:
        for level, value in event.swd.items():
            self.add(f"swd/{level}", event.images, value)
        for name in ("swd_mean", "ms_ssim", "fid", "kid"):
            self.add(name, event.images, getattr(event, name))

    def on_note(self, event: Note) -> None:
        self.tell(event, event.text, event.level)

    def on_state(self, event: State) -> None:
        known = self.state == event.state
        self.state, self.why = event.state, event.why
        if known and not event.why:
            return
        level = "error" if event.state == "failed" else "info"
        self.tell(event, event.state + (f": {event.why}" if event.why else ""), level)

    def tell(self, event: AnyEvent, text: str, level: str = "info") -> None:
        self.notes.append(Told(event.time, event.images, level, text))

    # what is known

    @property
    def run(self) -> Run:
        """The run as it is known now."""
        tick, start = self.tick, self.start
        state, why = self.state, self.why
        if self.behind:
            state, why = "reading", ""
        elif state in AT_WORK and self.clock() - self.heard > QUIET_S and not is_held(self.folder / LOCK):
            state, why = "interrupted", "its process is gone"
        plan = start.plan if start is not None else ()
        current = next((phase for phase in plan if phase.begins <= self.images < phase.ends), self.phase)
        return Run(
            self.folder,
            state,
            why,
            self.images,
            total=start.total if start is not None else 0,
            side=current.side if current is not None else tick.side if tick is not None else 0,
            alpha=share_of(current, self.images),
            left=tick.left if tick is not None else None,
            start=start,
            phase=current,
            plan=plan,
            sheets=tuple(self.sheets),
            snapshots=tuple(self.snapshots),
            notes=tuple(self.notes),
            series={name: growing.view() for name, growing in self.growing.items() if growing.count},
            torn=self.torn,
            lines=self.taken,
        )


def share_of(phase: PlannedPhase | None, images: int) -> float:
    """How far the newest level shows, from 0 to 1."""
    if phase is None or phase.kind != "fade":
        return 1.0
    return min(max((images - phase.begins) / max(phase.ends - phase.begins, 1), 0.0), 1.0)
