"""The job that packs a source of pictures into a data set: many decode, one writes, and it goes on after any end."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import shutil
import time
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from engine.job import Job, Progress
from engine.lock import held
from engine.paths import APP, make_folder, plain_words
from engine.training.building.duplicates import LOOK_SIDE, Duplicates
from engine.training.building.journal import JOURNAL, Entry, Journal, Plan, read_plan
from engine.training.building.kinds import Refusal, SourceError
from engine.training.building.labelling import find_labels
from engine.training.building.labels import Labels
from engine.training.building.opening import open_source
from engine.training.building.prepare import Prepared
from engine.training.building.report import REPORT, Report, make_report, read_report, write_report
from engine.training.building.settings import Settings
from engine.training.building.sources import Source
from engine.training.building.team import results
from engine.training.building.video import Pick
from engine.training.dataset import (
    FACTS,
    LABELS,
    NAMES,
    DatasetError,
    DatasetWriter,
    Pictures,
    level_name,
    pyramid,
    read_facts,
    sides_to,
)

LOCK = "lock"
PAUSE = 2.0  # seconds between two commits
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class Request:
    """What to build.

    source: a folder, a zip or a video; pick: frames of a video. store: the folder of the data set.
    labels: "" looks for them in the source, "none", "folders", or the path of a file. workers: 0 takes every core.
    anew: whatever the store holds of an earlier build goes.
    """

    source: Path
    store: Path
    settings: Settings
    pick: Pick | None = None
    labels: str = ""
    mirror_negates: tuple[str, ...] = ()
    title: str = ""
    licence: str = ""
    workers: int = 0
    anew: bool = False


def build(request: Request) -> Job[Report]:
    """Pack a source; an interrupted build goes on, and then equals one that was never interrupted, to the byte.

    Raises VisagistError for a source or a store that cannot be used; pictures that cannot are listed in the report.
    """
    request.settings.check()
    store = request.store
    if store.resolve().is_relative_to(request.source.resolve()):
        raise DatasetError(f"{store} lies in {request.source}; choose a folder outside of the pictures")
    hush_pillow()
    with closing((yield from open_source(request.source, request.pick))) as source:
        labels = find_labels(source, request.source, request.labels, request.mirror_negates)
        plan = plan_of(request, source, labels)
        with full_disk_told(store), held(lock_of(store), f"{store} is being built by another process; wait for it"):
            clear_parts(store)
            if request.anew:
                clear(store)
            elif (store / FACTS).exists():
                return finished_already(store, plan)
            check_place(store, plan)
            return (yield from packed(store, source, labels, plan, request.workers or cores()))


def hush_pillow() -> None:
    """Pillow warns of and logs what is listed here anyway; neither can be set for a thread alone."""
    warnings.filterwarnings("ignore", module=r"PIL\.")
    logging.getLogger("PIL").setLevel(logging.CRITICAL)
    Image.init()


def plan_of(request: Request, source: Source, labels: Labels) -> Plan:
    digest = hashlib.sha256(repr((labels.names, labels.mirror_negates)).encode())
    for name, row in sorted(labels.rows.items()):
        digest.update(name.encode() + row.tobytes())
    return Plan(
        source=source.title,
        fingerprint=source.fingerprint,
        settings=request.settings,
        labels=digest.hexdigest(),
        title=request.title or labels.title or Path(source.title).stem,
        licence=request.licence or labels.licence,
    )


def lock_of(store: Path) -> Path:
    if store.exists() and not store.is_dir():
        raise DatasetError(f"{store} is a file; name a folder for the data set")
    return make_folder(store) / LOCK


def finished_already(store: Path, plan: Plan) -> Report:
    """The report of a build that has nothing left to do."""
    report = read_report(store)
    if report is None or report.plan != plan:
        raise DatasetError(
            f"{store} holds the data set '{read_facts(store).title}' already; choose another folder, or --anew to "
            "build over it"
        )
    (store / JOURNAL).unlink(missing_ok=True)  # it was stopped in its last moment
    return report


def check_place(store: Path, plan: Plan) -> None:
    """A new folder, or an unfinished build of the same plan."""
    if (store / JOURNAL).exists():
        begun = read_plan(store)
        if begun is not None and begun != plan:
            raise DatasetError(
                f"{store} holds an unfinished build with another {difference(begun, plan)}; give what was given then "
                "to go on, choose another folder, or --anew to begin anew"
            )
        return
    strange = sorted(path.name for path in store.iterdir() if path.name != LOCK)
    if strange:
        raise DatasetError(f"{store} holds {strange[0]} and no data set; choose a new folder")


def difference(begun: Plan, plan: Plan) -> str:
    """The first thing in which two plans differ, in words."""
    words = {"fingerprint": "content of the source", "labels": "set of labels"}
    for name in begun.settings.__struct_fields__:
        if getattr(begun.settings, name) != getattr(plan.settings, name):
            return name.replace("_", " ")
    return next(words.get(name, name) for name in plan.__struct_fields__ if getattr(begun, name) != getattr(plan, name))


def packed(store: Path, source: Source, labels: Labels, plan: Plan, workers: int) -> Job[Report]:
    """Everything that is still to do."""
    copies = 2 if plan.settings.mirror else 1
    with closing(Journal(store, plan)) as journal:
        done = len(journal.entries)
        check_room(store, plan.settings, len(labels.names), (source.total - done) * copies)
        keep = journal.kept * copies
        with DatasetWriter(store, plan.settings.side, labels.names, keep=keep) as writer:
            for read in writer.read_kept():
                yield Progress(read, keep, "reading what is there")
            yield from pack(source, labels, plan.settings, journal, writer, workers)
            report = make_report(plan, journal.entries, labels.names, labels.notes)
            if report.kept:
                write_report(store, report)
                writer.finish(plan.title, plan.source, plan.licence, labels.mirror_negates)
    if report.kept:
        (store / JOURNAL).unlink()
        return report
    clear(store)
    first = f"; {report.left_out[0].name}: {report.left_out[0].why}" if report.left_out else ""
    raise SourceError(f"{source.title} has no picture that can be used{first}")


def pack(
    source: Source, labels: Labels, settings: Settings, journal: Journal, writer: DatasetWriter, workers: int
) -> Job[None]:
    """Make ready and write what the journal does not hold yet."""
    shelf = Shelf(journal, writer, labels, settings)
    done = len(journal.entries)
    last = time.monotonic()
    with closing(results(source.items(done), settings, workers)) as coming:
        try:
            for name, result in coming:
                shelf.put(name, result)
                done += 1
                if time.monotonic() - last > PAUSE:
                    journal.commit(writer)
                    last = time.monotonic()
                yield Progress(done, max(source.total, done), "packing")
        except (GeneratorExit, KeyboardInterrupt, SourceError):
            journal.commit(writer)
            raise
    journal.commit(writer)


class Shelf:
    """Puts pictures into the data set, one after the other in the order of the source."""

    def __init__(self, journal: Journal, writer: DatasetWriter, labels: Labels, settings: Settings) -> None:
        self.journal, self.writer, self.labels, self.settings = journal, writer, labels, settings
        self.kept = [entry.name for entry in journal.entries if entry.kept]
        self.duplicates = Duplicates(self.look)
        for number, entry in enumerate(entry for entry in journal.entries if entry.kept):
            self.duplicates.add(entry.fingerprint, number)

    def look(self, number: int) -> Pictures:
        """The small picture of one that was kept."""
        side = min(LOOK_SIDE, self.settings.side)
        return self.writer.picture(side, number * (2 if self.settings.mirror else 1))

    def put(self, name: str, result: Prepared | Refusal) -> None:
        """Write a picture, or the reason why not."""
        try:
            if isinstance(result, Refusal):
                raise result
            label = self.labels.of(name)
        except Refusal as reason:
            self.journal.note(Entry(name, kept=False, why=str(reason)))
            return
        earlier = self.duplicates.find(result.fingerprint, result.levels)
        like = "" if earlier is None else self.kept[earlier]
        dropped = self.settings.drop_duplicates and bool(like)
        if not dropped:
            self.duplicates.add(result.fingerprint, len(self.kept))
            self.kept.append(name)
            self.writer.add_levels(result.levels, name, label)
            if self.settings.mirror:
                mirrored = np.ascontiguousarray(result.levels[0][:, ::-1])
                self.writer.add_levels(pyramid(mirrored), f"{name} mirrored", self.labels.mirrored(label))
        self.journal.note(
            Entry(
                name,
                kept=not dropped,
                why="it is a near-duplicate" if dropped else "",
                remarks=result.remarks,
                size=result.size,
                square=result.square,
                sharpness=result.sharpness,
                like=like,
                fingerprint=result.fingerprint,
            )
        )


def check_room(store: Path, settings: Settings, labels: int, count: int) -> None:
    """A build that the disk cannot hold is better not begun."""
    needed = max(count, 0) * (sum(3 * side**2 for side in sides_to(settings.side)) + 4 * labels)
    free = shutil.disk_usage(store).free
    if needed > free:
        raise DatasetError(
            f"{store}: the data set needs {told(needed)} more and the disk has {told(free)} free; free some space or "
            "choose a smaller side"
        )


def told(size: int) -> str:
    return f"{size / 2**30:.1f} GB" if size >= 2**29 else f"{size / 2**20:.1f} MB"


@contextmanager
def full_disk_told(store: Path) -> Iterator[None]:
    """A disk that fills up in the middle is no end: say how to go on."""
    with plain_words(store):
        try:
            yield
        except OSError as error:
            if error.errno not in FULL:
                raise
            raise DatasetError(
                f"{store}: the disk is full; free some space and give the same command again: it goes on from there"
            ) from error


def clear(store: Path) -> None:
    """Remove what a build makes, and nothing else."""
    levels = [level_name(side) for side in sides_to(4096)]
    for name in (FACTS, REPORT, JOURNAL, LABELS, NAMES, *levels):
        (store / name).unlink(missing_ok=True)


def clear_parts(store: Path) -> None:
    """Remove files that a killed process was writing."""
    for path in store.glob(f".{APP}-*.part"):
        path.unlink(missing_ok=True)


def cores() -> int:
    """How many cores this process may use."""
    with suppress(AttributeError):  # not on every system
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
