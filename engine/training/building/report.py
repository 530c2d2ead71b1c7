"""What a build found: kept as `report.json` in the data set, and told in a few lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct

from engine.paths import write_atomically
from engine.training.building.journal import Entry, Plan
from engine.training.dataset import DatasetError

REPORT = "report.json"
BLURRED = 0.1  # of the median sharpness
FEW = 1000  # pictures; below, a network learns them by heart
SHOWN = 5  # names a line


class LeftOut(Struct, frozen=True):
    """A picture of the source that is not in the data set, and why."""

    name: str
    why: str


class Alike(Struct, frozen=True):
    """A picture and the earlier one that it repeats."""

    name: str
    like: str
    dropped: bool


class Measured(Struct, frozen=True):
    """A picture and a number: sharpness, or side of the square in pixels."""

    name: str
    value: float


class Report(Struct, frozen=True):
    """found: files or frames; kept: of those; pictures: in the data set, with mirror images.

    remarks: what had to be done to which pictures. sharpness: of the 5th, 50th and 95th of a hundred.
    """

    plan: Plan
    found: int
    kept: int
    pictures: int
    left_out: tuple[LeftOut, ...]
    remarks: dict[str, list[str]]
    duplicates: tuple[Alike, ...]
    sharpness: tuple[float, ...]
    blurred: tuple[Measured, ...]
    enlarged: tuple[Measured, ...]
    label_names: tuple[str, ...]
    notes: tuple[str, ...]


def make_report(plan: Plan, entries: Sequence[Entry], label_names: Sequence[str], notes: Iterable[str]) -> Report:
    """The report on all pictures of the source."""
    kept = [entry for entry in entries if entry.kept]
    remarks: dict[str, list[str]] = {}
    for entry in kept:
        for remark in entry.remarks:
            remarks.setdefault(remark, []).append(entry.name)
    sharpness = [entry.sharpness for entry in kept]
    spread = np.percentile(sharpness, (5, 50, 95)).round(2).tolist() if kept else []
    blurred = [Measured(one.name, round(one.sharpness, 2)) for one in kept if one.sharpness < BLURRED * spread[1]]
    return Report(
        plan=plan,
        found=len(entries),
        kept=len(kept),
        pictures=len(kept) * (2 if plan.settings.mirror else 1),
        left_out=tuple(LeftOut(entry.name, entry.why) for entry in entries if not entry.kept),
        remarks=dict(sorted(remarks.items())),
        duplicates=tuple(Alike(entry.name, entry.like, not entry.kept) for entry in entries if entry.like),
        sharpness=tuple(spread),
        blurred=tuple(sorted(blurred, key=lambda one: one.value)),
        enlarged=tuple(Measured(one.name, one.square) for one in kept if one.square < plan.settings.side),
        label_names=tuple(label_names),
        notes=tuple(notes) + advice(len(kept)),
    )


def advice(kept: int) -> tuple[str, ...]:
    if kept >= FEW:
        return ()
    they = "picture is" if kept == 1 else "pictures are"
    return (f"{kept} {they} few: a network would learn them by heart; it wants {FEW} at the least",)


def summary(report: Report) -> list[str]:
    """The report in a few lines for a person."""
    settings = report.plan.settings
    mirrored = f" ({report.kept} and their mirror images)" if settings.mirror else ""
    lines = [f"{report.pictures} pictures of {settings.side} px{mirrored} from {report.found} in {report.plan.source}"]
    if report.label_names:
        lines.append(f"labels: {some(report.label_names)}")
    lines += grouped(report.left_out)
    lines += [f"{remark} ({len(names)}): {some(names)}" for remark, names in report.remarks.items()]
    if report.duplicates:
        done = "left out" if settings.drop_duplicates else "kept; --drop-duplicates leaves them out"
        pairs = [f"{one.name} is like {one.like}" for one in report.duplicates]
        lines.append(f"near-duplicates ({len(pairs)}, {done}): {some(pairs)}")
    if report.blurred:
        lines.append(f"much blurred ({len(report.blurred)}): {some(one.name for one in report.blurred)}")
    if report.enlarged:
        lines.append(
            f"enlarged to {settings.side} px ({len(report.enlarged)}): {some(one.name for one in report.enlarged)}"
        )
    return lines + list(report.notes)


def grouped(left_out: Sequence[LeftOut]) -> list[str]:
    """Reasons, the most frequent first, each with the names it holds for."""
    reasons = Counter(one.why for one in left_out)
    return [
        f"left out ({times}), {why}: {some(one.name for one in left_out if one.why == why)}"
        for why, times in reasons.most_common(4 * SHOWN)
    ]


def some(names: Iterable[str]) -> str:
    """The first few names, and how many more there are."""
    listed = list(names)
    rest = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return ", ".join(listed[:SHOWN]) + rest


def write_report(folder: Path, report: Report) -> None:
    """Write `report.json`."""
    write_atomically(folder / REPORT, msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")


def read_report(folder: Path) -> Report | None:
    """The report of a data set; None where it has none, as one that was not built from a source."""
    try:
        return msgspec.json.decode((folder / REPORT).read_bytes(), type=Report)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeError) as error:
        raise DatasetError(f"{folder / REPORT} cannot be read ({error})") from error
